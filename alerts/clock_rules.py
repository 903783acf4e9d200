"""Which clocks have something to say? Those that reached a step of their ladder, and those nobody can judge. Pure."""

from collections.abc import Container, Iterable, Iterator

from django.utils.translation import ngettext

from alerts.clock import Clock, Kind, State
from alerts.facts import ServerFacts
from alerts.finding import Finding
from alerts.ladder import rung_of, steps_of
from alerts.local_forms import a_number, a_short_day
from alerts.one_language import gettext as _
from alerts.severity import Severity
from alerts.thresholds import SILENT, Ladder, Ladders
from languages.sentences import said_after_each_other

# What nobody can judge becomes an alert of its own only where somebody can do something about it, and should.
ASKED_FOR = frozenset({
    Kind.REPORT_AGE, Kind.VERSION_AGE, Kind.LICENSE_EXPIRY, Kind.ACTIVATION_LEASE, Kind.ACTIVATION_EXPIRY,
    Kind.CERTIFICATE,
})  # fmt: skip


def findings_of_clocks(
    clocks: Iterable[Clock], server: ServerFacts | None, ladders: Ladders, *, known: Container[str] = frozenset()
) -> Iterator[Finding]:
    """One for each clock on a step, and for what could not be judged. Above all steps only for `known` problems."""
    group = server.group_id if server else None
    for clock in clocks:
        if clock.kind in SILENT or not clock.problem:
            continue
        found = ladders.find(clock.kind, group=group, feature=clock.feature, server=clock.server_id)
        if clock.days_left is not None:
            steps = steps_of(found.days, period=clock.period)
            rung = rung_of(clock.days_left, steps)
            if rung is not None or clock.problem in known:
                yield _dated(clock, clock.days_left, found, steps, rung)
        elif clock.state == State.UNKNOWN and clock.kind in ASKED_FOR:
            yield _unknown(clock, found)


def _dated(clock: Clock, days_left: int, ladder: Ladder, steps: tuple[int, ...], rung: int | None) -> Finding:
    return Finding(
        rule=clock.kind, problem=clock.problem, severity=clock.severity, rung=rung, steps=steps,
        title=_title(clock.title, clock, days_left)[:255], shared_title=_title(_shared(clock), clock, days_left),
        detail=clock.evidence, action=clock.next_step, is_muted=ladder.is_muted,
        escalate_after_days=ladder.escalate_after_days, server_id=clock.server_id, feature=clock.feature,
        due=clock.due, evidence=clock.evidence,
    )  # fmt: skip


def _unknown(clock: Clock, ladder: Ladder) -> Finding:
    return Finding(
        rule=clock.kind, problem=clock.problem, severity=Severity.UNKNOWN, rung=0,
        title=_("%(title)s: not known") % {"title": clock.title},
        detail=said_after_each_other((clock.evidence, _("Nothing was judged, which does not mean that all is well."))),
        action=clock.next_step,
        is_muted=ladder.is_muted, server_id=clock.server_id, feature=clock.feature, evidence=clock.evidence,
    )  # fmt: skip


def _title(name: str, clock: Clock, days_left: int) -> str:
    """What happens and when, in one line."""
    if clock.due is None:
        return name
    words = _("%(name)s: %(day)s, today")
    if days_left > 0:
        words = ngettext("%(name)s: %(day)s, in %(count)s day", "%(name)s: %(day)s, in %(count)s days", days_left)
    elif days_left < 0:
        words = ngettext("%(name)s: %(day)s, %(count)s day over", "%(name)s: %(day)s, %(count)s days over", -days_left)
    return words % {"name": name, "day": a_short_day(clock.due), "count": a_number(abs(days_left))}


def _shared(clock: Clock) -> str:
    """Without the numbers of one server."""
    if not clock.feature:
        return clock.title
    return _("%(kind)s, %(product)s") % {"kind": clock.kind.label, "product": clock.feature}
