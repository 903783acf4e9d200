"""Is there room? The free space of the data folder: measured, noted once a day, and asked before anything is begun."""

import errno
import re
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from languages.numbers import number
from uploads.disk_forecast import Forecast, Outlook, Reading, forecast
from uploads.models import Upload
from uploads.own_state import DiskReading

RESERVE = 64 * 1024 * 1024  # ours: database, broker and logs must be able to write down that the disk is full
SMALLEST_NEED = 1024 * 1024  # ours: for a kind that was never sealed; most bundles are far smaller
GROWTH = 2  # ours: a bundle may be twice as large as the last of its kind, since license files come and go
FULL = re.compile(r"database or disk is full|No space left on device|could not extend file")
KEPT_FOR = timedelta(days=400)
ACT_DAYS, PLAN_DAYS = 7, 30


class DiskFull(OSError):
    """Nothing was begun because it could not be finished; the text says how much is missing."""


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk of the data folder, in bytes."""

    total: int
    free: int

    @property
    def used_percent(self) -> float:
        """How much of it is not free."""
        return round(100 - self.free * 100 / self.total, 1) if self.total else 100.0

    @property
    def is_full(self) -> bool:
        """Is only the reserve left, so that no bundle is begun?"""
        return self.free < RESERVE + SMALLEST_NEED


@dataclass(frozen=True, slots=True)
class DiskState:
    """What there is to say. `disk` is None when it could not be measured: that is not the same as full.

    `readings` are the days that the forecast was made from, oldest first.
    """

    disk: Disk | None
    forecast: Forecast
    days_left: int | None
    readings: tuple[Reading, ...] = ()

    @property
    def sign(self) -> str:
        """act when full or within 7 days, plan within 30, blank where nothing can be said yet, else well."""
        if self.disk is None:
            return "blank"
        if self.disk.is_full or (self.days_left is not None and self.days_left <= ACT_DAYS):
            return "act"
        if self.days_left is not None and self.days_left <= PLAN_DAYS:
            return "plan"
        return "blank" if self.forecast.outlook == Outlook.TOO_EARLY else "well"


def measure() -> Disk | None:
    """The disk as it is now; None when the data folder cannot be asked."""
    try:
        usage = shutil.disk_usage(_nearest_folder(Path(settings.DATA_DIR)))
    except OSError:
        return None
    return Disk(usage.total, usage.free) if usage.total else None  # a file system without a size keeps no files


def note_reading(*, now: datetime) -> bool:
    """The tick: one row for each day, the newest reading counts. False when nothing could be measured."""
    disk, today = measure(), now.astimezone(UTC).date()
    if disk is None:
        return False
    facts = {"at": now, "total": disk.total, "free": disk.free}
    DiskReading.objects.update_or_create(day=today, defaults=facts)
    DiskReading.objects.filter(day__lt=today - KEPT_FOR).delete()
    return True


def disk_state(*, now: datetime) -> DiskState:
    """The disk, and the day when it is full if it goes on like this."""
    disk, today = measure(), now.astimezone(UTC).date()
    rows = DiskReading.objects.filter(day__lt=today).values_list("day", "free")
    readings = [Reading(day, free) for day, free in rows]
    if disk is not None:
        readings.append(Reading(today, disk.free))
    found = forecast(readings, today=today)
    return DiskState(disk, found, _days_until(found.full_on, today), tuple(sorted(readings, key=lambda one: one.day)))


def refuse_without_room(server_id: int, *, program_code: str, kind: str) -> None:
    """Raises DiskFull when a new bundle of this kind could not be finished. A disk that cannot be asked is tried."""
    disk = measure()
    if disk is None:
        return
    needs = room_for(server_id, program_code=program_code, kind=kind)
    if disk.free < needs + RESERVE:
        usable = max(disk.free - RESERVE, 0)
        raise DiskFull(
            _(
                "The disk is full: this bundle needs about %(needs)s, %(usable)s are free beyond the reserve of "
                "%(reserve)s. Nothing was begun. Free some space on the disk of %(folder)s."
            )
            % {
                "needs": _words(needs),
                "usable": _words(usable),
                "reserve": _words(RESERVE),
                "folder": settings.DATA_DIR,
            }
        )


def is_disk_full(error: BaseException | None) -> bool:
    """Does this error, or what it came from, say that nothing could be written? Each database has its own words."""
    while error is not None:
        if isinstance(error, DiskFull) or (isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}):
            return True
        if isinstance(error, DatabaseError) and FULL.search(str(error)):
            return True
        error = error.__cause__ or error.__context__
    return False


def room_for(server_id: int, *, program_code: str, kind: str) -> int:
    """How many bytes a new bundle may take: what the last of its kind took, and as much again."""
    sealed = Upload.objects.filter(server=server_id, program=program_code, kind=kind, size__gt=0)
    last = sealed.order_by("-created_at", "-id").values_list("size", flat=True).first()
    return max((last or 0) * GROWTH, SMALLEST_NEED)


def _days_until(day: date | None, today: date) -> int | None:
    return None if day is None else (day - today).days


def _nearest_folder(path: Path) -> Path:
    """Before the first start the folder itself is not there yet."""
    return next((one for one in (path, *path.parents) if one.exists()), path)


def _words(count: int) -> str:
    return pgettext("size", "%(number)s MB") % {"number": number(count / 1_000_000, decimals=1)}
