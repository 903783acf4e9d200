"""`manage.py receive --port N --store DIR`: serve as the destination of uploads."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from receiver.configuration import WrongConfigurationError, from_environment
from receiver.serving import CannotServeError, serve

CREDENTIALS = {
    "username": "CIS_USERNAME",
    "password": "CIS_PASSWORD",
    "product_key": "CIS_PRODUCT_KEY",
}


class Command(BaseCommand):
    help = "Serve a CIS-compatible upload destination and keep what it receives."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=_port, required=True, help="TCP port, 1 to 65535")
        parser.add_argument("--store", type=Path, required=True, help="folder for what is received")
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port, store = options["host"], options["port"], options["store"].absolute()
        values = {name: getattr(settings, key, None) for name, key in CREDENTIALS.items()}
        try:
            configuration = from_environment({**values, "store": store})
            place = f"Receiving on http://{host}:{port}/, storing in {store}."
            serve(configuration, host=host, port=port, announce=lambda: self._say(place))
        except WrongConfigurationError as problem:
            self._end(str(problem), code=2)
        except CannotServeError as problem:
            self._end(str(problem), code=1)

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def _end(self, sentence: str, *, code: int) -> None:
        self.stderr.write(sentence)
        raise SystemExit(code)


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return int(text)
