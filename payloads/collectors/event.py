"""What does an inventory event say? Who sends it, and for each product and CSS date what its license files say.

Where several license lines stand behind one record, the texts are those of the line that ends first (ours).
"""

from collections.abc import Iterator

from licenses.models import License
from licenses.products import product_of
from payloads.facts import SAMPLE, Facts
from payloads.inventory import Stock, in_force, products
from payloads.values import Record, Value

SCHEMA = "https://cas.citrix.com/schemas/event.json"  # the documented value; nothing is fetched from there


def event_header(facts: Facts) -> Iterator[Record]:
    """One record. Without a registration there is no tenant."""
    one = facts.server
    yield Record(
        "header",
        {
            "tenant_id": facts.customer_id or None,
            "dvc": one.guid,
            "type": facts.upload.product,
            "prod": "License Server",
            "id": one.hardware_id or None,
            "st": facts.at,
            "ver": int(facts.upload.layout),
            "prodVer": one.product_version or None,
            "$schema": SCHEMA,
        },
    )


def event_payload(facts: Facts) -> Iterator[Record]:
    """One record, with one inside for each product and CSS date that is installed."""
    window = {"DateSampleStartUTC": facts.at - SAMPLE, "DateSampleStopUTC": facts.at}
    yield Record("payload", {"FQDN": facts.server.name, **window}, _features(facts))


def _features(facts: Facts) -> Iterator[Record]:
    licenses = in_force(facts)
    for _, stocks in products(facts):
        for stock in stocks:
            behind = licenses.get((stock.feature, stock.version))
            if behind:
                yield Record("payload.feature", {**_counts(stock), **_texts(behind)})


def _counts(stock: Stock) -> dict[str, Value | None]:
    known = stock.peak is not None and stock.installed is not None
    return {
        "SADate": stock.css_date,
        "PEM": stock.feature,
        "FriendlyName": _friendly_name(stock.feature),
        "CountInstalled": stock.installed,
        "CountOverdraft": max((stock.peak or 0) - (stock.installed or 0), 0) if known else None,
        "CountUsedMax": stock.peak,
    }


def _texts(licenses: tuple[License, ...]) -> dict[str, Value | None]:
    first = licenses[0]
    return {
        "Notice": first.notice or None,
        "DateExpiration": max((one.expires_on for one in licenses if one.expires_on), default=None),
        "DateIssued": first.issued_on,
        "DateStart": min((one.starts_on for one in licenses if one.starts_on), default=None),
        "Serial": first.serial_number or None,
        "VendorString": first.vendor_string or None,
    }


def _friendly_name(code: str) -> str:
    product = product_of(code)
    return " ".join(filter(None, [product.name, product.model]))
