"""Which licenses does telemetry report? Every product code, with a record for each of its CSS dates."""

from collections.abc import Iterator

from payloads.facts import SAMPLE, Facts
from payloads.inventory import Stock, products
from payloads.values import Record, Value

FEATURE = "inventory.feature"


def inventory(facts: Facts) -> Iterator[Record]:
    """One record per product code, each with a record per CSS date."""
    for code, stocks in products(facts):
        listed = [stock.holders.listed_at for stock in stocks if stock.holders]
        values: dict[str, Value | None] = {"ID": code, "UDReportGenerationUTC": max(listed, default=None)}
        yield Record(FEATURE, values, tuple(_date(facts, stock) for stock in stocks))


def _date(facts: Facts, stock: Stock) -> Record:
    children: tuple[Record, ...] = ()
    if stock.holders:
        children = (Record(f"{FEATURE}.sa_date.licensees", {"CountTotal": stock.holders.total}),)
    values = {
        **dated_values(facts, stock),
        "Active": 1 if stock.is_installed else 0,
        "CountInstalled": stock.installed,
    }
    return Record(f"{FEATURE}.sa_date", values, children)


def dated_values(facts: Facts, stock: Stock) -> dict[str, Value | None]:
    """CSS date and peak. The window stands there only with a peak: nothing was sampled in the others."""
    if stock.peak is None:
        return {"id": stock.css_date}
    window: dict[str, Value | None] = {"DateSampleStartUTC": facts.at - SAMPLE, "DateSampleStopUTC": facts.at}
    return {"id": stock.css_date, **window, "CountUsedMax": stock.peak}
