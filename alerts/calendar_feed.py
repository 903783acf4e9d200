"""How does a calendar show the deadlines? One all-day entry for each clock that runs, with an alarm on each step.

RFC 5545, read again from the same address: an entry keeps its UID when its date moves, so the date moves in the
calendar and no second entry appears. The same facts on the same day are the same bytes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from icalendar import Alarm, Calendar, Event

from alerts.clock import Clock, Shape, State
from alerts.local_forms import a_day, a_number, days, language_tag
from alerts.plain_text import lines, one_line
from alerts.severity import Severity
from servers.models import LicenseServer

CONTENT_TYPE = "text/calendar; charset=utf-8"
MOST = 1000  # ours: nearest first; a calendar program reads all of it every hour, and a person none of the rest
ALARM_AT = timedelta(hours=9)  # ours: of the day, in the zone of whoever reads
OURS = uuid5(NAMESPACE_OID, "licensing-manager")  # the name space of what belongs to no server
PRIORITIES = {Severity.ACT: 1, Severity.PLAN: 5, Severity.WATCH: 9, Severity.UNKNOWN: 9}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """For whom is it written? `steps_of` gives the steps that a clock speaks on; none for what is muted."""

    name: str
    now: datetime
    servers: Mapping[int, LicenseServer]
    steps_of: Callable[[Clock], Sequence[int]]
    site: str = ""


def calendar_of(clocks: Iterable[Clock], *, reader: Reader) -> bytes:
    """The calendar. What has no date and is not overdue is left out: it is on the pages, with its reason."""
    running = (one for one in clocks if one.is_on_the_line or one.state == State.OVERDUE)
    shown = sorted(running, key=lambda one: _place(one, reader=reader))
    calendar = Calendar()
    calendar.add("prodid", f"-//Licensing Manager//Deadlines//{language_tag().upper()}")
    calendar.add("version", "2.0")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, one_line(reader.name))
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    known: Counter[UUID] = Counter()
    for clock in shown[:MOST]:
        calendar.add_component(_entry(clock, reader=reader, known=known))
    if len(shown) > MOST:
        calendar.add_component(_left_out(len(shown) - MOST, reader=reader))
    content: bytes = calendar.to_ical(sorted=True)
    return content


def _place(clock: Clock, *, reader: Reader) -> tuple[date, str, str, str]:
    return _day_of(clock, reader=reader), _server_name(clock, reader=reader), clock.kind, clock.subject


def _day_of(clock: Clock, *, reader: Reader) -> date:
    """Its last good day; today where that is over, because a calendar is not read backwards."""
    if clock.due and clock.state != State.OVERDUE:
        return clock.due
    server = reader.servers.get(clock.server_id or 0)
    return reader.now.astimezone(server.zone if server else UTC).date()


def _entry(clock: Clock, *, reader: Reader, known: Counter[UUID]) -> Event:
    server = reader.servers.get(clock.server_id or 0)
    uid = uuid5(server.guid if server else OURS, f"{clock.kind}:{clock.subject}")
    known[uid] += 1
    name, is_over = _server_name(clock, reader=reader), clock.state == State.OVERDUE
    title = one_line(f"{name}: {clock.title}" if name else clock.title)
    event = Event()
    event.add("uid", str(uid) if known[uid] == 1 else f"{uid}-{known[uid]}")
    event.add("dtstamp", _stamp(reader))
    event.add(
        "dtstart", _day_of(clock, reader=reader)
    )  # without an end it lasts this one day, also on the last day of all
    event.add("summary", _("Overdue: %(title)s") % {"title": title} if is_over else title)
    event.add("description", _description(clock))
    event.add("categories", [str(clock.kind.label), str(clock.severity.label)])
    event.add("status", "TENTATIVE" if clock.shape == Shape.FORECAST else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("priority", PRIORITIES[clock.severity])
    if reader.site:
        event.add("url", f"{reader.site}/servers/{server.guid}/" if server else f"{reader.site}/")
    for step in [] if is_over else reader.steps_of(clock):
        if 0 <= step <= (clock.days_left or 0):
            event.add_component(_alarm(title, step))
    return event


def _alarm(title: str, step: int) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    left = ngettext("%(title)s, %(count)s day left", "%(title)s, %(count)s days left", step)
    words = left if step else _("%(title)s, today is the last day")
    alarm.add("description", words % {"title": title, "count": a_number(step)})
    alarm.add("trigger", ALARM_AT - timedelta(days=step))
    return alarm


def _description(clock: Clock) -> str:
    parts = [clock.evidence, _("What to do: %(action)s") % {"action": clock.next_step} if clock.next_step else ""]
    if clock.state == State.OVERDUE and clock.due and clock.days_left:
        parts.insert(
            0,
            _("Overdue since %(days)s; %(day)s was the last good day.")
            % {"days": days(-clock.days_left), "day": a_day(clock.due)},
        )
    if clock.shape == Shape.FORECAST:
        parts.append(_("This date is a forecast."))
    return "\n\n".join(lines(part) for part in parts if part)


def _left_out(number: int, *, reader: Reader) -> Event:
    event = Event()
    event.add("uid", str(uuid5(OURS, f"left out of {reader.name}")))
    event.add("dtstamp", _stamp(reader))
    event.add("dtstart", reader.now.date())
    later = ngettext(
        "%(count)s later deadlines are not in this calendar",
        "%(count)s later deadlines are not in this calendar",
        number,
    )
    event.add("summary", later % {"count": a_number(number)})
    shown = _("It shows the nearest %(count)s. Make an address for one server to see all of its own.")
    event.add("description", shown % {"count": a_number(MOST)})
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    return event


def _stamp(reader: Reader) -> datetime:
    """The beginning of the day: newer than what was read yesterday, and the same all day."""
    return datetime.combine(reader.now.astimezone(UTC), time(), UTC)


def _server_name(clock: Clock, *, reader: Reader) -> str:
    server = reader.servers.get(clock.server_id or 0)
    return server.name if server else ""
