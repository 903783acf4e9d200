"""What stands on the envelope? The metadata of an upload (vendor's tables, classic form and usage form)."""

from collections.abc import Iterator

from payloads.facts import Facts
from payloads.inventory import serials
from payloads.values import Record, Value

UNUSED = "Not applicable"  # the documented text of the slots that carry nothing
AUTOMATIC = "Auto"
BY_HAND = "Manual"  # ours: the literal of an upload by hand is not documented
PLACE = "metadata"


def envelope(facts: Facts) -> Iterator[Record]:
    """One record. `UI` is known only when the report is written, so the document adds it."""
    yield Record(PLACE, classic_values(facts))


def classic_values(facts: Facts) -> dict[str, Value | None]:
    """The ten classic fields."""
    return {
        "ClientTool": UNUSED,
        "UploadUser": UNUSED,
        "UTCDate": facts.at,
        "Date": facts.at.astimezone(facts.server.zone),
        "Product": facts.upload.product,
        "ProductVersion": facts.upload.layout,
        "ProductDeployUTCDate": facts.server.installed_at,
        "SiteID": UNUSED,
        "SiteName": UNUSED,
        "Component": UNUSED,
    }


def usage_envelope(facts: Facts) -> Iterator[Record]:
    """The manifest of the product usage bundle. Its digests are added by the document.

    There are no files in it: they would hold events of products, and no product sends any to this side.
    """
    unused = {"ClientTool": UNUSED, "UploadUser": UNUSED}
    classic = {name: value for name, value in classic_values(facts).items() if value != UNUSED}
    values: dict[str, Value | None] = {
        **unused,
        **classic,
        "GUID": facts.server.guid,
        "UploadType": AUTOMATIC if facts.server.reports_electronically else BY_HAND,
        "Ccid": facts.customer_id or None,
        "TotalFiles": 0,
    }
    children = tuple(
        Record(f"{PLACE}.SerialNumbers.Serial", {"ID": code, "SADate": css_date, "SN": number})
        for code, css_date, number in serials(facts)
    )
    yield Record(PLACE, values, children)
