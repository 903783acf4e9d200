"""What stands on the envelope? The metadata of an upload (vendor's table, classic form)."""

from collections.abc import Iterator

from payloads.facts import Facts
from payloads.values import Record

UNUSED = "Not applicable"  # the documented text of the slots that carry nothing


def envelope(facts: Facts) -> Iterator[Record]:
    """One record. `UI` is known only when the report is written, so the document adds it."""
    yield Record(
        "metadata",
        {
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
        },
    )
