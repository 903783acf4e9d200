"""Check the way to the destination from this machine, in this process."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from uploads.check_plan import plan_from_settings
from uploads.check_steps import STEP_SECONDS
from uploads.network_check import Report, check_network
from uploads.network_findings import Check


class Command(BaseCommand):
    """`network_check [--json] [--trial]`: exit 0 when all is well, 1 with a finding."""

    help = "Check names, connection, proxy, certificate, clock and log-in from this machine. Takes a minute at most."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--json and --trial."""
        parser.add_argument("--json", action="store_true", help="print JSON")
        parser.add_argument("--trial", action="store_true", help="also upload a few bytes that carry no data")

    def handle(self, *args: Any, trial: bool, **options: Any) -> None:
        """Check, print, tell by the exit code."""
        report = check_network(plan_from_settings(seconds=STEP_SECONDS), trial=trial)
        self.stdout.write(json.dumps(report.facts(), indent=2) if options["json"] else _text(report))
        if report.findings:
            sys.exit(1)


def _text(report: Report) -> str:
    way = f" through {report.proxy}" if report.proxy else ""
    head = f"From {report.machine} to {report.destination}{way}, {report.seconds:.1f} s"
    return "\n".join([head, *(_lines(check) for check in report.checks)])


def _lines(check: Check) -> str:
    words = check.state.replace("_", " ")
    first = f"{check.title:<17} {words:<15} {check.summary}"
    more = [f"  {line}" for line in check.evidence.splitlines()] if check.is_finding else []
    told = [f"  Cause: {check.cause}", f"  Fix: {check.fix}"] if check.is_finding else []
    return "\n".join([first, *told, *more])
