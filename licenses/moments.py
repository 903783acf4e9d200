"""Can a license server have meant this moment? The ends of the calendar are damage: no zone can be counted there."""

from datetime import UTC, datetime

# Ours: no license server spoke before, and none of those read here will speak after.
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def can_be(moment: datetime) -> bool:
    """For a moment with a zone."""
    try:
        return EARLIEST <= moment <= LATEST
    except OverflowError:
        return False
