"""How does a person start the whole system? `manage.py serve`."""

import contextlib
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from licensing_manager import demo_process, embedded
from licensing_manager.process_table import Address


class Command(BaseCommand):
    """Web server, broker, worker, beat and the sandbox receiver in one process tree, until Ctrl-C."""

    help = "Run the whole embedded system in one process tree: broker, sandbox receiver, web, worker and beat."
    requires_system_checks = []  # `embedded` runs them, after the lock and with our own words

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the pages are served."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
        parser.add_argument(
            "--demo", action="store_true", help="an invented fleet in a folder of its own; nothing real is touched"
        )
        parser.add_argument("--port", type=_port, default=8083, help="port to listen on (default: 8083; 0: any)")

    def handle(self, *_: Any, **options: Any) -> None:
        """Start, serve, stop."""
        try:
            if options["demo"]:
                demo_process.enter_folder(say=self._say)
            embedded.serve(Address(options["host"], options["port"]), say=self._say)
        except (embedded.RefusedError, demo_process.DemoRefused) as refusal:
            self.stderr.write(str(refusal))
            sys.exit(1)

    def _say(self, line: str) -> None:
        with contextlib.suppress(OSError):  # a closed terminal must not end the system
            self.stdout.write(line)
            self.stdout.flush()


def _port(text: str) -> int:
    """A port number, or 0 for any. Raises ValueError, which argparse turns into a sentence."""
    number = int(text)
    if not 0 <= number < 65536:
        raise ValueError
    return number
