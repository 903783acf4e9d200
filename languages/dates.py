"""How is a date said in the language of the reader? The order, the names of months and the clock are up to translators.

Patterns are those of Django's `date` filter: D weekday, j day, M or N or n month, Y year, H:i the clock.
"""

from datetime import date, datetime

from django.utils.dateformat import format as by_pattern
from django.utils.translation import ngettext, pgettext

SECONDS = (365 * 86400, 86400, 3600, 60)  # a year, a day, an hour, a minute


def day(value: date) -> str:
    """A date: "3 May 2026"."""
    # Translators: a pattern of Django's date filter, such as "j. M Y" or "Y年n月j日": day, month and year
    return by_pattern(value, pgettext("pattern of a date", "j M Y"))


def day_of_month(value: date) -> str:
    """A date whose year is clear: "3 May"."""
    # Translators: a pattern of Django's date filter, such as "j. M" or "n月j日": day and month
    return by_pattern(value, pgettext("pattern of a date", "j M"))


def month(value: date) -> str:
    """A month and its year: "May 2026"."""
    # Translators: a pattern of Django's date filter, such as "M Y" or "Y年n月": month and year
    return by_pattern(value, pgettext("pattern of a date", "M Y"))


def weekday(value: date, *, with_year: bool = False) -> str:
    """A date with its weekday: "Sun 3 May", "Sun 3 May 2026"."""
    if with_year:
        # Translators: a pattern of Django's date filter, such as "D, j. M Y" or "Y年n月j日 (D)"
        return by_pattern(value, pgettext("pattern of a date", "D j M Y"))
    # Translators: a pattern of Django's date filter, such as "D, j. M" or "n月j日 (D)"
    return by_pattern(value, pgettext("pattern of a date", "D j M"))


def moment(local: datetime, *, with_year: bool = False) -> str:
    """A date with its weekday and the time: "Sun 3 May, 14:05"."""
    if with_year:
        # Translators: a pattern of Django's date filter, such as "D, j. M Y, H:i" or "Y年n月j日 (D) H:i"
        return by_pattern(local, pgettext("pattern of a date", "D j M Y, H:i"))
    # Translators: a pattern of Django's date filter, such as "D, j. M, H:i" or "n月j日 (D) H:i"
    return by_pattern(local, pgettext("pattern of a date", "D j M, H:i"))


def short_moment(local: datetime) -> str:
    """A date and the time for a narrow column: "3 May 14:05"."""
    # Translators: a pattern of Django's date filter for a narrow column, such as "j. M H:i" or "n月j日 H:i"
    return by_pattern(local, pgettext("pattern of a date", "j M H:i"))


def distance(seconds: float) -> str:
    """How long ago, or for a negative number how soon, in the largest unit that fits."""
    for length in SECONDS:
        if abs(seconds) >= length:
            count = int(abs(seconds) // length)
            return (_ago(length, count) if seconds > 0 else _ahead(length, count)) % {"count": count}
    return pgettext("moment", "just now") if seconds >= 0 else pgettext("moment", "in less than a minute")


def _ago(length: int, count: int) -> str:
    if length == SECONDS[0]:
        return ngettext("%(count)d year ago", "%(count)d years ago", count)
    if length == SECONDS[1]:
        return ngettext("%(count)d day ago", "%(count)d days ago", count)
    if length == SECONDS[2]:
        return ngettext("%(count)d hour ago", "%(count)d hours ago", count)
    return ngettext("%(count)d minute ago", "%(count)d minutes ago", count)


def _ahead(length: int, count: int) -> str:
    if length == SECONDS[0]:
        return ngettext("in %(count)d year", "in %(count)d years", count)
    if length == SECONDS[1]:
        return ngettext("in %(count)d day", "in %(count)d days", count)
    if length == SECONDS[2]:
        return ngettext("in %(count)d hour", "in %(count)d hours", count)
    return ngettext("in %(count)d minute", "in %(count)d minutes", count)
