"""Import what the other side signed: the same as the page."""

import getpass
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from uploads import policy
from uploads.courier_cleanup import leftovers_of
from uploads.courier_receipt_file import ReceiptRefused
from uploads.courier_receipts import Imported, UnknownReceiver, import_receipt, trust_receiver


class Command(BaseCommand):
    """`import_receipt FILE [--trust FINGERPRINT]`. Exit 1 when it is not believed; 2 when there is no such file."""

    help = "Import a receipt: close exactly the reports that it lists, and name those that are still open."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FILE and --trust."""
        parser.add_argument("file", type=Path, metavar="FILE", help="the receipt as the receiver wrote it")
        parser.add_argument(
            "--trust",
            metavar="FINGERPRINT",
            help="believe the receiver with this key from now on; compare it with what the receiver shows first",
        )

    def handle(self, *args: Any, file: Path, trust: str | None, **options: Any) -> None:
        """Import it and say what it changed."""
        by, now = f"{getpass.getuser()}, shell", timezone.now()
        try:
            with file.open("rb") as source:
                data = source.read(policy.LARGEST_RECEIPT_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.", returncode=2) from error
        try:
            if trust:
                trust_receiver(trust, by=by, at=now)
            done = import_receipt(data, by=by, now=now)
        except UnknownReceiver as unknown:
            hint = f"Then run: import_receipt {file} --trust {unknown.fingerprint}"
            raise CommandError(f"{unknown} {hint}", returncode=1) from unknown
        except ReceiptRefused as refused:
            raise CommandError(str(refused), returncode=1) from refused
        self._tell(done)

    def _tell(self, done: Imported) -> None:
        if done.is_repeat:
            self.stdout.write(f"This receipt was imported before; nothing changed in {done.report}.")
        else:
            self.stdout.write(
                f"{done.closed} bundles of {done.report} arrived at {done.receipt.received_at:%F %T} UTC."
            )
        for volume in done.open:
            self.stdout.write(volume.sentence)
        if not done.open:
            self.stdout.write(f"{done.report} is closed: every report in it arrived.")
        files = leftovers_of(done.report)
        if files.count:
            self.stdout.write(
                f"{files.count} files ({files.size:,} bytes) may be deleted on the page Manual reporting."
            )
