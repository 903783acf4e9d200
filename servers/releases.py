"""When must a server move to a newer build? From an editable table of builds; an unknown date is never a verdict.

The vendor's rule: within six months of the release of each new version. What counts as a version, and what as its
release, is not published; a build and the first day that somebody named it are our choice.
"""

import calendar
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

SHIPPED = Path(__file__).with_name("releases.toml")
# What the shipped table says of its sources, for the catalogs; sources of an administrator's own lines stay as typed.
SHIPPED_SOURCES = (
    gettext_noop("Named as the least build for CVAD 2106 to 2305 on the vendor's licensing page of those versions"),
    gettext_noop("Named as current in a dated copy of a public build guide"),
    gettext_noop("Download lists beside CVAD 2112 and 2203"),
    gettext_noop("Named in a public test suite"),
    gettext_noop("The vendor's telemetry FAQ: announced in the middle of October 2022"),
    gettext_noop("Named as current in two articles of February and March 2023"),
    gettext_noop("The vendor's documentation set"),
    gettext_noop("Named as current in a dated copy of a public build guide and in a digest of that month"),
    gettext_noop("Named as the least build for the License Activation Service in an article of that day"),
)
MONTHS = 6
LAST_BUILD = 10**9


class TableUnreadable(Exception):
    """The table cannot be used; the text says which line of which file, and what to do."""


@dataclass(frozen=True, slots=True)
class Release:
    """One build. `released` is sure, `by` is a day by which it was out; both None is not known."""

    build: int
    released: date | None
    by: date | None
    source: str

    @property
    def out_by(self) -> date | None:
        """A day on which it was surely out."""
        return self.released or self.by


@dataclass(frozen=True, slots=True)
class VersionLimit:
    """Until when a build may run. `due` None: no date is known, or there is no `newer` build.

    `is_sure` is False where the date is only a bound: the true limit is that day or an earlier one.
    """

    newer: int | None
    due: date | None
    is_sure: bool
    source: str

    @property
    def source_words(self) -> str:
        """The source for people."""
        return _(self.source) if self.source in SHIPPED_SOURCES else self.source


def edited_table() -> Path:
    """Where an administrator's own lines stand."""
    return Path(settings.DATA_DIR) / "releases.toml"


def releases() -> tuple[Release, ...]:
    """Every known build, the oldest first. Raises TableUnreadable."""
    own = edited_table()
    try:
        stamp = own.stat().st_mtime_ns
    except OSError:
        stamp = 0
    return _table(own, stamp)


def limit_of(build: int, *, table: Iterable[Release]) -> VersionLimit:
    """The limit for this build: six months after the next one came out, as far as that is known."""
    newer = sorted((one for one in table if one.build > build), key=lambda one: one.build)
    if not newer:
        return VersionLimit(None, None, is_sure=False, source="")
    bound = min((one for one in newer if one.out_by), key=lambda one: one.out_by or date.max, default=None)
    if bound is None or bound.out_by is None:
        return VersionLimit(newer[0].build, None, is_sure=False, source=newer[0].source)
    sure = bound is newer[0] and bound.released is not None
    return VersionLimit(newer[0].build, months_after(bound.out_by, MONTHS), is_sure=sure, source=bound.source)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@lru_cache(maxsize=4)
def _table(own: Path, stamp: int) -> tuple[Release, ...]:
    """The shipped lines, and over them those of the data folder. `stamp` is its time of change, 0 when it is absent."""
    known = {one.build: one for one in _read(SHIPPED)}
    if stamp:
        known |= {one.build: one for one in _read(own)}
    return tuple(known[build] for build in sorted(known))


def _read(path: Path) -> list[Release]:
    try:
        with path.open("rb") as file:
            rows = tomllib.load(file).get("build", [])
        return [_release(row) for row in rows]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValueError, AttributeError, TypeError) as error:
        raise TableUnreadable(
            _(
                "%(file)s in the data folder cannot be used: %(error)s. Each build is a [[build]] with number, "
                "source, and released or by as YYYY-MM-DD."
            )
            % {"file": path.name, "error": error}
        ) from error


def _release(row: dict[str, object]) -> Release:
    number, released, by = row.get("number"), row.get("released"), row.get("by")
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number < LAST_BUILD:
        raise ValueError(_("number is %(number)s, not a build number") % {"number": repr(number)})
    for name, day in (("released", released), ("by", by)):
        if day is not None and (not isinstance(day, date) or isinstance(day, datetime) or not 1990 < day.year < 2200):
            raise ValueError(
                _("%(name)s of build %(build)s is %(day)s, not a day")
                % {"name": name, "build": number, "day": repr(day)}
            )
    return Release(number, released, by, str(row.get("source", "")))  # type: ignore[arg-type]
