"""How does one server look in the list of the fleet? Made as text, because a page has a hundred of them.

A row repeats no drawing: shapes and the base of the small line stand once on the page, and a row refers to them.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.clock import Shape
from alerts.models import RULES, Condition
from alerts.next_trouble import LETTERS, read_marks
from alerts.standing_models import Pressure, ServerStanding, Share
from dashboard.templatetags.readings import distance
from dashboard.templatetags.signs import GLYPHS
from dashboard.time_line import SMALL, STEPS, words_left
from servers.models import ReportingMode

SIGNS = {Pressure.ACT: "act", Pressure.PLAN: "plan", Pressure.WELL: "well", Pressure.UNKNOWN: "blank"}
MOST_MARKS = 6  # of the small drawing; more are a crowd, and a page has a hundred drawings
ANY_GUID = "00000000-0000-0000-0000-000000000000"
Names = Mapping[str, str]
TICK = '<td><input type="checkbox" name="id" value="{pk}" aria-labelledby="n{pk}"></td>'
ROW = (
    "<tr{row_class}>{tick}"
    '<th scope="row"><a id="n{pk}" href="{href}">{name}</a>{group}</th>'
    "<td>{trouble}</td>"
    '<td class="low"><svg class="mini" role="img" aria-label="{drawing}"><use href="#axis"/>{marks}</svg></td>'
    '<td class="num mid">{report}</td><td class="mid">{mode}</td><td class="low">{share}</td>'
    '<td class="num mid">{build}</td><td class="num mid">{alerts}</td></tr>'
)


MARKS = {
    Shape.FIXED: '<path class="mark {sign} fixed" d="M0 -6l6 6-6 6-6-6z"/>',
    Shape.RESETS: '<circle class="mark {sign}" cx="0" cy="0" r="5"/>',
    Shape.FORECAST: '<path class="mark {sign}" d="M-6 5h12l-6-10.5z"/>',
}


def shapes() -> SafeString:
    """Every shape that rows refer to, drawn nowhere by itself."""
    glyphs = [
        f'<symbol id="g-{name}" viewBox="0 0 16 16">{GLYPHS[name]}</symbol>'
        for name in ("act", "plan", "well", "blank", "off")
    ]
    marks = [
        f'<g id="m{LETTERS[shape]}{sign}" transform="translate(0 8) scale(.72)">{drawing.format(sign=sign)}</g>'
        for shape, drawing in MARKS.items()
        for sign in ("", "plan", "act")
    ]
    steps = [
        f'<line class="step" x1="{SMALL.x(days)}%" x2="{SMALL.x(days)}%" y1="5" y2="11"/>' for days in STEPS if days
    ]
    now = f'<line class="now-line" x1="{SMALL.x(0)}%" x2="{SMALL.x(0)}%" y1="2" y2="14"/>'
    base = '<line class="base" x1="0" x2="100%" y1="8" y2="8"/>'
    axis = f'<symbol id="axis"><g class="mini">{base}{"".join(steps)}{now}</g></symbol>'
    return mark_safe("".join([*glyphs, *marks, axis]))  # noqa: S308  # our own constants


def rows_of(
    rows: Iterable[ServerStanding], *, groups: Names, now: datetime, stale: bool, ticks: bool
) -> list[SafeString]:
    """Each server as one row of the table. `stale`: the rules do not look any more, so nothing is known.

    `ticks`: with a box to tick, for whoever may do something to what is ticked.
    """
    words = _Words(groups, now.astimezone(UTC).date(), stale=stale, tick=TICK if ticks else "")
    return [words.row(one) for one in rows]


class _Words:
    """What all rows of a page have in common: words and addresses that are looked up once."""

    def __init__(self, groups: Names, today: date, *, stale: bool, tick: str) -> None:
        self.groups, self.today, self.stale, self.tick = groups, today, stale, tick
        self.kinds = {value: str(label) for value, label in RULES}
        self.modes = {value: str(label) for value, label in ReportingMode.choices}
        self.shares = {value: str(label) for value, label in Share.choices}
        self.href, self.alerts_href = (reverse(name, args=[ANY_GUID]) for name in ("overview", "server_alerts"))
        self.never, self.unknown = _("Never"), _("not known")
        self.quiet, self.nobody = _("Quiet"), _("Not known")
        self.retired, self.no_date = _("Archived"), _("No date is known")

    def row(self, one: ServerStanding) -> SafeString:
        """The row of one server."""
        server, guid = one.server, str(one.server.guid)
        marks = read_marks(one.marks, today=self.today)
        drawn = "".join(
            f'<use href="#m{LETTERS[mark.shape]}{mark.sign}" x="{SMALL.x(mark.days):.1f}%"/>'
            for mark in marks[:MOST_MARKS]
        )
        group = self.groups.get(str(one.group_id), "")
        return mark_safe(  # noqa: S308  # every text from outside is escaped here
            ROW.format(
                pk=one.server_id,
                row_class=' class="soft"' if one.is_archived else "",
                tick=self.tick.format(pk=one.server_id),
                href=self.href.replace(ANY_GUID, guid),
                name=conditional_escape(server.name),
                group=format_html('<small class="quiet"> {}</small>', group) if group else "",
                trouble=self._trouble(one),
                drawing=self._drawing([mark.days for mark in marks]),
                marks=drawn,
                report=self._report(one.last_report),
                mode=self.modes.get(one.mode, one.mode),
                share=self._share(one),
                build=conditional_escape(one.build or self.unknown),
                alerts=self._alerts(one, guid),
            )
        )

    def _trouble(self, one: ServerStanding) -> str:
        if one.is_archived:
            return _state("", "off", self.retired)
        if one.looked_at is None or self.stale:
            return _state("blank", "blank", self.nobody)
        if one.due_on is None:
            is_known = one.pressure != Pressure.UNKNOWN
            sign = SIGNS[Pressure(one.pressure)]
            return _state(sign, sign, self.quiet if is_known else self.nobody)
        what = self.kinds.get(one.kind, one.kind)
        more = f"{what}, {one.subject}" if one.subject else what
        sign = SIGNS[Pressure(one.pressure)]
        return _state(sign, sign, self._when(one), more)

    def _when(self, one: ServerStanding) -> str:
        days = (one.due - self.today).days
        if one.kind not in Condition.values:
            return words_left(days)
        since = max(-days, 0)
        if not since:
            return _("since today")
        return ngettext("for %(count)d day", "for %(count)d days", since) % {"count": since}

    def _drawing(self, days: list[int]) -> str:
        if not days:
            return self.no_date
        text = ngettext("%(count)d date, the first %(when)s", "%(count)d dates, the first %(when)s", len(days))
        return str(conditional_escape(text % {"count": len(days), "when": words_left(days[0])}))

    def _report(self, last: datetime | None) -> str:
        if last is None:
            return f'<span class="quiet">{conditional_escape(self.never)}</span>'
        return f'<time datetime="{last.astimezone(UTC):%Y-%m-%dT%H:%MZ}">{conditional_escape(distance(last))}</time>'

    def _share(self, one: ServerStanding) -> str:
        words = self.shares.get(one.share, one.share)
        return str(conditional_escape(_("%(share)s, event data") % {"share": words} if one.sends_events else words))

    def _alerts(self, one: ServerStanding, guid: str) -> str:
        return f'<a href="{self.alerts_href.replace(ANY_GUID, guid)}">{one.alert_count}</a>' if one.alert_count else "0"


def _state(sign: str, glyph: str, words: str, more: str = "") -> str:
    """A state as shape, color and word, and beneath it what it is about."""
    about = format_html('<br><small class="quiet">{}</small>', more) if more else ""
    return (
        f'<span class="state {sign}"><svg class="glyph" aria-hidden="true">'
        f'<use href="#g-{glyph}"/></svg>{conditional_escape(words)}</span>{about}'
    )
