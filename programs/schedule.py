"""When is the next upload due? Pure arithmetic over the start of the service and the newest slot that was planned.

The vendor's rule: about five minutes after the service starts, then every 24 hours from there; a failed upload is
tried again 24 hours later. Counting in elapsed hours and in UTC makes daylight saving and zone changes harmless.

Ours, because the rule is silent on it: a restart does not shift the slots while they go on. Else a service that
restarts every hour would report every hour, and one that restarts every four minutes never. A slot that came while
nobody looked waits for the five minutes after the restart, as the first one does.
"""

from datetime import UTC, datetime, timedelta

FIRST_UPLOAD_AFTER = timedelta(minutes=5)
EVERY = timedelta(hours=24)
TRY_AGAIN_AFTER = timedelta(hours=24)
MAX_REPORT_AGE = timedelta(days=90)  # day 90 is still compliant, day 91 is not


def first_slot(service_started_at: datetime) -> datetime:
    """The first due time after a start of the service, in UTC."""
    return service_started_at.astimezone(UTC) + FIRST_UPLOAD_AFTER


def current_slot(service_started_at: datetime, *, now: datetime, last: datetime | None = None) -> datetime | None:
    """The newest due time that has come; None in the five minutes after a start.

    `last` is the newest slot that was planned: the slots go on from there, every 24 hours. After days without a tick
    only the newest is due: yesterday's report cannot be made today.
    """
    now = now.astimezone(UTC)  # subtracting within one zone would count hours on the wall
    return None if now < opening(service_started_at, now=now) else _newest(service_started_at, now=now, last=last)


def next_slot(service_started_at: datetime, *, now: datetime, last: datetime | None = None) -> datetime:
    """When the next upload is planned."""
    now = now.astimezone(UTC)
    newest, opens = _newest(service_started_at, now=now, last=last), opening(service_started_at, now=now)
    if now >= opens:
        return newest + EVERY
    missed = last is None or newest > last
    return opens if missed else max(newest + EVERY, opens)


def opening(service_started_at: datetime, *, now: datetime) -> datetime:
    """From when on uploads may be planned after this start.

    A start that lies further ahead than two machines' clocks differ was noted by a clock that was wrong. Waiting for
    it would stop everything without a word, so nobody waits.
    """
    first, now = first_slot(service_started_at), now.astimezone(UTC)
    return first if first <= now + 2 * FIRST_UPLOAD_AFTER else now


def _newest(service_started_at: datetime, *, now: datetime, last: datetime | None) -> datetime:
    """The newest slot at or before `now`; the slots go on into the past, should the clock have been set back."""
    known = first_slot(service_started_at) if last is None else last.astimezone(UTC)
    return known + ((now - known) // EVERY) * EVERY


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


def slot_of_day(slot: datetime, *, since: datetime, day: int) -> datetime:
    """The due time that a schedule with this slot gives to a day of the sequence: when it was missed, or will come."""
    begin, known = since.astimezone(UTC) + (day - 1) * EVERY, slot.astimezone(UTC)
    return known - ((known - begin) // EVERY) * EVERY
