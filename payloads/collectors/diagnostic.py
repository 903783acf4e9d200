"""What does Call Home say? Who the server is, what it has, and for service providers whom they bill.

The shape is the one of a real report of 2021; the documentation's own table of the server could be read only in part.
"""

from collections.abc import Iterator
from itertools import groupby

from django.conf import settings

from payloads.collectors.inventory import dated_values
from payloads.facts import Facts
from payloads.inventory import Stock, products, serials
from payloads.values import Record, Value

FEATURE = "report.Inventory.Feature"


def diagnostic_server(facts: Facts) -> Iterator[Record]:
    """One record; what nobody told us stays out."""
    one = facts.server
    yield Record(
        "report.LSInfo",
        {
            "CustomerID": facts.customer_id or None,
            "DateSampleStopUTC": facts.at,
            "FQDN": one.name,
            "GUID": one.guid,
            "ProductVersion": one.product_version or None,
            "PrivacySetting": "On" if _names_are_pseudonyms(facts) else "Off",
            "OS": one.operating_system or None,
            "HardwareId": one.hardware_id or None,
        },
    )


def diagnostic_inventory(facts: Facts) -> Iterator[Record]:
    """One record per product code, each with a record per CSS date."""
    for code, stocks in products(facts):
        listed = [stock.holders.listed_at for stock in stocks if stock.holders]
        values: dict[str, Value | None] = {"ID": code, "UDReportGenerationUTC": max(listed, default=None)}
        yield Record(FEATURE, values, tuple(_date(facts, stock) for stock in stocks))


def diagnostic_serials(facts: Facts) -> Iterator[Record]:
    """One record per product code, with all its serial numbers."""
    for code, rows in groupby(serials(facts), key=lambda row: row[0]):
        yield Record("report.SerialNumbers", {"ID": code, "SN": tuple(sorted({serial for *_, serial in rows}))})


def _date(facts: Facts, stock: Stock) -> Record:
    values = {**dated_values(facts, stock), "CountInstalled": stock.installed}
    if not (facts.server.is_provider and stock.holders):
        return Record(f"{FEATURE}.SADate", values)
    values["CountUsersBillable"] = stock.holders.users
    return Record(f"{FEATURE}.SADate", values, _billable(facts, stock))


def _billable(facts: Facts, stock: Stock) -> Iterator[Record]:
    """One record per user, read while it is written."""
    for name in facts.users(stock.feature, stock.version):
        yield Record(f"{FEATURE}.SADate.UsersBillable", {"ID": name})


def _names_are_pseudonyms(facts: Facts) -> bool:
    """With PSEUDONYMIZE_NAMES every name leaves as a pseudonym; without it only those that were kept as one."""
    users = sum(one.users for one in facts.holders.values())
    clear = sum(one.clear_users for one in facts.holders.values())
    return settings.PSEUDONYMIZE_NAMES or (users > 0 and clear == 0)
