"""note_backup: the last line of a backup job, so that its clock starts anew."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alerts.reading_installation import BACKUP
from uploads.models import Tick


class Command(BaseCommand):
    """Note that a backup of this installation succeeded just now."""

    help = "Note that a backup of this installation succeeded just now. Call it at the end of your backup job."

    def handle(self, *args: Any, **options: Any) -> None:
        """It only notes the moment; the backup is yours."""
        Tick.note(BACKUP, at=timezone.now())
        self.stdout.write("Noted. The next backup is expected within 7 days.")
