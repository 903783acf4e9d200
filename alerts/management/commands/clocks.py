"""Print every deadline: what runs out, when, how that is known, and what to do."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alerts.clock import Clock, State
from alerts.clock_facts import clock_facts
from alerts.clock_search import Found, find_clocks
from alerts.plain_text import one_line
from servers.models import LicenseServer


class Command(BaseCommand):
    """`clocks [--server NAME] [--json]`: exit 1 when something is overdue."""

    help = "Print every deadline, nearest first. Exit 1 when something is overdue."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--server and --json."""
        parser.add_argument("--server", metavar="NAME", help="only the deadlines of this license server")
        parser.add_argument("--json", action="store_true", help="print JSON, as the REST address clocks gives it")

    def handle(self, *args: Any, server: str | None, **options: Any) -> None:
        """Find, print, tell by the exit code."""
        owner = LicenseServer.objects.named(server).first() if server is not None else None
        if server is not None and owner is None:
            raise CommandError(f"There is no server named {server}. Import a license file for it first.", returncode=2)
        found = find_clocks(now=timezone.now(), server=owner)
        if options["json"]:
            self.stdout.write(json.dumps([clock_facts(*one) for one in found], indent=2))
        else:
            self.stdout.write("\n".join(_lines(one) for one in found))
        if any(clock.state == State.OVERDUE for clock, _ in found):
            sys.exit(1)


def _lines(found: Found) -> str:
    clock, server = found
    where = one_line(server.name) if server else "Licensing Manager"
    first = f"{_when(clock):<15} {clock.due or ''!s:<10} {where}: {one_line(clock.title)}"
    more = [clock.evidence] if clock.state == State.NOT_APPLICABLE else [clock.evidence, f"Next: {clock.next_step}"]
    return "\n".join([first, *(f"{'':26} {one_line(line)}" for line in more)])


def _when(clock: Clock) -> str:
    if clock.state in {State.UNKNOWN, State.NOT_APPLICABLE}:
        return clock.state.replace("_", " ")
    if clock.days_left is None:
        return clock.state.replace("_", " ")
    days = f"{abs(clock.days_left):,} day{'' if abs(clock.days_left) == 1 else 's'}"
    return f"OVERDUE {days}" if clock.days_left < 0 else f"{days} left"
