"""How does a release say that the service (re)started? `manage.py service_started`, run once after `migrate`.

`serve` does the same itself; this is for installations whose processes are started by something else.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.setup_link import new_setup_secret
from servers.registry import note_service_start


class Command(BaseCommand):
    """Every server's schedule counts from now: the first upload follows five minutes later."""

    help = "Note that the service (re)started, so that schedules count from now; print the first account's link."

    def handle(self, *_: Any, **__: Any) -> None:
        """Note it, say for how many servers, and let the first person in where nobody is there."""
        count = note_service_start(at=timezone.now())
        self.stdout.write(f"The schedule of {count} server{'' if count == 1 else 's'} counts from now.")
        secret = new_setup_secret()
        if secret:
            self.stdout.write(f"Set up the first account: open /setup/{secret}/ at the address of this installation.")
