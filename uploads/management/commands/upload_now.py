"""Start an upload from the shell: the same as the button."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programs.catalog import programs
from servers.models import LicenseServer
from uploads.handover import hand_over
from uploads.models import Upload
from uploads.starting import NotStarted, start_upload
from uploads.states import State

LOOK_EVERY_SECONDS = 0.25


class Command(BaseCommand):
    """`upload_now PROGRAM --server NAME [--kind KIND] [--wait]`.

    Exit 1 when one could not be started or, with --wait, was not delivered.
    """

    help = "Start an upload by hand. With --wait, follow it until it ends."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PROGRAM, --server, --kind and --wait."""
        parser.add_argument("program", metavar="PROGRAM", choices=sorted(programs()), help="code of the program")
        parser.add_argument("--server", required=True, metavar="NAME", help="name of the license server")
        kinds = sorted({upload.kind for program in programs().values() for upload in program.uploads})
        parser.add_argument("--kind", choices=kinds, help="only this one of the program's uploads")
        parser.add_argument("--wait", action="store_true", help="return when the upload has ended")

    def handle(self, *args: Any, program: str, server: str, kind: str | None, wait: bool, **options: Any) -> None:
        """Start one upload for each kind of the program, or for the wanted one."""
        owner = LicenseServer.objects.named(server).first()
        if owner is None:
            raise CommandError(f"There is no server named {server}. Import a license file for it first.", returncode=2)
        kinds = [upload.kind for upload in programs()[program].uploads if kind in (None, upload.kind)]
        if not kinds:
            raise CommandError(f"{program} has no upload of the kind {kind}.", returncode=2)
        started = [self._start(owner, program=program, kind=one) for one in kinds]
        # All are under way before the first is waited for, and one that fails hides nothing of the others.
        ends = [self._is_delivered(upload) for upload in started] if wait else []
        if not all(ends):
            sys.exit(1)

    def _start(self, owner: LicenseServer, *, program: str, kind: str) -> Upload:
        try:
            upload = start_upload(owner, program_code=program, kind=kind, by=None)
        except NotStarted as error:
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write(f"Upload {upload.pk} of {program} {kind} is waiting for a worker.")
        if not hand_over(upload.pk):
            self.stderr.write("The broker does not answer. The upload waits; start Licensing Manager.")
        return upload

    def _is_delivered(self, upload: Upload) -> bool:
        """Follow it until it ends, and say how."""
        upload.refresh_from_db()
        while upload.is_moving:
            time.sleep(LOOK_EVERY_SECONDS)
            upload.refresh_from_db()
        end = f"{upload.get_state_display()}: {upload.result_code}, sha256 {upload.bundle_sha256}"
        self.stdout.write(f"Upload {upload.pk} {upload.kind}: {end}")
        if upload.state != State.DELIVERED and (meaning := upload.explanation):
            self.stderr.write(f"{meaning.cause} {meaning.fix}")
        return upload.state == State.DELIVERED
