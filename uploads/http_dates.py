"""What time is meant by a header? Dates of HTTP, and how long a busy server asks us to wait."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.utils import timezone


def moment_of(header: str | None) -> datetime | None:
    """The moment in a Date header; None for what is none."""
    try:
        moment = parsedate_to_datetime(header or "")
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def wait_seconds(retry_after: str | None, *, date: str | None) -> float | None:
    """Retry-After in seconds, in both of its forms; None for what is neither, or is over.

    A date is measured by the clock of who wrote it, as far as the answer tells that: ours may be another.
    """
    if retry_after and retry_after.isascii() and retry_after.isdecimal():
        return float(retry_after)
    until, now = moment_of(retry_after), moment_of(date) or timezone.now()
    return (until - now).total_seconds() if until and until > now else None
