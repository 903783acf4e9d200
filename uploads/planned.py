"""Which daily slots were planned, and so which is the newest that has come? One question for one server or for all.

Only what was planned lately counts, so the question stays as cheap as the history grows long.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, Q, QuerySet

from programs.schedule import EVERY, GOES_ON_FOR, current_slot, next_slot
from servers.models import LicenseServer
from uploads.models import Trigger, Upload

DAILY = (Trigger.SCHEDULE, Trigger.CARRIED)


@dataclass(frozen=True, slots=True)
class Planned:
    """The newest planned slots: of each server, and of each of its kinds."""

    slots: Mapping[int, datetime]
    kinds: Mapping[tuple[int, str, str], datetime]

    def slot_of(self, server: LicenseServer, *, now: datetime) -> datetime | None:
        """The slot that is in force; None in the minutes after a start of the service."""
        return current_slot(server.service_started_at, now=now, last=self.slots.get(server.pk))

    def has(self, server: LicenseServer, program: str, kind: str, slot: datetime) -> bool:
        """Was this kind planned for the 24 hours that end with the slot?

        A slot shifts when the schedule begins anew; that must not report one day twice.
        """
        newest = self.kinds.get((server.pk, program, kind))
        return newest is not None and newest > slot - EVERY


def planned(*, now: datetime) -> Planned:
    """The newest slots of every server, in one query."""
    rows = _lately(now=now).order_by().values_list("server_id", "program", "kind").annotate(newest=Max("period"))
    slots: dict[int, datetime] = {}
    kinds = {}
    for server, program, kind, newest in rows:
        kinds[server, program, kind] = newest
        slots[server] = max(newest, slots.get(server, newest))
    return Planned(slots, kinds)


def next_slot_of(server: LicenseServer, *, now: datetime) -> datetime:
    """When the next daily uploads of this server are planned."""
    last = _lately(now=now).filter(server=server).aggregate(newest=Max("period"))["newest"]
    return next_slot(server.service_started_at, now=now, last=last)


def _lately(*, now: datetime) -> QuerySet[Upload]:
    """Slots that were planned while a clock was ahead have not come yet; a reinstalled server begins anew."""
    rows = Upload.objects.filter(trigger__in=DAILY, created_at__gt=now - GOES_ON_FOR, period__lte=now)
    reset = F("server__schedule_reset_at")
    return rows.filter(Q(server__schedule_reset_at__isnull=True) | Q(created_at__gte=reset))
