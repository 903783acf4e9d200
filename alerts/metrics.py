"""What does Prometheus read? Every deadline, and whether somebody still looks: facts of this moment, no counters.

What is not known has no sample: an absent series makes a rule of `absent()` speak, a zero would make it lie. Names and
labels are ours; `kind`, `state` and `severity` have the words of the API.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Count
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from alerts.channel_models import Channel, Delivery, Message
from alerts.clock_search import Found, find_clocks
from alerts.delivery import TICK as MESSAGES
from alerts.models import Alert
from alerts.plain_text import one_line
from alerts.reading_installation import EVALUATED
from alerts.severity import Severity
from uploads.dispatch import TICK
from uploads.models import Tick, Upload
from uploads.readiness import BEAT
from uploads.states import State

PREFIX = "licensing_manager"
CLOCK = ["server", "kind", "subject"]
DAY = timedelta(days=1)
PARTS = {BEAT: "beat", TICK: "dispatch", EVALUATED: "alerts", MESSAGES: "messages"}


def metrics_text(*, accept: str, now: datetime) -> tuple[bytes, str]:
    """The exposition in the form that the reader wants, and its content type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Facts(now))
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


class _Facts(Collector):
    """Asks the tables when it is read."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        """All families; those of nothing known are empty."""
        yield from clock_families(find_clocks(now=self.now))
        yield _counted(
            "alerts_open", "Alerts that are not over.", "severity", Severity.values,
            Alert.objects.open().order_by().values_list("severity").annotate(Count("pk")),
        )  # fmt: skip
        yield _ticks()
        yield _counted(
            "uploads_last_day", "Uploads that were created within 24 hours, as they stand now.", "state", State.values,
            Upload.objects.filter(created_at__gt=self.now - DAY).order_by().values_list("state").annotate(Count("pk")),
        )  # fmt: skip
        yield _counted(
            "deliveries_waiting", "Notices that wait for a channel: now, or held for quiet hours and digests.",
            "verdict", [Delivery.Verdict.WAITING, Delivery.Verdict.HELD],
            Delivery.objects.order_by().values_list("verdict").annotate(Count("pk")),
        )  # fmt: skip
        yield _messages(self.now)
        broken = Channel.objects.filter(is_enabled=True, broken_at__isnull=False).count()
        yield _gauge("channels_broken", "Enabled channels whose other side refused for good.", value=broken)


def clock_families(found: Iterable[Found]) -> Iterator[Metric]:
    """Two samples for each deadline at most: its days, and the state that it is in."""
    days = _gauge("clock_days_left", "Whole days left: 0 on the last good day, negative when overdue.", CLOCK)
    states = _gauge("clock_state", "1 for the state that a deadline is in.", [*CLOCK, "state"])
    known: set[tuple[str, ...]] = set()
    for clock, server in found:
        labels = (one_line(server.name) if server else "", str(clock.kind), one_line(clock.subject))
        if labels in known:
            continue  # a series is written once
        known.add(labels)
        if clock.days_left is not None:
            days.add_metric(labels, clock.days_left)
        states.add_metric([*labels, str(clock.state)], 1)
    yield days
    yield states


def _ticks() -> Metric:
    ticks = _gauge("last_tick_timestamp_seconds", "When a part of the background work last did something.", ["part"])
    for name, at in Tick.objects.filter(name__in=PARTS).order_by("name").values_list("name", "at"):
        ticks.add_metric([PARTS[name]], at.timestamp())
    return ticks


def _messages(now: datetime) -> Metric:
    unfinished = Message.objects.filter(state__in=[Message.State.WAITING, Message.State.SENDING])
    failed = Message.objects.filter(state=Message.State.FAILED, finished_at__gt=now - DAY)
    family = _gauge("messages", "Messages on their way, and those that were given up within 24 hours.", ["state"])
    family.add_metric(["unfinished"], unfinished.count())
    family.add_metric(["failed"], failed.count())
    return family


def _counted(name: str, words: str, label: str, values: Iterable[str], rows: Iterable[tuple[str, int]]) -> Metric:
    """A sample for each value. Nothing counted is a known zero here: the table was asked."""
    family, found = _gauge(name, words, [label]), dict(rows)
    for value in values:
        family.add_metric([str(value)], found.get(str(value), 0))
    return family


def _gauge(name: str, words: str, labels: list[str] | None = None, *, value: float | None = None) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", words, labels=labels, value=value)
