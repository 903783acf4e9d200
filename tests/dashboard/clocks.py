"""Which clocks do the tests of the pages show? One of each shape and state, built by hand."""

from datetime import date, timedelta
from typing import Any

from alerts.clock import Clock, Kind, Shape, state_for

TODAY = date(2026, 3, 10)


def a_clock(days: int, title: str = "120 Desktops licenses expire", *, today: date = TODAY, **facts: Any) -> Clock:
    """A license that expires in so many days, unless told otherwise."""
    values: dict[str, Any] = {
        "kind": Kind.LICENSE_EXPIRY,
        "state": state_for(days),
        "title": title,
        "evidence": "The license file says so.",
        "next_step": "Renew it.",
        "due": today + timedelta(days=days),
        "days_left": days,
    }
    return Clock(**(values | facts))


def ten_clocks() -> list[Clock]:
    """The line of the design: ten clocks of three shapes."""
    names = {4: "Burst mode ends", 36: "File licensing ends", 69: "Server version, 52100", 82: "120 licenses expire"}
    names |= {204: "CSS, Desktops", 296: "CSS, PVS"}
    around = {"earliest": TODAY + timedelta(days=15), "latest": TODAY + timedelta(days=29)}
    return [
        *(a_clock(days, name) for days, name in names.items()),
        a_clock(19, "Disk full", kind=Kind.DISK_FULL, shape=Shape.FORECAST, **around),
        a_clock(30, "Activation lease", kind=Kind.ACTIVATION_LEASE, shape=Shape.RESETS),
        a_clock(54, "Manual report", kind=Kind.MANUAL_REPORT, shape=Shape.RESETS),
        a_clock(84, "Telemetry, 90 days", kind=Kind.REPORT_AGE, shape=Shape.RESETS),
    ]
