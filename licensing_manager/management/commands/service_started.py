"""How does a release say that the service (re)started? `manage.py service_started`, run once after `migrate`.

`serve` does the same itself; this is for installations whose processes are started by something else.
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.setup_link import new_setup_secret
from servers.registry import note_service_start


class Command(BaseCommand):
    """What is due or overdue then follows five minutes later; slots that go on are not shifted."""

    help = "Note that the service (re)started: what is due follows five minutes later; print the first account's link."

    def handle(self, *_: Any, **__: Any) -> None:
        """Note it, say for how many servers, and let the first person in where nobody is there."""
        count = note_service_start(at=timezone.now())
        servers = f"{count} server{'' if count == 1 else 's'}"
        self.stdout.write(f"A start of the service was noted for {servers}. What is due follows in five minutes.")
        secret = new_setup_secret()
        if secret:
            self.stdout.write(f"Set up the first account: open /setup/{secret}/ at the address of this installation.")
