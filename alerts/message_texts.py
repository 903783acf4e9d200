"""How does a message read? As plain text, and as a small page of HTML in which every word of others is escaped.

No template: a floor has none, and what a mail program shows of HTML fits in a few lines.
"""

from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.content import Content, Part, counted
from alerts.local_forms import a_day, language_tag
from alerts.plain_text import lines
from languages.sentences import listed

RULER = "-" * 72
BODY = "font-family:system-ui,sans-serif;font-size:15px;line-height:1.5;color:#1c2326;max-width:640px"
EDGE = {"act": "#b3261e", "plan": "#b26a00", "watch": "#5b6b70", "unknown": "#5b6b70", "over": "#1e7d4f"}


def plain_text(content: Content) -> str:
    """The whole message, lines of any length: a mail program breaks them better than we."""
    blocks = [content.words, *(_plain_part(part) for part in content.parts), _left_out(content), _foot(content)]
    return f"\n\n{RULER}\n\n".join(lines(block) for block in blocks if block) + "\n"


def html_text(content: Content) -> str:
    """The same as a page of its own, without pictures, scripts or anything that is fetched."""
    words = format_html("<p>{}</p>", content.words) if content.words else ""
    parts = format_html_join("", "{}", ((_html_part(part),) for part in content.parts))
    rest = format_html("<p>{}</p>", _left_out(content)) if content.left_out else ""
    return format_html(
        '<!doctype html><html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>'
        '<body style="{}">{}{}{}<p style="color:#5b6b70">{}</p></body></html>',
        language_tag(), content.subject, BODY, words, parts, rest, _html_foot(content),
    )  # fmt: skip


def _plain_part(part: Part) -> str:
    return "\n".join(
        [
            _("%(word)s: %(title)s") % {"word": part.word, "title": part.title},
            "",
            *([part.detail] if part.detail else []),
            *([] if part.is_over else [_("Do: %(action)s") % {"action": part.action}]),
            *([_("Until: %(day)s") % {"day": _until(part)}] if part.due else []),
            *([_("Where: %(servers)s") % {"servers": _servers(part)}] if part.servers else []),
            _("Why now: %(reason)s") % {"reason": part.why},
            *([part.link] if part.link else []),
        ]
    )


def _html_part(part: Part) -> SafeString:
    facts = [
        _("Until: %(day)s") % {"day": _until(part)} if part.due else "",
        _("Where: %(servers)s") % {"servers": _servers(part)} if part.names or part.servers > 1 else "",
        _("Why now: %(reason)s") % {"reason": part.why} if part.why else "",
    ]
    return format_html(
        '<div style="border-left:4px solid {};padding:2px 0 2px 14px;margin:0 0 22px">'
        '<p style="margin:0;color:#5b6b70">{}</p><h2 style="font-size:17px;margin:0 0 6px">{}</h2>'
        '<p style="margin:0 0 6px">{}</p>{}<p style="margin:0;color:#5b6b70">{}</p></div>',
        EDGE["over" if part.is_over else part.severity],
        part.word,
        _link(part.title, part.link),
        part.detail,
        "" if part.is_over else format_html('<p style="margin:0 0 6px"><b>{}</b> {}</p>', _("Do:"), part.action),
        format_html_join(mark_safe("<br>"), "{}", ((fact,) for fact in facts if fact)),
    )


def _until(part: Part) -> str:
    return a_day(date.fromisoformat(part.due)) if part.due else ""


def _servers(part: Part) -> str:
    """“ls1, ls2 and 998 more servers”; "" for the installation."""
    if not part.names:
        words = ngettext("%(count)s server", "%(count)s servers", part.servers)
        return words % {"count": part.servers} if part.servers > 1 else ""
    rest, names = part.servers - len(part.names), listed(part.names)
    if rest <= 0:
        return names
    words = ngettext("%(names)s and %(count)s more server", "%(names)s and %(count)s more servers", rest)
    return words % {"names": names, "count": rest}


def _left_out(content: Content) -> str:
    if not content.left_out:
        return ""
    number = sum(content.left_out.values())
    words = ngettext(
        "%(count)s more is not shown in full: %(which)s.", "%(count)s more are not shown in full: %(which)s.", number
    )
    return words % {"count": number, "which": counted(content.left_out)}


def _foot(content: Content) -> str:
    return f"{_sender(content)}\n{content.where}"


def _html_foot(content: Content) -> SafeString:
    return format_html("{}<br>{}", _sender(content), _link(content.where, content.where))


def _sender(content: Content) -> str:
    return _("Sent by Licensing Manager to the channel %(channel)s.") % {"channel": content.channel}


def _link(text: str, address: str) -> SafeString | str:
    is_link = address.startswith(("https://", "http://"))
    return format_html('<a href="{}" style="color:#0b5f6b">{}</a>', address, text) if is_link else text
