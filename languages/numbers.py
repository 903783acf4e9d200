"""How is a number said in the language of the reader? Marks as Django knows them, units as translators say."""

from datetime import timedelta

from django.utils.formats import number_format
from django.utils.translation import pgettext


def number(value: float, *, decimals: int = 0) -> str:
    """A number with the marks of the language: 12,345.60."""
    return number_format(f"{value:.{decimals}f}", decimal_pos=decimals, force_grouping=True)


def percent(count: int) -> str:
    """A part of a hundred."""
    return pgettext("part of a hundred", "%(number)s %%") % {"number": count}


def size(count: int) -> str:
    """Bytes as B, KB or MB, of 1,000 each, as the pages of the product count; disks in GB."""
    if count < 1000:
        return pgettext("size", "%(number)s B") % {"number": count}
    if count < 1_000_000:
        return pgettext("size", "%(number)s KB") % {"number": number(count / 1000, decimals=1)}
    if count < 10**10:
        return pgettext("size", "%(number)s MB") % {"number": number(count / 1_000_000, decimals=2)}
    return pgettext("size", "%(number)s GB") % {"number": number(count / 10**9, decimals=1)}


def speed(rate: float) -> str:
    """Bytes per second."""
    return pgettext("speed", "%(size)s/s") % {"size": size(int(rate))}


def span(length: timedelta) -> str:
    """A duration: tenths of a second below a minute, minutes and seconds below an hour."""
    seconds = length.total_seconds()
    if seconds < 60:
        return pgettext("duration", "%(number)s s") % {"number": number(seconds, decimals=1)}
    if seconds < 3600:
        return pgettext("duration", "%(minutes)d:%(seconds)02d min") % {
            "minutes": int(seconds) // 60,
            "seconds": int(seconds) % 60,
        }
    return pgettext("duration", "%(hours)d:%(minutes)02d h") % {
        "hours": int(seconds) // 3600,
        "minutes": int(seconds) // 60 % 60,
    }


def rough_span(length: timedelta) -> str:
    """A duration that is only estimated: no tenths of a second."""
    seconds = max(round(length.total_seconds()), 1)
    if seconds < 60:
        return pgettext("duration", "%(number)s s") % {"number": seconds}
    return span(timedelta(seconds=seconds))
