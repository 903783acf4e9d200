"""How does a verdict look? A shape, a short value, and beneath it the cause, what was seen and what to do."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.clock import Kind, State
from alerts.verdicts import Verdict, Verdicts
from dashboard.gauges import AgeGauge, age_gauge
from dashboard.time_line import SIGNS
from servers.models import LicenseServer

BY_STATE = {
    State.RUNNING: "well",
    State.DUE_SOON: "plan",
    State.OVERDUE: "act",
    State.UNKNOWN: "blank",
    State.NOT_APPLICABLE: "off",
}


@dataclass(frozen=True, slots=True)
class Readout:
    """One verdict on the overview. `small` stands beside the value, as its unit would; `gauge` draws an age.

    `failing` uploads say more than that reporting is active, so they take the place of what was seen.
    """

    verdict: Verdict
    sign: str
    value: str
    small: str = ""
    gauge: AgeGauge | None = None
    failing: int = 0

    @property
    def cause(self) -> str:
        """Why it stands so; "" where the value has said that nothing is known."""
        return "" if self.sign == "blank" else self.verdict.cause

    @property
    def next_step(self) -> str:
        """What to do; "" where all is well."""
        asks = self.verdict.asks_for_something and self.verdict.state != State.RUNNING
        return self.verdict.next_step if asks else ""


def readouts_of(server: LicenseServer, verdicts: Verdicts, *, is_reported: bool, failing: int) -> list[Readout]:
    """Age, mode and version, never one score. Without a report there is nothing that could be called well."""
    mode = Readout(verdicts.mode, sign_of(verdicts.mode), server.get_reporting_mode_display())
    if failing and mode.sign == "well":
        mode = Readout(
            verdicts.mode,
            "plan",
            mode.value,
            ngettext("%(count)d failed", "%(count)d failed", failing) % {"count": failing},
            failing=failing,
        )
    return [_age(verdicts.age, is_reported=is_reported), mode, _version(server, verdicts.version)]


def sign_of(verdict: Verdict) -> str:
    """The shape of a verdict; within a week of the end it presses."""
    if verdict.state == State.DUE_SOON and verdict.clock:
        return SIGNS.get(verdict.clock.severity, "plan")
    return BY_STATE[verdict.state]


def _age(verdict: Verdict, *, is_reported: bool) -> Readout:
    clock, sign = verdict.clock, sign_of(verdict)
    if clock is None or clock.days_left is None or clock.kind != Kind.REPORT_AGE:
        return Readout(verdict, sign, _("Not known") if verdict.state == State.UNKNOWN else _("No duty"))
    if not is_reported:
        return Readout(verdict, "blank" if sign == "well" else sign, _("Nothing yet"))
    period = clock.period or 0
    day = period - clock.days_left
    value, small = _("Day %(day)d") % {"day": day}, _("of %(days)d") % {"days": period}
    return Readout(verdict, sign, value, small, age_gauge(day, period=period) if period else None)


def _version(server: LicenseServer, verdict: Verdict) -> Readout:
    left = verdict.clock.days_left if verdict.clock else None
    small = "" if left is None else _left(left)
    return Readout(verdict, sign_of(verdict), server.build or server.product_version or _("Not known"), small)


def _left(days: int) -> str:
    if days >= 0:
        return ngettext("%(count)d day left", "%(count)d days left", days) % {"count": days}
    return ngettext("%(count)d day over", "%(count)d days over", -days) % {"count": -days}
