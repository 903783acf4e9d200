"""How long until a failed upload is tried again? Pure: the vendor's 24 hours, or less as the last day nears.

The vendor's rule is one try in 24 hours. The ladder is ours and off unless UPLOAD_DEADLINE_AWARE is set. It is for
reports that may not be older than 90 days, and never for refusals: those wait for a person, and asking more often
would only annoy whoever refused.
"""

from datetime import datetime, timedelta

from programs.schedule import TRY_AGAIN_AFTER, days_left

# Whole days left at most, and the wait from then on. Most tries that fail do so for a fault that somebody mends within
# a working day; in the last week every hour counts, and an hour is still no load for anybody.
LADDER = (
    (1, timedelta(hours=1)),
    (7, timedelta(hours=3)),
    (14, timedelta(hours=6)),
    (30, timedelta(hours=12)),
)


def retry_wait(last_success: datetime, *, now: datetime, deadline_aware: bool) -> timedelta:
    """The wait before the next try. `last_success` is when the report began to age."""
    if not deadline_aware:
        return TRY_AGAIN_AFTER
    left = days_left(last_success, now=now)
    return next((wait for days, wait in LADDER if left <= days), TRY_AGAIN_AFTER)
