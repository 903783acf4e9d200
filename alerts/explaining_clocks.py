"""Why is nobody told of this deadline? It does not apply, cannot be judged, or stands above its first step."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from alerts.channel_models import Channel
from alerts.clock import Clock, State
from alerts.clock_rules import ASKED_FOR
from alerts.explain import explain, steps_in_words
from alerts.explaining_looks import looked
from alerts.explanation import Explanation, Step, answer, moment, reached_in_words
from alerts.ladder import rung_of, steps_of
from alerts.local_forms import a_day, days
from alerts.models import Alert
from alerts.thresholds import SILENT, Ladders
from languages.sentences import said_after_each_other
from servers.models import LicenseServer


def explain_clock(
    clock: Clock, server: LicenseServer | None, *, channel: Channel | None = None, person: str = "",
    day: date | None = None,
) -> Explanation:  # fmt: skip
    """The alert of this deadline where it has one; otherwise why it has none."""
    alert = alert_of(clock, server)
    if alert is not None and (alert.closed_at is None or day is not None):
        return explain(alert, channel=channel, person=person, day=day)
    steps = [looked(day), Step(_("What it saw"), f"{clock.title}: {clock.evidence}")]
    reasons = [*_why_silent(clock, server), *_was_over(alert)]
    stop = next((step for step in [*steps, *reasons] if step.ok is False), reasons[-1])
    sentence = said_after_each_other((_("Nobody was told."), stop.text))
    return answer(False if stop.ok is False else None, sentence, [*steps, *reasons])


def alert_of(clock: Clock, server: LicenseServer | None) -> Alert | None:
    """The open alert of this problem with this server in it, else the newest that is over."""
    rows = Alert.objects.filter(problem=clock.problem) if clock.problem else Alert.objects.none()
    if server is not None:
        rows = rows.filter(servers__server=server)
    return rows.order_by("-opened_at", "-id").first()


def _why_silent(clock: Clock, server: LicenseServer | None) -> list[Step]:
    if clock.state == State.NOT_APPLICABLE:
        return [Step(_("Does it run?"), _("It does not apply here, so there is nothing to be told."), ok=False)]
    if clock.kind in SILENT:
        silent = _("“%(kind)s” is shown as a deadline and never told: ours.")
        return [Step(_("Is it told?"), silent % {"kind": clock.kind.label}, ok=False)]
    if clock.days_left is None:
        return [_unjudged(clock)]
    if not clock.problem:
        return [Step(_("Is it told?"), _("No rule looks at this deadline; it is shown only."), ok=False)]
    return _on_its_ladder(clock, server, clock.days_left)


def _unjudged(clock: Clock) -> Step:
    if clock.kind in ASKED_FOR and clock.problem:
        return Step(
            _("Can it be judged?"), _("It cannot be judged; the next look opens an alert that says so."), ok=None
        )
    text = _("It cannot be judged, and that opens an alert only where somebody has to do something about it (ours).")
    return Step(_("Can it be judged?"), text, ok=False)


def _on_its_ladder(clock: Clock, server: LicenseServer | None, days_left: int) -> list[Step]:
    ladder = Ladders.read().find(
        clock.kind, group=server.group_id if server else None, feature=clock.feature, server=clock.server_id
    )
    steps = steps_of(ladder.days, period=clock.period)
    words = _("%(source)s: %(steps)s.") % {"source": ladder.source, "steps": steps_in_words(clock.kind, ladder)}
    if steps != tuple(sorted(set(ladder.days), reverse=True)):
        resets = _("It resets itself to %(days)s, so steps of half of that and more are left out.")
        words = f"{words} {resets % {'days': days(clock.period or 0)}}"
    rung, found = rung_of(days_left, steps), [Step(_("Ladder"), words)]
    if rung is None:
        return [*found, Step(_("Step"), _above_all(clock, steps, days_left), ok=False)]
    reached = reached_in_words(rung, rule=clock.kind, due=clock.due)
    text = _("%(reached)s, and no alert stands for it yet: the next look opens one.")
    return [*found, Step(_("Step"), text % {"reached": f"{reached[:1].upper()}{reached[1:]}"}, ok=None)]


def _above_all(clock: Clock, steps: tuple[int, ...], days_left: int) -> str:
    first, facts = max(steps, default=0), {"left": days(days_left)}
    if not steps:
        return _("%(left)s left: it speaks when it is over. Nothing is to be told before.") % facts
    facts["first"] = days(first)
    if clock.due is None:
        return _("%(left)s left: the first step is at %(first)s. Nothing is to be told before.") % facts
    facts["day"] = a_day(clock.due - timedelta(days=first))
    return _("%(left)s left: the first step is at %(first)s, on %(day)s. Nothing is to be told before.") % facts


def _was_over(alert: Alert | None) -> list[Step]:
    if alert is None or alert.closed_at is None:
        return []
    words = _("An alert of it is over since %(moment)s: %(reason)s")
    text = words % {"moment": moment(alert.closed_at), "reason": alert.closed_because or _("no words")}
    return [Step(_("Earlier"), text, ok=False, at=alert.closed_at)]
