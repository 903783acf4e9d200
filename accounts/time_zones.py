"""In which time zone does a person read moments? In the one they chose; without a choice, as the page says."""

import logging
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.utils.translation import gettext as _

from accounts.models import User

log = logging.getLogger(__name__)
# Places that people know. What is left out are second names, such as US/Eastern, and offsets, such as Etc/GMT+5.
REGIONS = (
    "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
    "Pacific/",
)  # fmt: skip


class TimeZoneRefused(Exception):
    """Nothing was changed; the text is the sentence that a person reads."""


@cache
def offered() -> tuple[str, ...]:
    """The names of the zones to choose from, in their order; UTC first."""
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(REGIONS)))


def choose_time_zone(person: User, name: str) -> None:
    """From now on this person reads moments in this zone; "" is no choice. Raises TimeZoneRefused."""
    if name and name not in offered():
        raise TimeZoneRefused(_("This is not a time zone such as Europe/Amsterdam."))
    person.time_zone = name
    person.save(update_fields=["time_zone"])
    log.info("%s reads times in %s", person.get_username(), name or "the zone of each page")


def zone_of(person: User) -> ZoneInfo | None:
    """The zone that this person chose; None without a choice, and where this machine knows the zone no more."""
    try:
        return ZoneInfo(person.time_zone) if person.time_zone else None
    except (ZoneInfoNotFoundError, ValueError):
        return None
