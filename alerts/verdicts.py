"""Does this server comply? Three verdicts, kept apart, each with evidence and next step; and the worst of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.clock import Clock, Kind, State
from alerts.clocks import clocks_of
from alerts.clocks_of_reports import FIRST_BUILD
from alerts.reading import build_of
from languages.sentences import said_after_each_other
from servers.models import LicenseServer

WORST_FIRST = [State.OVERDUE, State.DUE_SOON, State.UNKNOWN, State.RUNNING, State.NOT_APPLICABLE]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One of three. `clock` is the one it was read from, where there is one."""

    title: str
    state: State
    cause: str
    evidence: str
    next_step: str
    clock: Clock | None = None

    @property
    def asks_for_something(self) -> bool:
        """Is there a step to take?"""
        return self.next_step != _("Nothing.")


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Report age, reporting mode active, version age."""

    age: Verdict
    mode: Verdict
    version: Verdict

    @property
    def worst(self) -> State:
        """The worst of the three; what does not apply is the mildest."""
        return worst_of(one.state for one in (self.age, self.mode, self.version))


def verdicts_of(server: LicenseServer, *, now: datetime, clocks: Iterable[Clock] | None = None) -> Verdicts:
    """The three verdicts; from these clocks of the server where somebody has them already."""
    known = list(clocks if clocks is not None else clocks_of(server, now=now))
    ages = [one for one in known if one.kind == Kind.REPORT_AGE]
    oldest = min(ages, key=lambda one: WORST_FIRST.index(one.state))
    version = next(one for one in known if one.kind == Kind.VERSION_AGE)
    return Verdicts(_from(oldest, _("Reporting age")), _mode(server, known), _from(version, _("Server version")))


def verdict_states(clocks: Iterable[Clock], *, build: int | None, is_manual: bool) -> tuple[State, State, State]:
    """Only how the three stand, in the order of `Verdicts`, from the clocks of a server and two of its facts."""
    known = list(clocks)
    by_kind = {one.kind: one.state for one in known}
    mode = by_kind[Kind.MANUAL_REPORT] if is_manual else State.RUNNING
    if build is not None and build < FIRST_BUILD:
        mode = State.NOT_APPLICABLE
    age = min((one.state for one in known if one.kind == Kind.REPORT_AGE), key=WORST_FIRST.index)
    return age, mode, by_kind[Kind.VERSION_AGE]


def worst_of(states: Iterable[State]) -> State:
    """For a server over its verdicts, for a fleet over its servers; NOT_APPLICABLE for none."""
    return min(states, key=WORST_FIRST.index, default=State.NOT_APPLICABLE)


def _from(clock: Clock, title: str) -> Verdict:
    return Verdict(title, clock.state, str(_CAUSES[clock.state]), clock.evidence, clock.next_step, clock)


def _mode(server: LicenseServer, clocks: Iterable[Clock]) -> Verdict:
    """Is reporting active, electronically or by hand? Whether it succeeds is another verdict."""
    title, build = _("Reporting mode"), build_of(server.product_version)
    if build is not None and build < FIRST_BUILD:
        why = _("Build %(build)s has no telemetry: it begins with build %(first_build)s.") % {
            "build": build,
            "first_build": FIRST_BUILD,
        }
        return Verdict(title, State.NOT_APPLICABLE, _("No duty to report"), why, _("Update the license server."))
    by_hand = next(one for one in clocks if one.kind == Kind.MANUAL_REPORT)
    if not server.reports_electronically:
        words = said_after_each_other((_("Reports are carried by hand."), by_hand.evidence))
        return Verdict(title, by_hand.state, _("Manual reporting is active"), words, by_hand.next_step, by_hand)
    return Verdict(
        title,
        State.RUNNING,
        _("Electronic reporting is active"),
        _("Reports are sent daily, by themselves."),
        _("Nothing."),
    )


_CAUSES = {
    State.RUNNING: gettext_lazy("In order"),
    State.DUE_SOON: gettext_lazy("In order, and due within 30 days"),
    State.OVERDUE: gettext_lazy("Not in order"),
    State.UNKNOWN: gettext_lazy("Not known"),
    State.NOT_APPLICABLE: gettext_lazy("Does not apply"),
}
