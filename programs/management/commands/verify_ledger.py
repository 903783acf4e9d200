"""Is the consent ledger whole? The same check as the page, from the shell; and its export for an offline check."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programs.ledger import export_lines, verify


class Command(BaseCommand):
    """`verify_ledger [--export FILE]`: exit 1 when a row was changed, removed or added."""

    help = "Check every row of the consent ledger. With --export, also write it as JSON lines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--export."""
        parser.add_argument("--export", type=Path, metavar="FILE", help="write the ledger here, one JSON line a row")

    def handle(self, *args: Any, export: Path | None, **options: Any) -> None:
        """Export, check, say."""
        if export:
            try:
                with export.open("wb") as file:
                    file.writelines(export_lines())
            except OSError as error:
                raise CommandError(f"{export} could not be written: {error.strerror}", returncode=1) from error
        verdict = verify()
        if not verdict.is_whole:
            self.stderr.write(f"BROKEN after {verdict.rows} good rows. {verdict.problem}")
            sys.exit(1)
        self.stdout.write(f"Whole: {verdict.rows} rows, head {verdict.head}")
