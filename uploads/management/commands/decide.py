"""Switch a program on or off from the shell: the same decision as on the page."""

import getpass
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from programs.catalog import programs
from programs.consent import DecisionRefused, decide
from programs.models import Action, ConsentDecision, Door
from programs.texts import decision_text
from servers.models import LicenseServer
from uploads.fence import FenceStillOpen
from uploads.withdrawing import withdraw


class Command(BaseCommand):
    """`decide PROGRAM grant|withdraw --server NAME --reason TEXT`: exit 1 when it was refused, and says why."""

    help = "Switch a program on or off for a server, as a row of the consent ledger. Prints the text that it rests on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """PROGRAM, the action, --server, --reason and --language."""
        parser.add_argument("program", metavar="PROGRAM", choices=sorted(programs()), help="code of the program")
        parser.add_argument("action", choices=[Action.GRANT.value, Action.WITHDRAW.value], help="grant or withdraw")
        parser.add_argument("--server", required=True, metavar="NAME", help="name of the license server")
        parser.add_argument("--reason", required=True, metavar="TEXT", help="why, as the ledger keeps it")
        parser.add_argument(
            "--language",
            choices=[code for code, _ in settings.LANGUAGES],
            default="",
            help="of the text (default: of the installation; English where that language lacks a part)",
        )

    def handle(
        self, *args: Any, program: str, action: str, server: str, reason: str, language: str, **options: Any
    ) -> None:
        """Show, decide, tell the row."""
        owner = LicenseServer.objects.named(server).first()
        if owner is None:
            raise CommandError(f"There is no server named {server}. Import a license file for it first.", returncode=2)
        shown = decision_text(programs()[program], action, language=language)
        self.stdout.write(f"{shown.text}\n")
        try:
            row = _decided(owner, program=program, action=action, reason=reason, sha256=shown.sha256)
        except (DecisionRefused, FenceStillOpen) as error:
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write(f"In force: row {row.sequence}, {row.get_action_display().lower()}, {row.hash}")


def _decided(server: LicenseServer, *, program: str, action: str, reason: str, sha256: str) -> ConsentDecision:
    by = getpass.getuser()  # the account of the shell; it has none of ours
    facts: dict[str, Any] = {"program_code": program, "by": by, "door": Door.SHELL, "reason": reason}
    if action == Action.WITHDRAW:
        return withdraw(server, text_sha256=sha256, **facts).decisions[0]
    return decide(server, action=action, text_sha256=sha256, **facts)
