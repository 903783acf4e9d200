"""Who would have been told what, in the last and in the next year, if this ladder counted? Nothing is saved or said.

The next year is worked out from the clocks as they stand: a date that success sets back is left out, because it will
be set back, unless it stands within its ladder already. The last year is worked out from the dates of the alerts that
were open then; what never came near a step of the ladder that counted left no row, and cannot be known.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from alerts.channel_models import Channel
from alerts.clock import Clock, Kind, Shape, severity_at
from alerts.clocks import clocks_from, read_facts
from alerts.hearing import Hearer, Said, Verdict, decide
from alerts.ladder import EVERY, steps_of
from alerts.models import Alert, AlertServer, Notice, Threshold
from alerts.routing import hearer_of
from alerts.severity import Severity
from alerts.thresholds import SILENT, Ladder, Ladders, Scope, checked_facts

YEAR = timedelta(days=365)
OVERDUE_SHOWN = 28  # days: then it goes on every week, as long as nobody mends it
NAME_ENDS = re.compile(r" ?: |：")  # of the title of an alert, in every language
MOST = 50  # so many lines are listed of each year; the others are counted


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that would be said on a day: which step (negative is overdue), and to whom."""

    day: date
    title: str
    step: int
    severity: Severity
    channels: tuple[str, ...]
    why_nobody: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Two years, nearest to today first, at most 50 lines each, and how many there are in all."""

    last: tuple[Told, ...]
    next: tuple[Told, ...]
    last_count: int
    next_count: int


@dataclass(frozen=True, slots=True)
class _Dated:
    """Something with a date: what, when, where, and how long it was or will be of interest."""

    kind: str
    title: str
    due: date
    since: date
    until: date
    feature: str
    servers: Mapping[int, int | None]
    period: int | None = None


def proposed(scope: Scope, *, days: Iterable[int] = (), percent: Iterable[int] = (), is_muted: bool = False) -> Ladders:
    """All ladders as they would be with this one. Raises ThresholdRefused."""
    facts = checked_facts(scope, days=tuple(days), percent=tuple(percent), is_muted=is_muted)
    others = Threshold.objects.exclude(key=scope.key).select_related("group", "server")
    return Ladders([*others, Threshold(key=scope.key, **facts)])


def preview(ladders: Ladders, *, now: datetime) -> Preview:
    """Both years under these ladders."""
    hearers = {one.name: hearer_of(one) for one in Channel.objects.prefetch_related("groups", "servers")}
    today = now.date()
    last = [told for one in _past(now=now) for told in _told(one, ladders, hearers, today - YEAR, today, now=now)]
    coming = [told for one in _future(now=now) for told in _told(one, ladders, hearers, today, today + YEAR, now=now)]
    last.sort(key=lambda one: (-one.day.toordinal(), one.title))
    coming.sort(key=lambda one: (one.day, one.title))
    return Preview(tuple(last[:MOST]), tuple(coming[:MOST]), len(last), len(coming))


def _past(*, now: datetime) -> Iterator[_Dated]:
    rows = Alert.objects.filter(due__isnull=False, due__gt=(now - YEAR).date(), opened_at__lte=now)
    members: dict[int, dict[int, int | None]] = defaultdict(dict)
    where = AlertServer.objects.filter(alert__in=rows).order_by("id")
    for alert_id, server_id, group_id in where.values_list("alert_id", "server_id", "server__group_id"):
        members[alert_id][server_id] = group_id
    for alert in rows:
        since, until = alert.opened_at.date(), (alert.closed_at or now).date()
        if alert.due:
            title = NAME_ENDS.split(alert.title, maxsplit=1)[0]
            servers, period = members[alert.pk], _period(alert.rule)
            yield _Dated(alert.rule, title, alert.due, since, until, alert.feature, servers, period)


def _future(*, now: datetime) -> Iterator[_Dated]:
    facts = read_facts(now=now)
    groups = {one.pk: one.group_id for one in facts.servers}
    seen: dict[str, _Dated] = {}
    for pk, clocks in clocks_from(facts).items():
        for clock in clocks:
            if clock.due is None or clock.kind in SILENT or not _will_come(clock):
                continue
            before = seen.get(clock.problem)
            servers = {**(before.servers if before else {}), **({pk: groups[pk]} if pk is not None else {})}
            since, until = date.min, now.date() + YEAR
            seen[clock.problem] = _Dated(
                clock.kind, clock.title, clock.due, since, until, clock.feature, servers, clock.period
            )
    yield from seen.values()


def _will_come(clock: Clock) -> bool:
    if clock.shape != Shape.RESETS or clock.days_left is None or clock.period is None:
        return True
    return clock.days_left * 2 < clock.period


def _told(
    one: _Dated, ladders: Ladders, hearers: Mapping[str, Hearer], first: date, last: date, *, now: datetime
) -> Iterator[Told]:
    server, group = next(iter(one.servers.items()), (None, None))
    ladder = ladders.find(one.kind, group=group, feature=one.feature, server=server)
    steps = [*steps_of(ladder.days, period=one.period), -1, *range(-EVERY, -OVERDUE_SHOWN - 1, -EVERY)]
    for step, day in _reached(one, steps):
        if first < day <= min(last, one.until):
            yield _line(one, step, day, ladder, hearers, now=now)


def _reached(one: _Dated, steps: Iterable[int]) -> Iterator[tuple[int, date]]:
    """Each step with its day; of those that had passed when it was first known, the last, on that day."""
    known: tuple[int, date] | None = None
    for step in steps:
        day = date.fromordinal(max(one.due.toordinal() - step, 1))
        if day <= one.since:
            known = (step, one.since)
        else:
            yield step, day
    if known:
        yield known


def _line(one: _Dated, step: int, day: date, ladder: Ladder, hearers: Mapping[str, Hearer], *, now: datetime) -> Told:
    severity = severity_at(one.kind, step)
    said = Said(
        reason=Notice.Reason.STEP, rule=one.kind, rung=step, severity=severity, has_date=True,
        server_ids=frozenset(one.servers), group_ids=frozenset(group for group in one.servers.values() if group),
        is_muted=ladder.is_muted,
    )  # fmt: skip
    verdicts = {name: decide(said, hearer, now=now) for name, hearer in hearers.items()}
    told = tuple(name for name, found in verdicts.items() if found.verdict != Verdict.SKIPPED)
    why = "" if told else next((found.because for found in verdicts.values()), _("There is no channel."))
    return Told(day, one.title, step, severity, told, why)


def _period(kind: str) -> int | None:
    """How long a clock of this kind runs, where success sets it back."""
    return {Kind.REPORT_AGE: 90, Kind.MANUAL_REPORT: 60, Kind.ACTIVATION_LEASE: 30, Kind.BACKUP: 7}.get(Kind(kind))
