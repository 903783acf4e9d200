"""When is the next upload due? Pure arithmetic over the start of the service.

The vendor's rule: about five minutes after the service starts, then every 24 hours from there; a failed upload is
tried again 24 hours later. Counting in elapsed hours and in UTC makes daylight saving and zone changes harmless.
"""

from datetime import UTC, datetime, timedelta

FIRST_UPLOAD_AFTER = timedelta(minutes=5)
EVERY = timedelta(hours=24)
TRY_AGAIN_AFTER = timedelta(hours=24)
MAX_REPORT_AGE = timedelta(days=90)  # day 90 is still compliant, day 91 is not


def first_slot(service_started_at: datetime) -> datetime:
    """The first due time after a start of the service, in UTC."""
    return service_started_at.astimezone(UTC) + FIRST_UPLOAD_AFTER


def current_slot(service_started_at: datetime, *, now: datetime) -> datetime | None:
    """The newest due time that has come; None before the first one.

    After days without a tick only this one is due: yesterday's report cannot be made today.
    """
    first = first_slot(service_started_at)
    return first + ((now - first) // EVERY) * EVERY if now >= first else None


def next_slot(service_started_at: datetime, *, now: datetime) -> datetime:
    """The due time that comes next."""
    slot = current_slot(service_started_at, now=now)
    return slot + EVERY if slot else first_slot(service_started_at)


def report_day(last_success: datetime, *, now: datetime) -> int:
    """Whole days since the last successful upload; 0 on its own day."""
    return max((now.astimezone(UTC) - last_success.astimezone(UTC)) // timedelta(days=1), 0)


def days_left(last_success: datetime, *, now: datetime) -> int:
    """Whole days until the report is too old: 0 on day 90, negative after it."""
    return MAX_REPORT_AGE.days - report_day(last_success, now=now)


def day_number(since: datetime, slot: datetime) -> int:
    """The number of a slot in the sequence of a server that is known `since` then: 1 for its first day.

    A slot that came before the server was added has the number 0. Slots are never more than 24 hours apart, whatever
    restarts shift them, so the numbers of a server that missed none have no gap; two slots of one day share a number.
    """
    return (slot.astimezone(UTC) - since.astimezone(UTC)) // EVERY + 1


def slot_of_day(service_started_at: datetime, *, since: datetime, day: int) -> datetime:
    """The due time that the schedule in force gives to a day of the sequence: when it was missed, or will come."""
    begin = since.astimezone(UTC) + (day - 1) * EVERY
    first = first_slot(service_started_at)
    return first - ((first - begin) // EVERY) * EVERY
