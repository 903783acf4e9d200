"""Which drawings does the style guide show? The numbers behind each, in every state that a reader may meet."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy

from alerts.clock import Clock, Kind, Shape, State, state_for
from dashboard.charts import Chart, chart_of
from dashboard.clock_list import clock_list
from dashboard.gauges import AgeGauge, DiskChart, age_gauge, disk_chart
from dashboard.products import Meter
from dashboard.style_guide_server import a_server
from dashboard.ticks import Strip, strip_of
from dashboard.time_line import TimeLine, time_line
from licenses.usage import DayOfUse
from programs.participation import Participation
from programs.participation import State as Answer
from uploads.disk import Disk, DiskState
from uploads.disk_forecast import Reading, forecast

GB = 10**9
NAMES = {
    -3: ("Manual report due", Kind.MANUAL_REPORT, Shape.RESETS),
    4: ("License burst mode ends", Kind.GRACE, Shape.FIXED),
    19: ("Disk full", Kind.DISK_FULL, Shape.FORECAST),
    30: ("Activation lease", Kind.ACTIVATION_LEASE, Shape.RESETS),
    36: ("120 XDT_ENT_UD licenses expire", Kind.LICENSE_EXPIRY, Shape.FIXED),
    54: ("Cloud registration", Kind.REGISTRATION, Shape.FIXED),
    69: ("Server version, build 52100", Kind.VERSION_AGE, Shape.FIXED),
    84: ("Telemetry, 90 days", Kind.REPORT_AGE, Shape.RESETS),
    204: ("CSS date, XDT_PLT_CCS", Kind.CSS_DATE, Shape.FIXED),
    296: ("CSS date, PVSD_STD_CCS", Kind.CSS_DATE, Shape.FIXED),
    350: ("Certificate of the destination", Kind.CERTIFICATE, Shape.FIXED),
    900: ("500 XDT_PLT_CCS licenses expire", Kind.LICENSE_EXPIRY, Shape.FIXED),
}


def clock_examples(today: date) -> Iterator[tuple[str, TimeLine]]:
    """The line with no, one and forty-eight clocks; the panel beneath has twelve."""
    twelve = _twelve(today)
    crowd = [_clock(today, 3 + number * 8, f"{number + 1} licenses expire") for number in range(48)]
    for words, clocks in (
        ("No clock", []),
        ("One clock", twelve[1:2]),
        ("Forty-eight clocks: what has no room for words is in the list", crowd),
    ):
        yield words, time_line(clocks, today=today)


def the_line(today: date) -> dict[str, Any]:
    """The whole panel: dates, one that could not be judged, one without an end, one that does not run."""
    dark = _clock(today, None, "Server version", state=State.UNKNOWN, evidence="No report has named the build yet.")
    idle = _clock(today, None, "Activation lease", state=State.NOT_APPLICABLE, evidence="It licenses by file.")
    endless = _clock(today, None, "500 XDT_PLT_CCS licenses", state=State.RUNNING, evidence="They are permanent.")
    server = a_server()
    return {"clocks": clock_list([*_twelve(today), dark, idle, endless], server, today=today), "server": server}


def _twelve(today: date) -> list[Clock]:
    return [_clock(today, days, title, kind=kind, shape=shape) for days, (title, kind, shape) in NAMES.items()]


def _clock(today: date, days: int | None, title: str, **facts: Any) -> Clock:
    due = None if days is None else today + timedelta(days=days)
    around = {"earliest": due - timedelta(days=4), "latest": due + timedelta(days=10)} if due else {}
    values: dict[str, Any] = {
        "kind": Kind.LICENSE_EXPIRY,
        "state": State.RUNNING if days is None else state_for(days),
        "evidence": "Read in desktops.lic.",
        "next_step": "Nothing.",
        "due": due,
        "days_left": days,
        **(around if facts.get("shape") == Shape.FORECAST else {}),
    }
    return Clock(title=title, **(values | facts))


def strips(today: date) -> Iterator[Strip]:
    """Ninety days of every kind, and the thirty days of a card."""
    days = ["ok"] * 30 + ["late"] * 3 + ["ok"] * 10 + ["bad"] * 5 + ["gap"] * 6 + ["seen"] * 2 + ["none"] * 12
    yield strip_of([*days, *["hold"] * 7, *["off"] * 2, *["ok"] * 12, "now"], today=today)
    yield strip_of(["none"] * 29 + ["ok"], today=today)
    yield strip_of(["gap"] * 30, today=today)


def ages() -> list[AgeGauge]:
    """Fresh, soon, at the last day, over, and not known."""
    return [age_gauge(day, period=90) for day in (1, 65, 90, 97, None)]


def meters() -> list[tuple[str, Meter | None]]:
    """Every way in which licenses can be in use."""
    return [
        ("312 of 500 in use", Meter(62.4, 0, None, is_full=False)),
        ("512 of 500 in use, 12 of 50 overdraft", Meter(90.91, 2.18, 90.91, is_full=False)),
        ("550 of 550 in use, nothing is left", Meter(90.91, 9.09, 90.91, is_full=True)),
        ("Use not known", None),
    ]


def use_chart(today: date) -> Chart:
    """Thirty days, four of them not read, some at the number that was bought."""
    uses = [None if day in range(12, 16) else 80 + day * 6 % 37 + day for day in range(30)]
    days = [DayOfUse(today - timedelta(days=29 - day), use, None) for day, use in enumerate(uses)]
    return chart_of(days, contracted=125, overdraft=12)


def disk_examples(today: date) -> list[dict[str, Any]]:
    """One panel; the charts show the other states."""
    return [{"disk": _disk(today, by=GB), "disk_chart": disk_chart(_disk(today, by=GB), today=today)}]


def disk_charts(today: date) -> list[tuple[str, DiskChart | None]]:
    """A disk that fills soon, later, and not at all."""
    speeds = (("Full within a week", 5 * GB), ("Full within months", GB // 2), ("It does not fill up", 0))
    return [(words, disk_chart(_disk(today, by=by), today=today)) for words, by in speeds]


def _disk(today: date, *, by: int) -> DiskState:
    free = 34 * GB
    days = range(30)
    readings = tuple(
        Reading(today - timedelta(days=29 - day), free + (29 - day) * by + day % 3 * GB // 4) for day in days
    )
    found = forecast(readings, today=today)
    left = (found.full_on - today).days if found.full_on else None
    return DiskState(Disk(200 * GB, free), found, left, readings)


def participations() -> list[Participation]:
    """Every state of a program on a server, and required but carried by hand."""
    no_reason = gettext_lazy("Nothing.")
    by_hand = Participation(Answer.MANDATORY, no_reason, sends=False, is_carried=True)
    return [*(Participation(state, no_reason, sends=True) for state in Answer), by_hand]
