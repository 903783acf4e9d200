"""How is a moment, a size or a digest read? Relative first, absolute beside it; units always."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.severity import severity_of
from dashboard.language import as_kept, in_its_language
from dashboard.time_line import SIGNS, words_left
from languages import dates, numbers, sentences
from licenses.formats.vendor_string import license_type_name
from licenses.model_names import model_name
from programs import catalog
from uploads.models import Upload

register = template.Library()
NEVER = gettext_lazy("Never")
EVIDENCE = {  # how we know that an element is what its declaration says
    "documented": gettext_lazy("Documented by the vendor"),
    "documented_partial": gettext_lazy("Documented in part"),
    "name_only": gettext_lazy("Only the name is documented"),
    "name_inferred": gettext_lazy("The name is derived by us"),
    "observed": gettext_lazy("Seen in a real upload"),
    "ours": gettext_lazy("Ours"),
}
YEAR_IS_CLEAR = 300  # days: ours, nobody takes 3 May for that of another year so far ahead


@register.simple_tag(takes_context=True)
def when(context: dict[str, Any], moment: datetime | None, missing: str | None = None) -> SafeString:
    """Two lines: how long ago, and the date in the zone of the page."""
    if moment is None:
        return format_html('<span class="quiet">{}</span>', NEVER if missing is None else missing)
    return format_html('<span class="when">{}<small>{}</small></span>', distance(moment), absolute(context, moment))


@register.simple_tag(takes_context=True)
def due(context: dict[str, Any], moment: datetime | None, missing: str | None = None) -> SafeString:
    """When something begins by itself, in two lines; what is past has not begun yet."""
    if moment is None or moment > timezone.now():
        return when(context, moment, missing)
    return format_html(_("Due now, since {moment}"), moment=absolute(context, moment))


@register.simple_tag(takes_context=True)
def absolute(context: dict[str, Any], moment: datetime) -> SafeString:
    """The date and time in the zone of the page."""
    local = moment.astimezone(context.get("zone") or timezone.get_current_timezone())
    this_year = local.year == timezone.now().astimezone(local.tzinfo).year
    words = dates.moment(local, with_year=not this_year)
    return format_html('<time datetime="{}">{}</time>', f"{moment:%Y-%m-%dT%H:%M:%SZ}", words)


@register.simple_tag(takes_context=True)
def short(context: dict[str, Any], moment: datetime) -> SafeString:
    """The date and time in a narrow column: no weekday, no year."""
    local = moment.astimezone(context.get("zone") or timezone.get_current_timezone())
    return format_html('<time datetime="{}">{}</time>', f"{moment:%Y-%m-%dT%H:%M:%SZ}", dates.short_moment(local))


@register.simple_tag
def ago(moment: datetime) -> str:
    """One line: how long ago or how soon."""
    return distance(moment)


@register.simple_tag
def kept(words: str, language: str | None = None) -> SafeString:
    """A stored sentence, marked with its language where the reader reads another: the installation's, unless said."""
    return as_kept(words) if language is None else in_its_language(words, language)


@register.simple_tag
def day(value: date | None, missing: str | None = None) -> SafeString:
    """A date without a time; license dates have no zone."""
    if value is None:
        return format_html('<span class="soft">{}</span>', NEVER if missing is None else missing)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), dates.day(value))


@register.simple_tag
def left(value: date, today: date, counts: bool = True) -> SafeString:
    """The days left to a date of a license, in the color of how much it presses; quiet where nothing counts."""
    days = (value - today).days
    css = SIGNS.get(severity_of(days), "") if counts else "quiet"
    return format_html('<span class="{}">{}</span>', css, words_left(days))


@register.simple_tag
def near_day(value: date | None, missing: str | None = None) -> SafeString:
    """The same for a day that lies ahead: without its year where that is clear."""
    if value is None or not 0 <= (value - timezone.now().date()).days < YEAR_IS_CLEAR:
        return day(value, missing)
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), dates.day_of_month(value))


@register.filter
def day_of_month(value: date) -> str:
    """A date whose year is clear."""
    return dates.day_of_month(value)


@register.filter
def size(count: int) -> str:
    """Bytes as B, KB or MB, of 1,000 each, as the pages of the product count; disks in GB."""
    return numbers.size(count)


@register.filter
def speed(rate: float) -> str:
    """Bytes per second."""
    return numbers.speed(rate)


@register.filter
def short_hash(digest: str) -> str:
    """The two ends of a digest, enough to compare by eye."""
    return f"{digest[:8]}…{digest[-8:]}" if len(digest) > 20 else digest


@register.filter
def took(span: timedelta | None) -> str:
    """A duration."""
    if span is None:
        return _("not known")
    return numbers.span(span)


@register.filter
def roughly(span: timedelta) -> str:
    """A duration that is only estimated: no tenths of a second."""
    return numbers.rough_span(span)


@register.filter
def inside(label: str) -> str:
    """A label in the middle of a sentence."""
    return sentences.inside(label)


@register.simple_tag
def comma() -> str:
    """What stands between two parts of a line, in the reader's language."""
    return sentences.between_parts()


@register.simple_tag
def stop() -> str:
    """The full stop behind words that have none, before the next sentence."""
    return sentences.full_stop()


@register.filter
def listed(parts: Iterable[object]) -> str:
    """A list with the signs that the reader's language has between its parts."""
    return sentences.listed(parts)


@register.filter
def license_model(model: str) -> str:
    """What one license counts, as the reader says it."""
    return model_name(model)


@register.filter
def license_type(code: str) -> str:
    """The license type in words, the code where there are none."""
    return _(license_type_name(code)) if code else _("not stated")


@register.filter
def program_name(code: str) -> str:
    """The name of a program; the code where it is not declared any more."""
    known = catalog.programs().get(code)
    return known.name if known else code


@register.filter
def evidence(code: str) -> str:
    """How well an element is known."""
    return str(EVIDENCE[code])


@register.filter
def upload_name(upload: Upload) -> str:
    """What an upload carries: its program, and its kind where the program has several."""
    return catalog.upload_name(upload.program, upload.kind)


@register.filter
def short_code(code: str) -> str:
    """A result code without the prefix that all of them share."""
    return code.removeprefix("CTX_UPLOADER_")


def distance(moment: datetime) -> str:
    """In words, the largest unit that fits: "3 hours ago", "in 2 days", "just now"."""
    return dates.distance((timezone.now() - moment).total_seconds())
