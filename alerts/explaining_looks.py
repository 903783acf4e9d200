"""Did the rules look, and on that day? Only the newest look is kept; of earlier ones there is what they wrote."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q

from alerts.explanation import Step, moment
from alerts.models import Alert, AlertServer, Notice
from alerts.reading_installation import EVALUATED
from uploads.models import Tick


def last_look() -> datetime | None:
    """When the rules looked last; None when they never did."""
    return Tick.objects.filter(name=EVALUATED).values_list("at", flat=True).first()


def looked(day: date | None) -> Step:
    """At all, or on this day in UTC."""
    last = last_look()
    if last is None:
        return Step("The rules looked", "The rules never looked yet. Is the background work running?", ok=False)
    if day is None:
        return Step("The rules looked", f"The rules looked last on {moment(last)}.", at=last)
    if last.date() < day:
        return Step(
            "The rules looked",
            f"The rules did not look on {day}: they looked last on {moment(last)}. Background work stood still, or "
            f"that day is still to come.",
            ok=False, at=last,
        )  # fmt: skip
    if last.date() == day or _wrote_something(day):
        return Step("The rules looked", f"The rules looked on {day}.")
    return Step(
        "The rules looked",
        f"Whether the rules looked on {day} is not known: of a look that changes nothing only the newest is kept, and "
        f"nothing was written on that day. They looked last on {moment(last)}.",
        ok=None, at=last,
    )  # fmt: skip


def hours_of(day: date) -> tuple[datetime, datetime]:
    """From and until, in UTC. The last day of the calendar is a little shorter."""
    start = datetime.combine(day, time(), UTC)
    return start, start + timedelta(days=1) if day < date.max else datetime.max.replace(tzinfo=UTC)


def _wrote_something(day: date) -> bool:
    start, end = hours_of(day)

    def within(name: str) -> Q:
        return Q(**{f"{name}__gte": start, f"{name}__lt": end})

    return (
        Notice.objects.filter(within("at")).exists()
        or Alert.objects.filter(within("opened_at") | within("seen_at") | within("closed_at")).exists()
        or AlertServer.objects.filter(within("since") | within("gone_at")).exists()
    )
