"""How does a server of the invented fleet become a row? Added as a person adds it, then given its past."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from uuid import UUID

from demo.fleet import BUILD, Machine, Story
from programs.schedule import EVERY, FIRST_UPLOAD_AFTER
from servers.models import LicenseServer, ServerGroup
from servers.registry import add_server

RETIRED_AGO = 60  # days
LATE = 600  # seconds before midnight: nothing would have time to be looked at before the next report
NEW = 20  # days since the server was added of which nothing is known


@dataclass(frozen=True, slots=True)
class Member:
    """A server of the fleet: what it is to show, its row, when its next report is due, and since when it is known."""

    machine: Machine
    server: LicenseServer
    next_slot: datetime
    days: int

    def slot(self, ago: int) -> datetime:
        """The due time so many days before the newest that has come."""
        return self.next_slot - (ago + 1) * EVERY

    @property
    def first(self) -> int:
        """How many days ago its first report was due."""
        return self.days - 1

    @property
    def last(self) -> int:
        """How many days ago its last one was."""
        return RETIRED_AGO if self.machine.story is Story.RETIRED else 0

    def dice(self, what: str) -> Random:
        """The same throws for the same server, day and purpose."""
        return Random(f"{what} {self.machine.name} {self.next_slot:%Y-%m-%d}")  # noqa: S311  # invented, no secret


def members(machines: list[Machine], *, days: int, now: datetime) -> list[Member]:
    """All of them, added so many days ago."""
    groups = {name: ServerGroup.objects.get_or_create(name=name)[0] for name in {one.group for one in machines}}
    return [_member(one, groups[one.group], number, days=days, now=now) for number, one in enumerate(machines)]


def _member(machine: Machine, group: ServerGroup, number: int, *, days: int, now: datetime) -> Member:
    known_days = NEW if machine.story is Story.UNKNOWN else days
    server = add_server(
        name=machine.name, group=group, time_zone=machine.zone, licensing_mode=machine.licensing_mode,
        product_version=f"{BUILD} {machine.build}" if machine.build else "",
        operating_system=machine.system if machine.build else "",
        hardware_id=f"DE{number:02}00000000" if machine.build else "",
        installed_at=now - timedelta(days=known_days + 30) if machine.build else None,
    )  # fmt: skip
    next_slot = _next_slot(server, number, now=now)
    started = next_slot - EVERY * min(18, known_days - 1) - FIRST_UPLOAD_AFTER
    facts = {
        "guid": UUID(int=Random(f"guid {machine.name}").getrandbits(128), version=4),  # noqa: S311  # a name, no secret
        "is_demo": True,
        "created_at": next_slot - known_days * EVERY - timedelta(hours=1),
        "service_started_at": started,
    }
    LicenseServer.objects.filter(pk=server.pk).update(**facts)
    server.refresh_from_db()
    return Member(machine, server, next_slot, known_days)


def _next_slot(server: LicenseServer, number: int, *, now: datetime) -> datetime:
    """Later today where the day has the hours for it, so that the newest report is the one of yesterday."""
    local = now.astimezone(server.zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), time.min, tzinfo=server.zone)
    left = (midnight - now).total_seconds() - 60
    if left < LATE:
        left += 9 * 3600
    soonest = min(3600.0, left / 2)
    share = (number * 7 % 40) / 40
    at = now + timedelta(seconds=soonest + (left - soonest) * share)
    return at.astimezone(now.tzinfo).replace(second=0, microsecond=0)
