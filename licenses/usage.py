"""How does use develop? Samples as they come, the peak of each day beside them, and an end to old ones."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Max, QuerySet

from licenses.models import DailyPeak, UsageSample
from licenses.moments import can_be
from licenses.readings import Reading
from licenses.spreadsheets import blocks
from servers.installation import in_force
from servers.models import LicenseServer

BATCH = 1000
EXPORTED = ("feature", "pool", "day", "in_use", "issued")
LARGEST = 2**63 - 1  # what a column takes; no server has that many, and a number that cannot be is no number


@dataclass(frozen=True, slots=True)
class DayOfUse:
    """One day of a feature. `in_use` is None when nothing was read that day: not known, not zero."""

    day: date
    in_use: int | None
    issued: int | None


@transaction.atomic
def record(server: LicenseServer, readings: Iterable[Reading], *, source: str) -> int:
    """Keep the readings and bring their days up to date. The same reading twice is one. Returns how many were new."""
    LicenseServer.objects.select_for_update().get(pk=server.pk)
    known = [reading for reading in readings if _is_known(reading)]
    before = UsageSample.objects.filter(server=server).count()
    UsageSample.objects.bulk_create(
        [
            UsageSample(
                server=server,
                feature=reading.feature[:128],
                pool=reading.pool[:64],
                at=reading.at,
                in_use=reading.in_use,
                issued=reading.issued,
                queued=reading.queued,
                reserved=reading.reserved,
                source=source,
            )
            for reading in known
        ],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    _renew_peaks(server, {(one.feature[:128], one.pool[:64], _day(server, one.at)) for one in known})
    return UsageSample.objects.filter(server=server).count() - before


def days_of_use(server: LicenseServer, *, feature: str, first: date, last: date) -> list[DayOfUse]:
    """Every day from first to last, with or without a reading."""
    rows = DailyPeak.objects.filter(server=server, feature=feature, pool="", day__range=(first, last))
    peaks = {peak.day: peak for peak in rows}
    days = ((first + timedelta(days=number)) for number in range((last - first).days + 1))
    return [
        DayOfUse(day, peaks[day].in_use, peaks[day].issued) if day in peaks else DayOfUse(day, None, None)
        for day in days
    ]


def latest_use(server: LicenseServer) -> dict[str, UsageSample]:
    """The newest sample of each feature; a feature without one is not in the answer."""
    newest: dict[str, UsageSample] = {}
    latest = dict(
        UsageSample.objects.filter(server=server, pool="").order_by().values_list("feature").annotate(Max("at"))
    )
    samples = UsageSample.objects.filter(server=server, pool="", at__in=set(latest.values())).order_by("source")
    for sample in samples:
        if latest.get(sample.feature) == sample.at:
            newest[sample.feature] = sample
    return newest


def peaks_between(server: LicenseServer, *, since: datetime, until: datetime) -> dict[tuple[str, str], int]:
    """The most in use between two moments, by feature and pool; what nobody read is not in the answer."""
    samples = UsageSample.objects.filter(server=server, at__gt=since, at__lte=until).order_by()
    return {
        (feature, pool): peak for feature, pool, peak in samples.values_list("feature", "pool").annotate(Max("in_use"))
    }


def export_rows(server: LicenseServer, *, first: date, last: date) -> Iterator[tuple[str, str, date, int, int | None]]:
    """Feature, pool, day, peak, issued: one row a day, streamed."""
    peaks = DailyPeak.objects.filter(server=server, day__range=(first, last)).order_by("feature", "pool", "day")
    yield from peaks.values_list("feature", "pool", "day", "in_use", "issued").iterator(chunk_size=2000)


def as_csv(server: LicenseServer, *, first: date, last: date) -> Iterator[bytes]:
    """The same as a file for a spreadsheet, in blocks; an empty cell is not known."""
    return blocks([EXPORTED], export_rows(server, first=first, last=last))


def forget_old(*, now: datetime) -> int:
    """Delete samples and peaks of days more than USAGE_DAYS ago. Returns how many rows went.

    Whole days of the server's zone, so that no day keeps a peak whose sample has gone.
    """
    return sum(samples.delete()[0] + peaks.delete()[0] for samples, peaks in _before(in_force().usage_days, now=now))


def usage_before(*, days: int, now: datetime, most: int) -> int:
    """How many samples and peaks would go if they were kept for so many days; counted up to `most` of each."""
    pairs = [(samples.order_by(), peaks.order_by()) for samples, peaks in _before(days, now=now)]
    return sum(samples.values("pk")[:most].count() + peaks.values("pk")[:most].count() for samples, peaks in pairs)


def _before(days: int, *, now: datetime) -> Iterator[tuple[QuerySet[UsageSample], QuerySet[DailyPeak]]]:
    for name in set(LicenseServer.objects.values_list("time_zone", flat=True)):
        zone = ZoneInfo(name)
        first = now.astimezone(zone).date() - timedelta(days=days)
        start = datetime.combine(first, datetime.min.time(), tzinfo=zone)
        samples = UsageSample.objects.filter(server__time_zone=name, at__lt=start)
        yield samples, DailyPeak.objects.filter(server__time_zone=name, day__lt=first)


def _is_known(reading: Reading) -> bool:
    """Does it say how many, and can it be true?"""
    numbers = (reading.in_use, reading.issued, reading.queued, reading.reserved)
    possible = all(number is None or 0 <= number <= LARGEST for number in numbers)
    return reading.in_use is not None and possible and can_be(reading.at)


def _renew_peaks(server: LicenseServer, days: set[tuple[str, str, date]]) -> None:
    """Recount the touched days from their samples, so that peaks and samples never disagree."""
    for feature, pool, day in sorted(days):
        start = datetime.combine(day, datetime.min.time(), tzinfo=server.zone)
        end = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=server.zone)
        samples = UsageSample.objects.filter(server=server, feature=feature, pool=pool, at__gte=start, at__lt=end)
        found = samples.aggregate(in_use=Max("in_use"), issued=Max("issued"), samples=Count("pk"))
        DailyPeak.objects.update_or_create(server=server, feature=feature, pool=pool, day=day, defaults=found)


def _day(server: LicenseServer, at: datetime) -> date:
    return at.astimezone(server.zone).date()
