"""How many were in use, and when? What each kind of report says, as one kind of reading."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from licenses.formats.inventory_records import Inventory
from licenses.formats.lmstat_records import FeatureUse, LmstatReport
from licenses.formats.payload_records import PayloadReport
from licenses.formats.udadmin import UdadminList


@dataclass(frozen=True, slots=True)
class Reading:
    """Use of one feature, or of one pool of it, at one moment (UTC-aware). None is "not said"."""

    feature: str
    pool: str
    at: datetime
    in_use: int | None
    issued: int | None = None
    queued: int | None = None
    reserved: int | None = None


def of_lmstat(report: LmstatReport, *, zone: ZoneInfo, received_at: datetime) -> list[Reading]:
    """The counts of every block. A feature with an error, or a server that did not answer, says nothing at all."""
    readings: dict[tuple[str, datetime], list[FeatureUse]] = defaultdict(list)
    for block in report.blocks:
        at = block.header_at or report.header_at
        moment = at.replace(tzinfo=zone) if at else received_at
        for feature in block.features:
            if feature.error is None and not feature.uncounted:
                readings[(feature.name, moment)].append(feature)
    return [_of_feature(name, at, uses) for (name, at), uses in readings.items()]


def of_inventory(inventory: Inventory, *, zone: ZoneInfo, received_at: datetime) -> list[Reading]:
    """The sums of the present rows, and the samples of the past that the export carries."""
    present = [
        Reading(code, "", received_at, total.in_use, total.total)
        for code, total in inventory.sums().items()
        if total.in_use is not None
    ]
    past = [
        Reading(sample.pem, "", sample.at.replace(tzinfo=zone), sample.count)
        for sample in inventory.usage_samples
        if sample.pem and sample.at and sample.count is not None
    ]
    return [*present, *_without_repeats(past)]


def of_udadmin(report: UdadminList, *, received_at: datetime) -> list[Reading]:
    """Users and devices that hold a license are the licenses in use."""
    return [Reading(code, "", received_at, counts.total) for code, counts in report.counts().items()]


def of_payload(report: PayloadReport) -> list[Reading]:
    """The peaks of an earlier upload, each at the end of its sample; a pool without that moment says nothing here."""
    return list(
        _without_repeats(
            Reading(feature.code, pool.css_date, pool.sample_stop, pool.used_max, pool.installed)
            for feature in report.features
            for pool in feature.pools
            if pool.sample_stop and pool.used_max is not None
        )
    )


def _of_feature(name: str, at: datetime, uses: Iterable[FeatureUse]) -> Reading:
    every = list(uses)
    return Reading(
        feature=name,
        pool="",
        at=at,
        in_use=_sum(use.in_use for use in every),
        issued=_sum(use.issued for use in every),
        queued=sum(one.licenses for use in every for one in use.queued),
        reserved=sum(use.reserved for use in every),
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    """Not known as soon as one is not."""
    every = list(numbers)
    return None if None in every else sum(number for number in every if number is not None)


def _without_repeats(readings: Iterable[Reading]) -> Iterator[Reading]:
    """Several rows of one feature, pool and moment are parts of one number."""
    parts: dict[tuple[str, str, datetime], list[Reading]] = defaultdict(list)
    for reading in readings:
        parts[(reading.feature, reading.pool, reading.at)].append(reading)
    for (feature, pool, at), same in parts.items():
        yield Reading(feature, pool, at, _sum(one.in_use for one in same), _sum(one.issued for one in same))
