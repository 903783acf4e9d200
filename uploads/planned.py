"""Which daily slots were planned, and so which is the newest that has come? One question for one server or for all.

The newest slots of 10,000 servers are found among what was planned lately, so the question stays as cheap as the
history grows long. Only servers that were not planned lately are looked up one by one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery

from programs.codes import EVERYWHERE
from programs.schedule import EVERY, current_slot, next_slot
from servers.models import LicenseServer
from uploads.models import Trigger, Upload

DAILY = (Trigger.SCHEDULE, Trigger.CARRIED)
LATELY = 2 * EVERY  # a slot is in force for 24 hours and was planned after it came


@dataclass(frozen=True, slots=True)
class Planned:
    """The newest planned slots: of each server, and of each of its kinds."""

    slots: Mapping[int, datetime]
    kinds: Mapping[tuple[int, str, str], datetime]

    def slot_of(self, server: LicenseServer, *, now: datetime) -> datetime | None:
        """The slot that is in force; None in the minutes after a start of the service."""
        return current_slot(server.service_started_at, now=now, last=self.slots.get(server.pk))

    def has(self, server: LicenseServer, program: str, kind: str, slot: datetime) -> bool:
        """Was this kind planned for the 24 hours that end with the slot?"""
        newest = self.kinds.get((server.pk, program, kind))
        return newest is not None and newest > slot - EVERY


def planned(servers: Iterable[LicenseServer], *, now: datetime) -> Planned:
    """The newest slots of these servers, in two queries at most."""
    rows = _come(now=now).filter(created_at__gt=now - LATELY).order_by()
    slots: dict[int, datetime] = {}
    kinds = {}
    for server, program, kind, newest in rows.values_list("server_id", "program", "kind").annotate(Max("period")):
        kinds[server, program, kind] = newest
        slots[server] = max(newest, slots.get(server, newest))
    missing = [server.pk for server in servers if server.pk not in slots]
    return Planned(slots | _last_ever(missing, now=now), kinds)


def next_slot_of(server: LicenseServer, *, now: datetime) -> datetime:
    """When the next daily uploads of this server are planned."""
    last = _last_ever([server.pk], now=now).get(server.pk)
    return next_slot(server.service_started_at, now=now, last=last)


def _last_ever(servers: list[int], *, now: datetime) -> dict[int, datetime]:
    """The newest slots of a few servers, however long ago that was."""
    if not servers:
        return {}
    newest = _come(now=now).filter(server=OuterRef("pk")).order_by("-created_at", "-id").values("period")[:1]
    known = LicenseServer.objects.order_by().annotate(newest=Subquery(newest)).values_list("pk", "newest")
    if len(servers) < EVERYWHERE:
        known = known.filter(pk__in=servers)
    wanted = frozenset(servers)
    return {pk: slot for pk, slot in known if slot is not None and pk in wanted}


def _come(*, now: datetime) -> QuerySet[Upload]:
    """Slots that were planned while a clock was ahead have not come yet; a reinstalled server begins anew."""
    rows = Upload.objects.filter(trigger__in=DAILY, period__lte=now)
    reset = F("server__schedule_reset_at")
    return rows.filter(Q(server__schedule_reset_at__isnull=True) | Q(created_at__gte=reset))
