"""How does a state look? A shape, a word and a color; the shapes stand here once."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

register = template.Library()

OCTAGON = (
    '<path d="M5.25 1.75h5.5l3.5 3.5v5.5l-3.5 3.5h-5.5l-3.5-3.5v-5.5z" fill="currentColor" stroke="none"/>'
    '<path d="M8 4.75v4M8 11.1v.01" stroke="var(--panel)" stroke-width="1.75"/>'
)
RING = '<circle cx="8" cy="8" r="6"/>'
GLYPHS: dict[str, str] = {
    "well": RING + '<path d="m5.25 8.25 2 2 3.5-4.25"/>',
    "plan": '<path d="M8 2 14.5 13.5h-13zM8 6.5v3.25M8 11.75v.01"/>',
    "act": OCTAGON,
    "live": '<circle cx="8" cy="8" r="6" opacity=".35"/><path d="M8 2a6 6 0 0 1 6 6"/>',
    "blank": (
        '<circle cx="8" cy="8" r="6" stroke-dasharray="2.2 2"/>'
        '<path d="M6.4 6.6c.1-2 3.3-1.9 3.2 0-.1 1.2-1.6 1.2-1.6 2.4M8 11.2v.01"/>'
    ),
    "off": RING + '<path d="M5.25 8h5.5"/>',
    "hold": RING + '<path d="M6.5 5.75v4.5M9.5 5.75v4.5"/>',
    "lock": '<path d="M3.5 7.25h9v6.5h-9zM5.5 7.25V5a2.5 2.5 0 0 1 5 0v2.25"/>',
    "info": RING + '<path d="M8 7.25v3.75M8 5v.01"/>',
    "user": '<circle cx="8" cy="5" r="2.5"/><path d="M3 13.5c.5-5.5 9.5-5.5 10 0"/>',
    "device": '<path d="M2.5 3.5h11v7h-11zM5.5 13.5h5M8 10.5v3"/>',
    "server": '<path d="M2.5 4h11v8h-11zM5 8h.01M8 8h3"/>',
    "organization": '<path d="M3 13.5v-11h6v11M9 6.5h4v7M1.75 13.5h12.5M5 5.25h2M5 8h2"/>',
    "none": RING + '<path d="M5.25 8h5.5"/>',
}
ICONS: dict[str, str] = {
    "menu": '<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>',
    "servers": '<path d="M2.5 2.5h11v4.25h-11zM2.5 9.25h11v4.25h-11zM5 4.65h.01M5 11.4h.01M8 4.65h3M8 11.4h3"/>',
    "down": '<path d="m4 6.25 4 4 4-4"/>',
    "auto": '<circle cx="8" cy="8" r="5.5"/><path d="M8 2.5v11a5.5 5.5 0 0 0 0-11z" fill="currentColor"/>',
    "light": (
        '<circle cx="8" cy="8" r="2.75"/><path d="M8 1.5v1.25M8 13.25v1.25M1.5 8h1.25M13.25 8h1.25M3.4 3.4l.9.9'
        'M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9"/>'
    ),
    "dark": '<path d="M13 9.75A5.5 5.5 0 0 1 6.25 3 5.5 5.5 0 1 0 13 9.75z"/>',
    "language": '<circle cx="8" cy="8" r="6"/><path d="M2 8h12M8 2c-4.5 4-4.5 8 0 12M8 2c4.5 4 4.5 8 0 12"/>',
    "bell": '<path d="M4 11V7.25a4 4 0 0 1 8 0V11l1 1.25H3zM6.75 14.25h2.5"/>',
    "mail": '<path d="M2 3.75h12v8.5H2zM2 4.5l6 4.25 6-4.25"/>',
    "webhook": (
        '<circle cx="5" cy="11" r="2.25"/><circle cx="11.5" cy="11" r="1.75"/><circle cx="8" cy="4.25" r="2"/>'
        '<path d="M7.25 11h2.5M6.9 6 5.6 8.7"/>'
    ),
    "calendar": '<path d="M2.5 3.5h11v10h-11zM2.5 6.75h11M5.5 1.75v3M10.5 1.75v3"/>',
    "feed": '<path d="M3 13h.01M3 9a4 4 0 0 1 4 4M3 5a8 8 0 0 1 8 8"/>',
    "overview": '<path d="M2 12.5h12M4 12.5V9M8 12.5V4M12 12.5V7"/>',
    "program": '<path d="M4 1.75h5l3 3v9.5H4zM9 1.75v3h3M6 8.5h4M6 11h4"/>',
    "upload": '<path d="M8 13V3.5M4 7.5l4-4 4 4"/>',
    "carry": '<path d="M2.25 5h11.5v8.25H2.25zM6 5V2.75h4V5M2.25 8.75h11.5"/>',
    "sheet": '<path d="M4.5 6V2.25h7V6M4.5 11.5h-2V6h11v5.5h-2M4.5 9.5h7v4.25h-7z"/>',
    "license": '<circle cx="5" cy="11" r="2.5"/><path d="m7 9 6-6M10.5 5.5l2 2"/>',
    "download": '<path d="M8 2.5V10M5 7.5l3 3 3-3M3 13.5h10"/>',
    "search": '<circle cx="7" cy="7" r="4.25"/><path d="m10.25 10.25 3.5 3.5"/>',
    "add": '<path d="M8 3v10M3 8h10"/>',
    "older": '<path d="m6 4 4 4-4 4"/>',
    "newer": '<path d="m10 4-4 4 4 4"/>',
    "network": '<circle cx="3.5" cy="8" r="1.75"/><circle cx="12.5" cy="8" r="1.75"/><path d="M5.25 8h5.5M8 4v8"/>',
    "copy": '<path d="M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3"/>',
    "seal": '<path d="M3.5 7.25h9v6.5h-9zM5.5 7.25V5a2.5 2.5 0 0 1 5 0v2.25"/>',
    "account": '<circle cx="8" cy="5" r="2.5"/><path d="M3 13.5c.5-5.5 9.5-5.5 10 0"/>',
    "reference": '<path d="M1.75 5h12.5v6H1.75zM4.5 5v2.5M7 5v3.5M9.5 5v2.5M12 5v3.5"/>',
}
STATES: dict[str, str] = {
    "queued": "live",
    "sending": "live",
    "running": "live",
    "delivered": "well",
    "failed": "plan",
    "try_again": "plan",
    "refused": "act",
    "canceled": "off",
    "ready": "hold",
    "carried": "plan",
    "observed": "blank",
    "abandoned": "plan",
    "imported": "well",
    "duplicate": "off",
    "rejected": "act",
}
CHECKED: dict[str, tuple[str, str]] = {
    "ok": ("well", gettext_noop("Well")),
    "warning": ("plan", gettext_noop("Warning")),
    "failed": ("act", gettext_noop("Failed")),
    "skipped": ("off", gettext_noop("Left out")),
    "not_applicable": ("off", gettext_noop("Not applicable")),
}


@register.simple_tag
def glyph(name: str, classes: str = "") -> SafeString:
    """The shape of a state, with its color."""
    color = name if name in {"well", "plan", "act", "blank", "live"} else ""
    return format_html(
        '<svg class="glyph {} {}" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        color,
        classes,
        mark_safe(GLYPHS[name]),  # noqa: S308  # our own constant
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    """A picture beside a word; it never stands alone."""
    return format_html(
        '<svg class="i" viewBox="0 0 16 16" aria-hidden="true">{}</svg>',
        mark_safe(ICONS[name]),  # noqa: S308  # our own constant
    )


@register.simple_tag
def state(value: str, words: str) -> SafeString:
    """A state as shape, color and word."""
    sign = STATES.get(value, "blank")
    return format_html('<span class="state {}">{}{}</span>', sign, glyph(sign), words)


@register.simple_tag
def checked(value: str) -> SafeString:
    """How a check of the network ended."""
    sign, words = CHECKED.get(value, ("blank", gettext_noop("Not known")))
    return format_html('<span class="state {}">{}{}</span>', sign, glyph(sign), _(words))


@register.simple_tag
def badge(sign: str, words: str) -> SafeString:
    """The same on a wash, for headings."""
    return format_html('<span class="badge {}">{}{}</span>', sign, glyph(sign), words)
