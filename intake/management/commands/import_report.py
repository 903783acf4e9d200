"""Import license files and reports from the shell; the server is created when it is new."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from intake.importing import TooLarge, import_report, refuse_too_large
from intake.models import Door, Outcome, SourceReport
from servers.models import LicenseServer
from servers.registry import server_named


class Command(BaseCommand):
    """`import_report FILE… --server NAME`: exit 0 when everything was imported, 1 when a file was not."""

    help = "Import license files and reports of a license server. Creates the server if it is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE…, --server and --json."""
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="file to import")
        parser.add_argument("--server", required=True, metavar="NAME", help="name of the license server")
        parser.add_argument("--json", action="store_true", help="print one JSON list instead of sentences")

    def handle(self, *args: Any, files: list[Path], server: str, json: bool, **options: Any) -> None:
        """Import one after the other; a file that cannot be read does not stop the rest."""
        try:
            owner = server_named(server)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        results = [self._import(owner, path) for path in files]
        self._print(results, as_json=json)
        if any(result["outcome"] == Outcome.REJECTED for result in results):
            sys.exit(1)

    def _import(self, server: LicenseServer, path: Path) -> dict[str, Any]:
        try:
            refuse_too_large(path.stat().st_size)
            return _row(import_report(server, path.read_bytes(), name=path.name, door=Door.SHELL))
        except (OSError, TooLarge) as error:
            sentence = str(error) if isinstance(error, TooLarge) else f"The file cannot be read: {error.strerror}."
            return {"file": str(path), "outcome": Outcome.REJECTED, "summary": sentence, "problems": []}

    def _print(self, results: list[dict[str, Any]], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(results, indent=2))
            return
        for result in results:
            self.stdout.write(f"{result['file']}: {Outcome(result['outcome']).label}. {result['summary']}")
            for problem in result["problems"]:
                self.stdout.write(f"  line {problem['line']}: {problem['sentence']}\n    {problem['text']}")


def _row(report: SourceReport) -> dict[str, Any]:
    return {
        "file": report.name,
        "server": report.server.name,
        "kind": report.kind,
        "outcome": report.outcome,
        "summary": report.summary,
        "sha256": report.sha256,
        "problems": [{key: value for key, value in one.items() if key != "kept"} for one in report.problems],
        "problem_count": report.problem_count,
    }
