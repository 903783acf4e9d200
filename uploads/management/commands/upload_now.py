"""Start an upload from the shell: the same as the button."""

import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from programs.catalog import programs
from servers.models import LicenseServer
from uploads.explanations import explain
from uploads.handover import hand_over
from uploads.models import Upload
from uploads.starting import NotStarted, start_upload
from uploads.states import State

LOOK_EVERY_SECONDS = 0.25


class Command(BaseCommand):
    """`upload_now PROGRAM --server NAME [--wait]`: exit 1 when it could not be started or, with --wait, delivered."""

    help = "Start an upload by hand. With --wait, follow it until it ends."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PROGRAM, --server and --wait."""
        parser.add_argument("program", metavar="PROGRAM", choices=sorted(programs()), help="code of the program")
        parser.add_argument("--server", required=True, metavar="NAME", help="name of the license server")
        parser.add_argument("--wait", action="store_true", help="return when the upload has ended")

    def handle(self, *args: Any, program: str, server: str, wait: bool, **options: Any) -> None:
        """Start one upload for each kind of the program."""
        owner = LicenseServer.objects.named(server).first()
        if owner is None:
            raise CommandError(f"There is no server named {server}. Import a license file for it first.", returncode=2)
        for kind in programs()[program].uploads:
            try:
                upload = start_upload(owner, program_code=program, kind=kind.kind, by=None)
            except NotStarted as error:
                raise CommandError(str(error), returncode=1) from error
            self.stdout.write(f"Upload {upload.pk} of {program} {kind.kind} is waiting for a worker.")
            if not hand_over(upload.pk):
                self.stderr.write("The broker does not answer. The upload waits; start Licensing Manager.")
            if wait:
                self._follow(upload)

    def _follow(self, upload: Upload) -> None:
        while upload.is_moving:
            time.sleep(LOOK_EVERY_SECONDS)
            upload.refresh_from_db()
        self.stdout.write(f"{upload.get_state_display()}: {upload.result_code}, sha256 {upload.bundle_sha256}")
        if upload.state != State.DELIVERED:
            meaning = explain(upload.result_code)
            self.stderr.write(f"{meaning.cause} {meaning.fix}")
            sys.exit(1)
