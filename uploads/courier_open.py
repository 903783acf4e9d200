"""What of a gathered set has not arrived? Named by volume, server and days, as a person looks for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils.translation import gettext as _

from languages.sentences import listed, listed_apart
from programs.catalog import kind_name
from programs.codes import TELEMETRY
from uploads.courier_models import ManualItem, ManualReport


@dataclass(frozen=True, slots=True)
class OpenVolume:
    """A volume of which bundles are not confirmed: all of them, or some."""

    number: int
    volumes: int
    kind: str
    count: int
    is_whole: bool
    where: tuple[str, ...]

    @property
    def kind_words(self) -> str:
        """The kind of its reports as a person reads it."""
        return kind_name(self.kind, of=TELEMETRY)

    @property
    def sentence(self) -> str:
        """For example "Volume 2 of 3 is missing: days 14 to 27 of ls1 (License server report)."."""
        facts = {"number": self.number, "volumes": self.volumes, "where": listed_apart(self.where)}
        facts["kind"] = self.kind_words
        if self.is_whole:
            return _("Volume %(number)s of %(volumes)s is missing: %(where)s (%(kind)s).") % facts
        return _("Volume %(number)s of %(volumes)s arrived in part only; missing: %(where)s (%(kind)s).") % facts


def still_open(report: ManualReport) -> Iterator[OpenVolume]:
    """The volumes with bundles that no receipt lists, in order."""
    sizes = dict.fromkeys(report.volumes.values_list("number", flat=True), 0)
    for number in report.items.order_by().values_list("volume__number", flat=True):
        sizes[number] += 1
    missing = report.items.filter(arrived_at=None).select_related("volume").order_by("position")
    for number, group in groupby(missing, key=lambda item: item.volume.number):
        items = list(group)
        where = tuple(_days_of_servers(items))
        yield OpenVolume(number, len(sizes), items[0].kind, len(items), len(items) == sizes[number], where)


def _days_of_servers(items: list[ManualItem]) -> Iterator[str]:
    for name, group in groupby(items, key=lambda item: item.server_name):
        days = sorted({item.day for item in group})
        yield _("%(days)s of %(server)s") % {"days": listed(_runs(days)), "server": name}


def _runs(days: list[int]) -> Iterator[str]:
    """Days in a row as one piece."""
    start = days[0]
    for day, following in zip(days, [*days[1:], None], strict=True):
        if following != day + 1:
            one = _("day %(day)s") % {"day": day}
            yield one if start == day else _("days %(first)s to %(last)s") % {"first": start, "last": day}
            start = following if following is not None else day
