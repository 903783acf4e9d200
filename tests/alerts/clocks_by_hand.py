"""Which clocks do the tests look at? Made by hand, so that a test says what it needs and nothing else."""

from datetime import date, timedelta
from typing import Any

from alerts.clock import Clock, Kind, State, state_for

TODAY = date(2026, 3, 10)


def a_clock(days_left: int | None = 20, *, kind: Kind = Kind.LICENSE_EXPIRY, **facts: Any) -> Clock:
    """A clock with so many days left on `TODAY`; None makes one that does not run."""
    values: dict[str, Any] = {
        "kind": kind,
        "title": "25 licenses of XDT_PLT_UD expire",
        "evidence": "citrix.lic, line 7: expires 30-mar-2026",
        "next_step": "Renew them, then import the new license file.",
        "subject": "XDT_PLT_UD",
        "problem": f"{kind}:XDT_PLT_UD",
        "days_left": days_left,
        "due": None if days_left is None else TODAY + timedelta(days=days_left),
        "state": State.UNKNOWN if days_left is None else state_for(days_left),
    }
    return Clock(**(values | facts))
