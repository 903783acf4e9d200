"""evaluate_alerts: let the rules look now, and say what is new."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from alerts.evaluation import evaluate


class Command(BaseCommand):
    """The same as the tick."""

    help = "Let the rules look now. Prints what opened, what closed and what is said for the first time."

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0 whatever was found: it is no finding of this command."""
        done = evaluate(now=timezone.now())
        for notice in done.notices:
            self.stdout.write(
                f"{notice.get_severity_display()}: {notice.title} ({notice.get_reason_display().lower()})"
            )
        self.stdout.write(f"{done.opened} opened, {done.kept} still open, {done.closed} closed.")
