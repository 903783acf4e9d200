"""What is a clock? One deadline of one server, or of the installation, with why we believe it and what to do next."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alerts.severity import PLAN_DAYS, Severity, severity_of


class Kind(TextChoices):
    """Which rule a clock follows. The last four belong to the installation, all others to a server."""

    REPORT_AGE = "report_age", _("Report age")
    VERSION_AGE = "version_age", _("Version age")
    LICENSE_EXPIRY = "license_expiry", _("License expiry")
    CSS_DATE = "css_date", _("CSS date")
    GRACE = "grace", _("License burst mode")
    ACTIVATION_LEASE = "activation_lease", _("Activation lease")
    ACTIVATION_EXPIRY = "activation_expiry", _("Activation expiry")
    MANUAL_REPORT = "manual_report", _("Manual report due")
    REGISTRATION = "registration", _("Cloud registration")
    CERTIFICATE = "certificate", _("Certificate of the destination")
    DISK_FULL = "disk_full", _("Disk full")
    BACKUP = "backup", _("Own backup")
    LEDGER = "ledger", _("Ledger verified")
    WATCHDOG = "watchdog", _("Background work")


INSTALLATION = frozenset({Kind.CERTIFICATE, Kind.DISK_FULL, Kind.BACKUP, Kind.LEDGER, Kind.WATCHDOG})


# Nothing stops on these days: products keep running, and only newer releases refuse.
NEVER_ACT = frozenset({Kind.CSS_DATE})


class State(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Shape(StrEnum):
    """How its date behaves: it stays, success sets it back, or it is a forecast. A drawing has a mark for each."""

    FIXED = "fixed"
    RESETS = "resets"
    FORECAST = "forecast"


class Clock(NamedTuple):
    """One deadline. `days_left` are whole days: 0 is the last good day, -1 the first bad one; None where none runs.

    `subject` tells clocks of one kind on one server apart, `problem` names the same trouble wherever it occurs (without
    the server, and without anything that a time zone changes), so that servers in the same trouble make one alert.
    `starts` and `due` are days in the zone of the server. `period` is how many days a clock that resets itself runs.

    A named tuple, because 120,000 are made once a minute and a frozen dataclass sets each field by itself.
    """

    kind: Kind
    state: State
    title: str
    evidence: str
    next_step: str
    server_id: int | None = None
    subject: str = ""
    problem: str = ""
    feature: str = ""
    quantity: int | None = None
    starts: date | None = None
    due: date | None = None
    earliest: date | None = None
    latest: date | None = None
    days_left: int | None = None
    shape: Shape = Shape.FIXED
    period: int | None = None

    @property
    def asks_for_something(self) -> bool:
        """Is there a step to take? "Nothing." is an answer too, but no page has to repeat it."""
        return self.next_step != gettext("Nothing.")

    @property
    def is_on_the_line(self) -> bool:
        """Has it a date that can be drawn?"""
        return self.days_left is not None and self.due is not None

    @property
    def severity(self) -> Severity:
        """How much it presses."""
        if self.state == State.UNKNOWN:
            return Severity.UNKNOWN
        return Severity.WATCH if self.days_left is None else severity_at(self.kind, self.days_left)


def severity_at(kind: str, days_left: int) -> Severity:
    """How much a clock of this kind presses with so many days left."""
    found = severity_of(days_left)
    return Severity.PLAN if found == Severity.ACT and kind in NEVER_ACT else found


def state_for(days_left: int) -> State:
    """The state that so many whole days mean."""
    if days_left < 0:
        return State.OVERDUE
    return State.DUE_SOON if days_left <= PLAN_DAYS else State.RUNNING
