"""Which days are missing? Between the last report that arrived and now, by the numbers of the sequence."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.tongues import in_english
from programs.catalog import kind_name, program
from programs.codes import TELEMETRY
from programs.schedule import day_number, first_slot, slot_of_day
from servers.models import LicenseServer
from uploads import bundle_store
from uploads.models import Upload
from uploads.planned import DAILY, planned
from uploads.states import BY_HAND, State


class Why(StrEnum):
    """What is known of a missing day, as the index of a volume says it."""

    NO_RECORD = "no report was made"
    NOT_SEALED = "its report could not be sealed"
    WAITS = "its report is not sealed yet"
    CANCELED = "its report was canceled"
    DAMAGED = "the file of its report is missing or was changed"


IN_WORDS: dict[str, Promise] = {
    Why.NO_RECORD: _("no report was made"),
    Why.NOT_SEALED: _("its report could not be sealed"),
    Why.WAITS: _("its report is not sealed yet"),
    Why.CANCELED: _("its report was canceled"),
    Why.DAMAGED: _("the file of its report is missing or was changed"),
}
DAYS_IN_A_SENTENCE = re.compile(r"\(([0-9-]{10})(?: to ([0-9-]{10}))?\)")


@dataclass(frozen=True, slots=True)
class Gap:
    """Days in a row that are missing for the same reason. `first` and `last` are when they were due."""

    server: LicenseServer
    kind: str
    first_day: int
    last_day: int
    first: datetime
    last: datetime
    why: Why

    @property
    def sentence(self) -> str:
        """What a person reads."""
        return self._sentence(kind_name(self.kind, of=TELEMETRY))

    def _sentence(self, kind: str) -> str:
        first, last = (f"{moment.astimezone(self.server.zone):%Y-%m-%d}" for moment in (self.first, self.last))
        return _sentence(self.server.name, kind, (self.first_day, self.last_day), (first, last), self.why)

    def facts(self) -> dict[str, Any]:
        """The same for the index, which is signed and says the same in every language."""
        with in_english():
            sentence = self._sentence(self.kind)
        return {
            "server": str(self.server.guid),
            "server_name": self.server.name,
            "kind": self.kind,
            "first_day": self.first_day,
            "last_day": self.last_day,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "reason": str(self.why),
            "sentence": sentence,
        }


@dataclass(frozen=True, slots=True)
class _Row:
    """One daily upload: the number of its day, its state, and its bundle."""

    pk: int
    day: int
    state: str
    sha256: str
    size: int


def sentence_of(facts: dict[str, Any]) -> str:
    """What a gap in an index says, for whoever reads now."""
    dates = DAYS_IN_A_SENTENCE.search(facts["sentence"])
    if dates is None:
        return str(facts["sentence"])
    days = facts["first_day"], facts["last_day"]
    kind = kind_name(facts["kind"], of=TELEMETRY)
    return _sentence(facts["server_name"], kind, days, (dates[1], dates[2] or dates[1]), facts["reason"])


def _sentence(server: str, kind: str, days: tuple[int, int], dates: tuple[str, str], why: str) -> str:
    """For example "ls1, Product usage: days 14 to 27 are missing (2026-03-01 to 2026-03-14), no report was made."."""
    first, last = dates
    one, several = days[0] == days[1], first != last
    words = gettext("%(first)s to %(last)s") % {"first": first, "last": last} if several else first
    facts = {"server": server, "kind": kind, "first": days[0], "last": days[1], "dates": words}
    facts["why"] = str(IN_WORDS.get(why, why))
    if one:
        return gettext("%(server)s, %(kind)s: day %(first)s is missing (%(dates)s), %(why)s.") % facts
    return gettext("%(server)s, %(kind)s: days %(first)s to %(last)s are missing (%(dates)s), %(why)s.") % facts


def gaps_of(
    servers: Iterable[LicenseServer],
    *,
    now: datetime,
    until: Mapping[int, datetime] | None = None,
    damaged: Collection[int] = (),
) -> list[Gap]:
    """The missing days of these servers, by server and kind. A day is missing once the next one is due.

    It counts from the day after the last that arrived, or from the oldest report that did not, whichever is earlier.
    `until` names, by server, a period after which nothing is looked for; `damaged` are uploads whose file is not what
    it was.
    """
    known = list(servers)
    rows, slots = _rows(known), planned(known, now=now)
    kinds = [upload.kind for upload in program(TELEMETRY).uploads]
    found: list[Gap] = []
    for server in known:
        end = until.get(server.pk) if until else None
        planned_last = slots.slots.get(server.pk)
        # In the minutes after a start no slot is in force, and what was missing before is missing still.
        last = _last_day(server, end or slots.slot_of(server, now=now) or planned_last, is_due=end is None)
        slot = planned_last or first_slot(server.service_started_at)
        for kind in kinds if last is not None else ():
            missing = _missing(rows[server.pk, kind], last=last or 0, damaged=damaged)
            found.extend(Gap(server, kind, *ends) for ends in _in_a_row(server, missing, slot=slot))
    return found


def _last_day(server: LicenseServer, slot: datetime | None, *, is_due: bool) -> int | None:
    """The last day to look at: that of the slot, or the one before it while the slot itself may still be made."""
    return None if slot is None else day_number(server.created_at, slot) - is_due


def _rows(servers: list[LicenseServer]) -> dict[tuple[int, str], list[_Row]]:
    since = {server.pk: server.created_at for server in servers}
    uploads = Upload.objects.filter(server__in=servers, program=TELEMETRY, trigger__in=DAILY).order_by()
    rows: dict[tuple[int, str], list[_Row]] = defaultdict(list)
    names = ("pk", "server_id", "kind", "period", "state", "bundle_sha256", "size")
    for pk, server, kind, period, state, sha256, size in uploads.values_list(*names).iterator():
        rows[server, kind].append(_Row(pk, day_number(since[server], period), state, sha256, size))
    return rows


def _missing(rows: list[_Row], *, last: int, damaged: Collection[int]) -> dict[int, Why]:
    """The missing days and why. Several rows of one day: one that is there is enough."""
    arrived = [row.day for row in rows if row.state == State.DELIVERED]
    waiting = [row.day for row in rows if row.state in BY_HAND]
    first = max(arrived) + 1 if arrived else min([1, *(row.day for row in rows)])
    missing = dict.fromkeys(range(min([first, *waiting]), last + 1), Why.NO_RECORD)
    there = set(arrived)
    for row in rows:
        if row.day in missing and row.day not in there:
            why = Why.DAMAGED if row.pk in damaged else _why(row)
            if why is None:
                there.add(row.day)
            else:
                missing[row.day] = why
    return {day: why for day, why in missing.items() if day not in there}


def _why(row: _Row) -> Why | None:
    if row.state in BY_HAND:
        return None if _is_there(row) else Why.DAMAGED
    if row.state == State.CANCELED:
        return Why.CANCELED
    return Why.NOT_SEALED if row.state in {State.FAILED, State.REFUSED} else Why.WAITS


def _is_there(row: _Row) -> bool:
    """A look at the size; the bytes are checked whenever a volume is written."""
    try:
        return bundle_store.path_of(row.sha256).stat().st_size == row.size
    except OSError:
        return False


def _in_a_row(
    server: LicenseServer, missing: dict[int, Why], *, slot: datetime
) -> Iterator[tuple[int, int, datetime, datetime, Why]]:
    start: int | None = None
    for day in sorted(missing):
        start = day if start is None else start
        if missing.get(day + 1) != missing[day]:
            first, last = (slot_of_day(slot, since=server.created_at, day=one) for one in (start, day))
            yield start, day, first, last, missing[day]
            start = None
