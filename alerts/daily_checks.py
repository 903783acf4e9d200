"""What is looked at once a day, so that its clock can tell? The ledger of consent, and the way to the destination."""

from datetime import datetime, timedelta

from django.conf import settings

from alerts.reading_installation import LEDGER, LEDGER_BROKEN
from programs.ledger import verify
from servers.models import LicenseServer, ReportingMode
from uploads.asking_for_checks import NotAsked, ask
from uploads.models import Tick
from uploads.own_state import NetworkCheck

EVERY = timedelta(hours=24)


def check(*, now: datetime) -> bool:
    """Verify the ledger, and let a worker look at the way out. True when the chain holds."""
    ask_for_the_way(now=now)
    return verify_ledger(now=now)


def verify_ledger(*, now: datetime) -> bool:
    """Note when every row was verified last, or that the chain does not hold."""
    is_whole = verify().is_whole
    if is_whole:
        Tick.note(LEDGER, at=now)
        Tick.objects.filter(name=LEDGER_BROKEN).delete()
    elif not Tick.objects.filter(name=LEDGER_BROKEN).exists():
        Tick.note(LEDGER_BROKEN, at=now)  # since when, not when last
    return is_whole


def ask_for_the_way(*, now: datetime) -> bool:
    """Nothing is opened from a sandbox, nor where every report is carried by hand. Once a day, also beside people."""
    sends = LicenseServer.objects.in_service().filter(reporting_mode=ReportingMode.ELECTRONIC).exists()
    if settings.SANDBOX or not sends or NetworkCheck.objects.filter(asked_at__gt=now - EVERY / 2).exists():
        return False
    try:
        ask(by=None)
    except NotAsked:
        return False  # the broker is gone, which the watchdog says
    return True
