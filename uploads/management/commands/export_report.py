"""Gather what a person carries: the same as the page. What was killed half-way is simply run again."""

import getpass
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from servers.models import LicenseServer
from uploads.courier_gaps import gaps_of
from uploads.courier_index import LimitTooSmall
from uploads.courier_key import KeyUnusable
from uploads.courier_models import ManualReport
from uploads.courier_open import still_open
from uploads.courier_volume import VolumeFailed, ensure_volume
from uploads.manual_report import NothingGathered, Wish, gather, hand_out


class Command(BaseCommand):
    """`export_report --server NAME… --out DIR [--max-bytes N] [--more | --again]`, or `--all` for the fleet.

    Exit 1 when nothing could be gathered or a volume could not be written. Missing days are named and are no failure.
    """

    help = "Gather the sealed reports of servers that report by hand into signed volumes to carry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--server or --all, --out, --max-bytes, --more and --again."""
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("--server", nargs="+", metavar="NAME", default=[], help="names of license servers")
        whose.add_argument("--all", action="store_true", help="every server that is in service")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="where the volumes are written")
        parser.add_argument("--max-bytes", type=_count, metavar="N", help="the most bytes of one volume; 0 is no limit")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--more", action="store_true", help="gather what was sealed since the set that is open")
        which.add_argument("--again", action="store_true", help="give the open set up, and gather everything anew")

    def handle(self, *args: Any, **options: Any) -> None:
        """Gather, write every volume, and say what is missing."""
        servers = None if options["all"] else tuple(_server(name) for name in options["server"])
        wish, now = Wish(servers, options["max_bytes"]), timezone.now()
        by = f"{getpass.getuser()}, shell"
        try:
            report = gather(wish, by=by, at=now, more=options["more"], again=options["again"])
            self._write(report, options["out"], by=by)
        except (NothingGathered, LimitTooSmall, KeyUnusable, VolumeFailed, OSError) as error:
            raise CommandError(str(error), returncode=1) from error
        for gap in gaps_of(wish.of_whom(), now=now):
            self.stderr.write(f"Missing: {gap.sentence}")
        for volume in still_open(report) if report.receipts.exists() else ():
            self.stderr.write(volume.sentence)

    def _write(self, report: ManualReport, folder: Path, *, by: str) -> None:
        volumes = list(report.volumes.all())
        for volume in volumes:
            path = ensure_volume(volume, folder=folder)
            hand_out(volume, by=by, at=timezone.now(), to=_("written to %(folder)s") % {"folder": folder})
            self.stdout.write(f"{path}  {volume.size:,} bytes  sha256 {volume.sha256}")
        count = report.items.count()
        self.stdout.write(f"{report}: {count} bundles in {len(volumes)} volumes, signed with {report.signed_with}")


def _server(name: str) -> LicenseServer:
    server = LicenseServer.objects.named(name).first()
    if server is None:
        raise CommandError(f"There is no server named {name}.", returncode=2)
    return server


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 15:
        raise ArgumentTypeError("a limit is a number of bytes")
    return int(text)
