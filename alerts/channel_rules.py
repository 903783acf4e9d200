"""Which channels lead nowhere? Whoever relies on one that is broken or silent hears of it by the others. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from alerts.facts import SilentChannel
from alerts.finding import Finding
from alerts.ladder import rung_of
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
        what = "is broken" if one.is_broken else "is not reached"
        yield Finding(
            rule=Condition.CHANNEL_SILENT, problem=f"{Condition.CHANNEL_SILENT}|{one.pk}",
            severity=Severity.ACT if one.is_broken else Severity.PLAN, rung=rung_of(-days, ()) if days else 0,
            title=f"The channel {one.name} {what}: nobody is told there"[:255],
            detail=f"Since {one.since:%Y-%m-%d %H:%M} UTC. The other side said: {one.said or 'nothing'}",
            action="Correct its address and send a test; what is open is then told there."
            if one.is_broken
            else "See whether the other side works. It is tried for a day; what is open is told once it answers.",
            is_muted=ladder.is_muted, escalate_after_days=ladder.escalate_after_days,
        )  # fmt: skip
