"""What changed since the rules last looked? Troubles against open alerts: open, keep, close, and what is to be said.

The judging is pure (`troubles.py`); here it meets the rows. Twice, late, or after nine days without a look: a step is
said once, the steps that passed while nobody looked are named with the next one, and nothing closes because a clock
was wrong: an alert is over when its problem is gone, and a problem carries its date in its name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from alerts import routing
from alerts.clock import Clock
from alerts.clocks import clocks_from, read_facts
from alerts.facts import Facts
from alerts.keeping_standings import keep_standings
from alerts.ladder import passed_over
from alerts.local_forms import as_the_installation_speaks
from alerts.models import Alert, AlertServer, Notice
from alerts.reading_installation import EVALUATED
from alerts.severity import Severity
from alerts.thresholds import Ladders
from alerts.troubles import Trouble, troubles, why_it_is_over
from uploads.models import Tick

BATCH = 1000
OVERTAKEN = timedelta(minutes=10)  # further ahead, the clock was wrong, and nobody waits for it
MOST_NAMED = 20  # so many steps that nobody looked at are named
CHANGING = (
    "severity", "rung", "due", "title", "detail", "action", "feature", "server_count", "is_muted", "pressing_since",
    "closed_at", "closed_because", "acknowledged_at", "acknowledged_by", "acknowledged_severity", "snoozed_until",
    "snoozed_by", "snooze_reason", "escalated_at",
)  # fmt: skip
Reason = Notice.Reason


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one look came to: how many alerts, and what is said for the first time."""

    opened: int = 0
    kept: int = 0
    closed: int = 0
    notices: tuple[Notice, ...] = ()


@as_the_installation_speaks()
def evaluate(*, now: datetime) -> Evaluation:
    """Read all facts, judge, and write down what changed. Safe at any time, in any number at once."""
    known = frozenset(Alert.objects.open().values_list("problem", flat=True))
    facts, ladders = read_facts(now=now), Ladders.read()
    clocks = clocks_from(facts)
    return settle(troubles(facts, ladders, known=known, clocks=clocks), facts, now=now, clocks=clocks)


@transaction.atomic
@as_the_installation_speaks()
def settle(
    found: dict[str, Trouble],
    facts: Facts,
    *,
    now: datetime,
    clocks: Mapping[int | None, Sequence[Clock]] | None = None,
) -> Evaluation:
    """Open alerts against these troubles. One at a time does this; facts that somebody else overtook are dropped.

    With the `clocks` of these facts, where each server stands is written down in the same pass.
    """
    Tick.objects.get_or_create(name=EVALUATED, defaults={"at": now})
    last = Tick.objects.select_for_update().get(name=EVALUATED).at
    if timedelta(0) < last - now < OVERTAKEN:
        return Evaluation()
    known = {alert.problem: alert for alert in Alert.objects.open()}
    new = [(trouble, trouble.rung) for problem, trouble in found.items() if problem not in known]
    opened = Alert.objects.bulk_create(
        [_opened(trouble, rung, now=now) for trouble, rung in new if rung is not None], batch_size=BATCH // 5
    )
    before = {alert.pk: _columns(alert) for alert in known.values()}
    kept = {problem: alert for problem, alert in known.items() if not _is_over(alert, found.get(problem), now=now)}
    gone = [alert for problem, alert in known.items() if problem not in kept]
    said = [_notice(alert, Reason.STEP, now=now) for alert in opened]
    said += [notice for problem, alert in kept.items() for notice in _keep(alert, found[problem], now=now)]
    said += _close(gone, facts, now=now)
    _write([alert for alert in known.values() if _columns(alert) != before[alert.pk]], now=now)
    _settle_servers(found, now=now)
    fresh = _never_said(said, now=now)
    routing.route(fresh, now=now, muted=[one.pk for one in (*opened, *known.values()) if one.is_muted])
    if clocks is not None:
        keep_standings(facts, clocks, now=now)
    Tick.note(EVALUATED, at=now)
    return Evaluation(len(opened), len(kept), len(gone), tuple(fresh))


def _opened(trouble: Trouble, rung: int, *, now: datetime) -> Alert:
    alert = Alert(problem=trouble.problem, rule=trouble.worst.rule, opened_at=now, rung=rung, seen_at=now)
    _say(alert, trouble, now=now)
    return alert


def _keep(alert: Alert, trouble: Trouble, *, now: datetime) -> list[Notice]:
    """The newest words, and what is to be said: a lower step, the end of a snooze, that nobody reacted."""
    before, said = alert.rung, []
    _say(alert, trouble, now=now)
    if alert.acknowledged_at and alert.severity_rank > Severity(alert.acknowledged_severity).rank:
        alert.acknowledged_at, alert.acknowledged_by, alert.acknowledged_severity = None, "", ""
    if trouble.rung is not None:
        alert.rung = trouble.rung
        if trouble.rung < before:
            skipped = passed_over(before, trouble.rung, trouble.worst.steps)[:MOST_NAMED]
            said.append(_notice(alert, Reason.STEP, now=now, passed=skipped))
    if alert.snoozed_until and alert.snoozed_until <= now:
        alert.snoozed_until, alert.snoozed_by, alert.snooze_reason = None, "", ""
        said.append(_notice(alert, Reason.WOKEN, now=now))
    if _nobody_reacts(alert, trouble, now=now):
        alert.escalated_at = now
        said.append(_notice(alert, Reason.ESCALATED, now=now))
    return said


def _nobody_reacts(alert: Alert, trouble: Trouble, *, now: datetime) -> bool:
    if alert.escalated_at or alert.acknowledged_at or alert.snoozed_until or trouble.is_muted:
        return False
    waited = alert.pressing_since
    wait = timedelta(days=trouble.escalate_after_days)
    return alert.severity == Severity.ACT and wait > timedelta(0) and waited is not None and now - waited >= wait


def _say(alert: Alert, trouble: Trouble, *, now: datetime) -> None:
    """The alert in the newest words."""
    worst = trouble.worst
    if trouble.severity == Severity.ACT and alert.severity != Severity.ACT:
        alert.pressing_since = now
    alert.severity, alert.title, alert.due = trouble.severity, trouble.title, trouble.due
    alert.detail, alert.action, alert.feature = worst.detail, worst.action, worst.feature
    alert.server_count, alert.is_muted = len(trouble.servers), trouble.is_muted


def _is_over(alert: Alert, trouble: Trouble | None, *, now: datetime) -> bool:
    """Is the problem gone, or above its first step because the ladder was changed? Not when only a clock went back."""
    return trouble is None or (trouble.rung is None and alert.seen_at <= now)


def _close(alerts: list[Alert], facts: Facts, *, now: datetime) -> list[Notice]:
    """Over: the problem is gone. The evidence is what the clocks of a server that had it say now."""
    had = AlertServer.objects.filter(alert__in=alerts, gone_at__isnull=True).order_by("-pk")
    servers, known = dict(had.values_list("alert_id", "server_id")), {one.pk: one for one in facts.servers}
    for alert in alerts:
        mine = [known[pk]] if (pk := servers.get(alert.pk)) in known else []
        clocks = clocks_from(Facts(facts.now, facts.installation, mine))
        every = [one for many in clocks.values() for one in many]
        alert.closed_at, alert.closed_because = now, why_it_is_over(alert.rule, alert.feature, every)
    return [_notice(alert, Reason.CLOSED, now=now) for alert in alerts]


def _notice(alert: Alert, reason: Notice.Reason, *, now: datetime, passed: Iterable[int] = ()) -> Notice:
    return Notice(
        alert=alert, reason=reason, rung=alert.rung, at=now, severity=alert.severity, title=alert.title,
        detail=alert.closed_because or alert.detail, action=alert.action, server_count=alert.server_count,
        passed_over=list(passed),
    )  # fmt: skip


def _never_said(notices: list[Notice], *, now: datetime) -> list[Notice]:
    """Write them down, and give those that are new: a step of an alert is said once, whatever the clocks did."""
    ids = [one.alert_id for one in notices]
    before = set(Notice.objects.filter(alert__in=ids).values_list("alert_id", "reason", "rung"))
    fresh = [one for one in notices if (one.alert_id, one.reason, one.rung) not in before]
    return Notice.objects.bulk_create(fresh, batch_size=BATCH // 5)


def _columns(alert: Alert) -> list[object]:
    """What may change, to tell whether anything did: a look that finds nothing new writes nothing."""
    return [getattr(alert, name) for name in CHANGING]


def _write(alerts: list[Alert], *, now: datetime) -> None:
    for alert in alerts:
        alert.seen_at = max(alert.seen_at, now)
    Alert.objects.bulk_update(alerts, [*CHANGING, "seen_at"], batch_size=BATCH // 5)


def _settle_servers(found: dict[str, Trouble], *, now: datetime) -> None:
    """Who has it now: new ones join, those that are rid of it go, and the evidence is the newest."""
    wanted = {
        (pk, server): finding
        for pk, problem in Alert.objects.open().values_list("pk", "problem")
        if problem in found
        for server, finding in found[problem].servers.items()
    }
    rows = {(row.alert_id, row.server_id): row for row in AlertServer.objects.filter(alert__closed_at__isnull=True)}
    changed = []
    for place, row in rows.items():
        finding = wanted.pop(place, None)
        if finding is None and row.gone_at is None:
            row.gone_at = now
            changed.append(row)
        elif finding and (row.gone_at or row.evidence != finding.evidence or row.due != finding.due):
            row.since = now if row.gone_at else row.since
            row.gone_at, row.evidence, row.due = None, finding.evidence, finding.due
            changed.append(row)
    AlertServer.objects.bulk_update(changed, ["since", "gone_at", "evidence", "due"], batch_size=BATCH // 5)
    AlertServer.objects.bulk_create(
        [
            AlertServer(alert_id=alert, server_id=server, since=now, due=finding.due, evidence=finding.evidence)
            for (alert, server), finding in wanted.items()
        ],
        batch_size=BATCH,
    )
    AlertServer.objects.filter(alert__closed_at=now, gone_at__isnull=True).update(gone_at=now)
