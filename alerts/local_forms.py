"""How does the language of the moment write a day, a moment and a number? English as ISO 8601 has it.

The language of the moment is that of the reader on a page, and that of the installation in what is stored or sent.
English goes a short way: the clocks of ten thousand servers are said once a minute.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import ngettext

from alerts.one_language import OF_ENGLISH, is_english
from languages import dates, numbers


@contextmanager
def as_the_installation_speaks() -> Iterator[None]:
    """For what is stored or sent: in the language of the installation, whoever causes it."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


def a_day(day: date) -> str:
    """2026-11-24, or 24. Nov. 2026."""
    return day.isoformat()[:10] if is_english() else dates.day(day)


def a_short_day(day: date) -> str:
    """24 Nov 2026, or 24. Nov. 2026."""
    return f"{day.day} {day:%b %Y}" if is_english() else dates.day(day)


def a_moment(at: datetime) -> str:
    """2026-11-24 09:30, or 24. Nov. 2026 09:30, in the zone that it stands in. Whoever writes it names the zone."""
    return f"{at:%Y-%m-%d %H:%M}" if is_english() else f"{a_day(at)} {at:%H:%M}"


def a_number(number: int) -> str:
    """With the marks of the language between the thousands."""
    return f"{number:,}" if is_english() else numbers.number(number)


def days(number: int) -> str:
    """A number of days in words."""
    return ngettext("%(count)s day", "%(count)s days", number) % {"count": a_number(number)}


def language_tag() -> str:
    """Of the language of the moment, as documents and feeds name it: en, de, zh-hans."""
    return OF_ENGLISH if is_english() else (translation.get_language() or OF_ENGLISH)
