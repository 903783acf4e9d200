"""Say why somebody was told of an alert or deadline, or why not: by whom, when, and what stopped it."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from alerts.channel_models import Channel
from alerts.clock import Kind
from alerts.clock_search import find_clocks
from alerts.explain import explain
from alerts.explaining_clocks import explain_clock
from alerts.explaining_days import explain_day
from alerts.explanation import Explanation, Step
from alerts.models import Alert
from alerts.plain_text import one_line
from servers.models import LicenseServer

MARKS = {True: "ok", False: "STOP", None: "?"}


class Command(BaseCommand):
    """`explain_alert [ALERT] [--server NAME] [--kind KIND] [--channel NAME] [--person WHO] [--day DATE] [--json]`."""

    help = "Say why somebody was told, or not: of an alert, of a deadline (--kind), or of anything on a --day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What, and for whom."""
        parser.add_argument("alert", nargs="?", type=int, metavar="ALERT", help="number of the alert")
        parser.add_argument("--server", metavar="NAME", help="with --kind: the deadline of this license server")
        parser.add_argument("--kind", choices=Kind.values, help="a deadline instead of an alert")
        parser.add_argument("--subject", default="", help="with --kind: which of several, as `clocks --json` names it")
        parser.add_argument("--channel", metavar="NAME", help="only this channel")
        parser.add_argument("--person", default="", metavar="WHO", help="only this recipient, such as an address")
        parser.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="only this day, in UTC")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Find, explain, print. Exit 2 for what cannot be found; no answer is a finding, so there is no exit 1."""
        for found in self._explanations(options):
            self.stdout.write(json.dumps(as_facts(found), indent=2) if options["json"] else _text(found))

    def _explanations(self, options: dict[str, Any]) -> list[Explanation]:
        whom = {"channel": _channel(options["channel"]), "person": options["person"]}
        if options["alert"] is not None:
            alert = Alert.objects.filter(pk=options["alert"]).first() if abs(options["alert"]) < 2**63 else None
            if alert is None:
                raise CommandError(f"There is no alert {options['alert']}.", returncode=2)
            return [explain(alert, **whom, day=options["day"])]
        if options["kind"]:
            return _of_clocks(options, whom)
        if options["day"]:
            return [explain_day(options["day"], **whom)]
        raise CommandError("Name an alert, a --kind of deadline, or a --day.", returncode=2)


def as_facts(found: Explanation) -> dict[str, object]:
    """The explanation under the names of the API."""
    return {
        "question": found.question,
        "was_told": found.was_told,
        "sentence": found.sentence,
        "steps": [
            {"title": one.title, "text": one.text, "ok": one.ok, "at": one.at and one.at.isoformat()}
            for one in found.steps
        ],
    }


def _of_clocks(options: dict[str, Any], whom: dict[str, Any]) -> list[Explanation]:
    server = LicenseServer.objects.named(options["server"]).first() if options["server"] else None
    if options["server"] and server is None:
        raise CommandError(f"There is no server named {options['server']}.", returncode=2)
    found = find_clocks(now=timezone.now(), server=server, kind=options["kind"])
    wanted = [(clock, owner) for clock, owner in found if options["subject"] in {"", clock.subject}]
    if server is None:
        wanted = [(clock, owner) for clock, owner in wanted if owner is None]
    if not wanted:
        raise CommandError(
            "There is no such deadline. `clocks` lists all; name a --server where it is of one.", returncode=2
        )
    return [explain_clock(clock, owner, **whom, day=options["day"]) for clock, owner in wanted]


def _channel(name: str | None) -> Channel | None:
    if name is None:
        return None
    channel = Channel.ever.filter(name__iexact=name).order_by("removed_at").first()
    if channel is None:
        raise CommandError(f"There is no channel named {name}.", returncode=2)
    return channel


def _text(found: Explanation) -> str:
    return "\n".join([found.question, one_line(found.sentence), *(_line(step) for step in found.steps), ""])


def _line(step: Step) -> str:
    at = f"{step.at:%Y-%m-%d %H:%M}" if step.at else ""
    return f"  {MARKS[step.ok]:<5} {at:<17} {one_line(step.title)}: {one_line(step.text)}"
