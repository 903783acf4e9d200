"""How does a person handle the demo from the shell? Fill it, look at it, remove it in one act."""

import sys
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from demo.filling import fill
from demo.folder import folder_of, is_demo
from demo.standing import standing
from licensing_manager import demo_process


class Command(BaseCommand):
    """An invented fleet in a folder of its own, below the data folder. `serve --demo` fills it too."""

    help = (
        "Fill, show or remove the demo: an invented fleet in a folder of its own. Exit code 1 where nothing was done."
    )
    requires_system_checks = []  # the demo has its own folder; its checks run there

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do with it."""
        parser.add_argument("action", choices=["fill", "remove", "state"], help="what to do")
        parser.add_argument("--servers", type=int, default=40, help="fill: how many servers, 4 to 40 (default: 40)")
        parser.add_argument("--days", type=int, default=364, help="fill: days of history, 40 to 364 (default: 364)")

    def handle(self, *_: Any, action: str, **options: Any) -> None:
        """Do it, or say why not."""
        try:
            {"fill": self._fill, "remove": self._remove, "state": self._state}[action](**options)
        except demo_process.DemoRefused as refused:
            self.stderr.write(str(refused))
            sys.exit(1)

    def _fill(self, *, servers: int, days: int, **_: Any) -> None:
        demo_process.enter_folder(say=self.stdout.write)
        serious = [message for message in checks.run_checks() if message.is_serious()]
        if serious:
            raise demo_process.DemoRefused("\n".join(f"{one.msg} {one.hint or ''}" for one in serious))
        call_command("migrate", interactive=False, verbosity=0)
        if not fill(now=timezone.now(), tell=self.stdout.write, servers=servers, days=days):
            self.stdout.write("The demo is filled already. Remove it first to fill it anew: manage.py demo remove")

    def _remove(self, **_: Any) -> None:
        place = demo_process.remove_demo()
        self.stdout.write(f"The demo is removed: {place} and everything in it. Nothing else was touched.")

    def _state(self, **_: Any) -> None:
        place = folder_of(settings.DATA_DIR)
        if not is_demo(place):
            self.stdout.write(f"There is no demo in {place}. Start one: script/server --demo")
            sys.exit(1)
        demo_process.enter_folder(say=self.stdout.write)
        self.stdout.write(f"It holds {standing().in_words}.")
