"""Which channels lead nowhere? Whoever relies on one that is broken or silent hears of it by the others. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from alerts.facts import SilentChannel
from alerts.finding import Finding
from alerts.ladder import rung_of
from alerts.local_forms import a_moment
from alerts.models import Condition
from alerts.severity import Severity
from alerts.thresholds import Ladder

PATIENCE = timedelta(hours=1)  # ours: a service that restarts or is mended is back; below it nobody is troubled
DAY = timedelta(days=1)


def findings_of_channels(channels: Sequence[SilentChannel], ladder: Ladder, *, now: datetime) -> Iterator[Finding]:
    """One for each that is broken, or that nothing reached for an hour. Both are one problem."""
    for one in channels:
        if not one.is_broken and now - one.since < PATIENCE:
            continue
        days = max((now - one.since) // DAY, 0)
        title = _("The channel %(channel)s is not reached: nobody is told there")
        if one.is_broken:
            title = _("The channel %(channel)s is broken: nobody is told there")
        since = {"moment": a_moment(one.since), "answer": one.said or _("nothing")}
        yield Finding(
            rule=Condition.CHANNEL_SILENT, problem=f"{Condition.CHANNEL_SILENT}|{one.pk}",
            severity=Severity.ACT if one.is_broken else Severity.PLAN, rung=rung_of(-days, ()) if days else 0,
            title=(title % {"channel": one.name})[:255],
            detail=_("Since %(moment)s UTC. The other side said: %(answer)s") % since,
            action=_("Correct its address and send a test; what is open is then told there.")
            if one.is_broken
            else _("See whether the other side works. It is tried for a day; what is open is told once it answers."),
            is_muted=ladder.is_muted, escalate_after_days=ladder.escalate_after_days,
        )  # fmt: skip
