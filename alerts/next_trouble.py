"""What comes next on a server, and how much does it press? From its facts, clocks and open alerts alone. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from alerts.clock import NEVER_ACT, Clock, Shape, State
from alerts.facts import ServerFacts
from alerts.models import Condition
from alerts.severity import Severity, severity_of
from alerts.standing_models import NEVER, NOT_YET, Pressure, Share
from alerts.verdicts import verdict_states, worst_of
from programs.codes import CALL_HOME, CEIP, EVENT_DATA

MOST_MARKS = 12  # ours: a small drawing shows no more
LETTERS = {Shape.FIXED: "f", Shape.RESETS: "r", Shape.FORECAST: "e"}
NEVER_ACTS = "c"  # a fixed date on which nothing stops
SHAPES = {letter: shape for shape, letter in LETTERS.items()} | {NEVER_ACTS: Shape.FIXED}
PRESSING = {Severity.ACT: Pressure.ACT, Severity.PLAN: Pressure.PLAN}
CONDITIONS = frozenset(Condition.values)


class OpenAlert(NamedTuple):
    """One open alert that a server is part of."""

    rule: str
    severity: str
    since: datetime
    feature: str


@dataclass(frozen=True, slots=True)
class Next:
    """The next trouble."""

    kind: str = ""
    subject: str = ""
    due: date = NEVER
    state: State = State.NOT_APPLICABLE
    severity: Severity = Severity.WATCH


def is_young(clock: Clock) -> bool:
    """Does success set it back, and is less than half of its time over? Then it is no trouble yet."""
    return bool(clock.period and clock.days_left is not None and clock.days_left * 2 >= clock.period)


def next_trouble(clocks: Iterable[Clock], alerts: Iterable[OpenAlert]) -> Next:
    """The nearest of what has a date, and of the conditions that press now: those count from the day they began."""
    found = [
        Next(one.kind, one.feature or one.subject, one.due, one.state, one.severity)
        for one in clocks
        if one.due is not None and one.days_left is not None and not is_young(one)
    ]
    found += [
        Next(one.rule, one.feature, one.since.astimezone(UTC).date(), State.OVERDUE, Severity(one.severity))
        for one in alerts
        if one.rule in CONDITIONS and one.severity in PRESSING
    ]
    return min(found, key=lambda one: (one.due, -one.severity.rank, one.kind, one.subject), default=Next())


def standing_values(
    server: ServerFacts, clocks: Sequence[Clock], alerts: Collection[OpenAlert], *, granted: Collection[tuple[int, str]]
) -> dict[str, Any]:
    """What a row says of a server in service. `granted` are servers and programs that were switched on."""
    coming = next_trouble(clocks, alerts)
    states = verdict_states(clocks, build=server.build, is_manual=server.is_manual)
    is_registered = server.registration == "registered"
    return {
        "is_archived": False,
        "is_provider": server.is_provider,
        "is_registered": is_registered,
        "share": _share(server, granted),
        "sends_events": is_registered and (server.pk, EVENT_DATA) in granted,
        "pressure": _pressure(coming, clocks, alerts, worst_of(states)),
        "kind": coming.kind,
        "subject": coming.subject[:255],
        "state": coming.state,
        "due": coming.due,
        **dict(zip(("age_verdict", "mode_verdict", "version_verdict"), states, strict=True)),
        "verdict": worst_of(states),
        "alerts_to_act": _count(alerts, Severity.ACT),
        "alerts_to_plan": _count(alerts, Severity.PLAN),
        "alerts_to_watch": _count(alerts, Severity.WATCH, Severity.UNKNOWN),
        "reported_at": max(server.last_reports.values(), default=NOT_YET),
        "marks": written_marks(clocks),
    }


def written_marks(clocks: Iterable[Clock]) -> str:
    """The dates of the clocks as one short text, nearest first, each day and shape once."""
    marks = {
        f"{one.due.toordinal()}{_letter(one)}{one.period or ''}": None
        for one in clocks
        if one.due is not None and one.days_left is not None
    }
    return " ".join([*marks][:MOST_MARKS])


class Mark(NamedTuple):
    """One date of the small drawing: its shape, the days left, and `act`, `plan` or ""."""

    shape: Shape
    days: int
    sign: str


def read_marks(text: str, *, today: date) -> list[Mark]:
    """The marks as they look today."""
    found = []
    for word in text.split():
        letter = next(one for one in word if one.isalpha())
        ordinal, _, period = word.partition(letter)
        days = int(ordinal) - today.toordinal()
        sign = PRESSING.get(severity_of(days), "")
        if period and days * 2 >= int(period):
            sign = ""
        if letter == NEVER_ACTS and sign:
            sign = Pressure.PLAN
        found.append(Mark(SHAPES[letter], days, str(sign)))
    return found


def _letter(clock: Clock) -> str:
    return NEVER_ACTS if clock.kind in NEVER_ACT else LETTERS[clock.shape]


def _share(server: ServerFacts, granted: Collection[tuple[int, str]]) -> Share:
    if server.is_provider:
        return Share.ENFORCED
    if (server.pk, CALL_HOME) in granted:
        return Share.CALL_HOME
    return Share.CEIP if (server.pk, CEIP) in granted else Share.NONE


def _pressure(coming: Next, clocks: Iterable[Clock], alerts: Iterable[OpenAlert], verdict: State) -> Pressure:
    """The worst of what has a date and of what is open; what nobody could judge is never well."""
    severities = [one.severity for one in clocks if not is_young(one)]
    severities += [Severity(one.severity) for one in alerts]
    worst = max([coming.severity, *severities], key=lambda one: one.rank)
    if worst in PRESSING:
        return PRESSING[worst]
    return Pressure.UNKNOWN if verdict == State.UNKNOWN else Pressure.WELL


def _count(alerts: Iterable[OpenAlert], *severities: Severity) -> int:
    return sum(one.severity in severities for one in alerts)
