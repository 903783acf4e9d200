"""What happens to sealed reports when a server changes between the network and the courier? Nothing is lost.

When reporting becomes manual, what is sealed and has not arrived is not canceled: nothing was withdrawn, the same
report only takes another way. So it waits for a courier (READY). What is not sealed yet stays where it is: its worker
seals it, and finds the network closed. Only what a person wanted to send right now is canceled, because that is what
was given up. When reporting becomes electronic again, what waits joins the ordinary queue; what somebody carries at
that moment does not, or it might arrive twice.
"""

from collections.abc import Callable

from django.db import transaction
from django.db.models import Case, Value, When

from programs.codes import TELEMETRY
from servers.models import LicenseServer, ReportingMode
from uploads.fence import STILL_UNDER_WAY, FenceStillOpen, stoppable, take_away, wait_until_quiet
from uploads.models import Trigger, Upload, UploadQuerySet
from uploads.states import OPEN, State, before

DAILY = Case(When(trigger=Trigger.SCHEDULE, then=Value(Trigger.CARRIED)), default="trigger")


def hand_to_courier(server: LicenseServer, *, reason: str, pause: Callable[[float], None]) -> int:
    """Reports leave by hand from now on; returns how many uploads were canceled. Call it after the decision.

    When this returns not one more byte leaves over the network. Raises FenceStillOpen when a request takes longer
    than a lease; everything is in its place then too.
    """
    is_quiet = wait_until_quiet(server, TELEMETRY, pause)
    with transaction.atomic():
        sealed = stoppable(server, TELEMETRY, OPEN).exclude(bundle_sha256="")
        take_away(sealed, State.READY, reason=reason, trigger=DAILY, handed_over_at=None)
        unsealed = stoppable(server, TELEMETRY, OPEN - {State.SENDING}).filter(bundle_sha256="")
        unsealed.exclude(trigger=Trigger.PERSON).update(trigger=DAILY)
        asked_for = unsealed.filter(trigger=Trigger.PERSON)
        canceled = take_away(asked_for, State.CANCELED, reason=reason)
    if not is_quiet:
        raise FenceStillOpen(str(STILL_UNDER_WAY))
    return canceled


def return_to_queue() -> int:
    """What waits for a courier although its server reports electronically leaves by itself; returns how many that is.

    Asked at every tick, so that a bundle that was being sealed while somebody changed the mode is not forgotten.
    """
    waiting: UploadQuerySet = Upload.objects.filter(
        state=State.READY, server__reporting_mode=ReportingMode.ELECTRONIC, server__archived_at__isnull=True
    )
    ids = list(waiting.values_list("pk", flat=True))
    return (
        Upload.objects.filter(pk__in=ids, state__in=before(State.QUEUED))
        .filter(state=State.READY)
        .update(
            state=State.QUEUED,
            next_attempt_at=None,
            handed_over_at=None,
            trigger=Case(When(trigger=Trigger.CARRIED, then=Value(Trigger.SCHEDULE)), default="trigger"),
        )
    )
