"""How often do the console and PowerShell call the web service? Nobody counts that here, so only the frame is known."""

import re
from collections.abc import Iterator

from payloads.facts import SAMPLE, Facts
from payloads.values import Record

# A version that an administrator typed may hold anything, a name too; only what looks like one is let through.
VERSION = re.compile(r"\d{1,3}(\.\d{1,5}){1,3}( build \d{1,6})?")


def console_calls(facts: Facts) -> Iterator[Record]:
    """One record without counters: they are not known, which is not zero."""
    version = facts.server.product_version
    yield Record(
        "feature_usage",
        {
            "prod": "V6.Licensing",
            "DateSampleStartUTC": facts.at - SAMPLE,
            "DateSampleStopUTC": facts.at,
            "type": "V6.WSLUsage",
            "ver": "1.0",
            "LSVersion": version if VERSION.fullmatch(version) else None,
        },
    )
