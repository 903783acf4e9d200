"""How is a moment, a size or a digest read? Relative first, absolute beside it; units always."""

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from licenses.formats.vendor_string import license_type_name
from programs.catalog import programs

register = template.Library()
UNITS = (("year", 365 * 86400), ("day", 86400), ("hour", 3600), ("minute", 60))


@register.simple_tag(takes_context=True)
def when(context: dict[str, Any], moment: datetime | None, missing: str = "Never") -> SafeString:
    """Two lines: how long ago, and the date in the server's zone."""
    if moment is None:
        return format_html('<span class="quiet">{}</span>', missing)
    return format_html('<span class="when">{}<small>{}</small></span>', distance(moment), absolute(context, moment))


@register.simple_tag(takes_context=True)
def absolute(context: dict[str, Any], moment: datetime) -> SafeString:
    """The date and time in the zone of the page."""
    local = moment.astimezone(context.get("zone") or timezone.get_current_timezone())
    this_year = local.year == timezone.now().astimezone(local.tzinfo).year
    words = f"{local:%a} {local.day} {local:%b}{'' if this_year else f' {local.year}'}, {local:%H:%M}"
    return format_html('<time datetime="{}">{}</time>', f"{moment:%Y-%m-%dT%H:%M:%SZ}", words)


@register.simple_tag(takes_context=True)
def short(context: dict[str, Any], moment: datetime) -> SafeString:
    """The date and time in a narrow column: no weekday, no year."""
    local = moment.astimezone(context.get("zone") or timezone.get_current_timezone())
    return format_html(
        '<time datetime="{}">{} {}</time>', f"{moment:%Y-%m-%dT%H:%M:%SZ}", local.day, f"{local:%b %H:%M}"
    )


@register.simple_tag
def ago(moment: datetime) -> str:
    """One line: how long ago or how soon."""
    return distance(moment)


@register.simple_tag
def day(value: date | None, missing: str = "Never") -> SafeString:
    """A date without a time; license dates have no zone."""
    if value is None:
        return format_html('<span class="soft">{}</span>', missing)
    return format_html('<time datetime="{}">{} {}</time>', value.isoformat(), value.day, f"{value:%b %Y}")


@register.filter
def size(count: int) -> str:
    """Bytes as B, KB or MB, of 1,000 each, as the pages of the product count; disks in GB."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{count / 1000:.1f} KB"
    return f"{count / 1_000_000:,.2f} MB" if count < 10**10 else f"{count / 10**9:,.1f} GB"


@register.filter
def speed(rate: float) -> str:
    """Bytes per second."""
    return f"{size(int(rate))}/s"


@register.filter
def short_hash(digest: str) -> str:
    """The two ends of a digest, enough to compare by eye."""
    return f"{digest[:8]}…{digest[-8:]}" if len(digest) > 20 else digest


@register.filter
def took(span: timedelta | None) -> str:
    """A duration."""
    if span is None:
        return "not known"
    seconds = span.total_seconds()
    if seconds < 3600:
        return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60}:{int(seconds) % 60:02d} min"
    return f"{int(seconds) // 3600}:{int(seconds) // 60 % 60:02d} h"


@register.filter
def roughly(span: timedelta) -> str:
    """A duration that is only estimated: no tenths of a second."""
    seconds = max(round(span.total_seconds()), 1)
    return f"{seconds} s" if seconds < 60 else took(timedelta(seconds=seconds))


@register.filter
def license_type(code: str) -> str:
    """The license type in words, the code where there are none."""
    return license_type_name(code) if code else "not stated"


@register.filter
def program_name(code: str) -> str:
    """The name of a program; the code where it is not declared any more."""
    known = programs().get(code)
    return known.name if known else code


@register.filter
def short_code(code: str) -> str:
    """A result code without the prefix that all of them share."""
    return code.removeprefix("CTX_UPLOADER_")


def distance(moment: datetime) -> str:
    """In words, the largest unit that fits: "3 hours ago", "in 2 days", "just now"."""
    seconds = (timezone.now() - moment).total_seconds()
    for name, length in UNITS:
        if abs(seconds) >= length:
            count = int(abs(seconds) // length)
            words = f"{count} {name}{'' if count == 1 else 's'}"
            return f"{words} ago" if seconds > 0 else f"in {words}"
    return "just now" if seconds >= 0 else "in less than a minute"
