"""Did the rules look, and on that day? Only the newest look is kept; of earlier ones there is what they wrote."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from alerts.explanation import Step, moment
from alerts.local_forms import a_day
from alerts.models import Alert, AlertServer, Notice
from alerts.reading_installation import EVALUATED
from uploads.models import Tick


def last_look() -> datetime | None:
    """When the rules looked last; None when they never did."""
    return Tick.objects.filter(name=EVALUATED).values_list("at", flat=True).first()


def looked(day: date | None) -> Step:
    """At all, or on this day in UTC."""
    last, title = last_look(), _("The rules looked")
    if last is None:
        return Step(title, _("The rules never looked yet. Is the background work running?"), ok=False)
    if day is None:
        return Step(title, _("The rules looked last on %(moment)s.") % {"moment": moment(last)}, at=last)
    facts = {"day": a_day(day), "moment": moment(last)}
    if last.date() < day:
        words = _(
            "The rules did not look on %(day)s: they looked last on %(moment)s. Background work stood still, or that "
            "day is still to come."
        )
        return Step(title, words % facts, ok=False, at=last)
    if last.date() == day or _wrote_something(day):
        return Step(title, _("The rules looked on %(day)s.") % facts)
    words = _(
        "Whether the rules looked on %(day)s is not known: of a look that changes nothing only the newest is kept, and "
        "nothing was written on that day. They looked last on %(moment)s."
    )
    return Step(title, words % facts, ok=None, at=last)


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
