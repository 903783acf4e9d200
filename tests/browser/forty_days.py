"""Forty days offline: two servers whose reports the real scheduler and worker seal day by day, on a moved clock.

Run beside a running system, in its environment: `python -m tests.browser.forty_days`. One day of one server is left
out when a number is given: then nobody was there to tick.
"""

import sys
from datetime import UTC, datetime, timedelta

import django
import time_machine

NAMES = ("lab-01.plant.example", "lab-02.plant.example")
DAYS = 40


def live_through(*, skipped: int | None) -> None:
    """Add the servers forty days ago and let every day pass."""
    from django.utils import timezone

    from intake.importing import import_report
    from intake.models import Door
    from programs.schedule import EVERY
    from servers.models import ReportingMode
    from servers.registry import add_server, change_server
    from tests.factories import license_file
    from uploads.dispatch import tick
    from uploads.models import Upload
    from uploads.states import State
    from uploads.transfer import transfer

    begin = datetime.now(UTC) - timedelta(days=DAYS)
    with time_machine.travel(begin, tick=False) as clock:
        for name in NAMES:
            server = add_server(name=name, service_started_at=begin - timedelta(minutes=6))
            import_report(server, license_file(host=server.short_name), name="citrix.lic", door=Door.SHELL)
            change_server(server, reporting_mode=ReportingMode.MANUAL)
        for number in range(DAYS):
            if number != skipped:
                tick(now=timezone.now(), send=lambda _: True)
                for pk in Upload.objects.filter(state=State.QUEUED).values_list("pk", flat=True):
                    transfer(pk)
            clock.shift(EVERY)
    print(Upload.objects.filter(state=State.READY).count())  # noqa: T201  # the story reads it


if __name__ == "__main__":
    django.setup()
    live_through(skipped=int(sys.argv[1]) if len(sys.argv) > 1 else None)
