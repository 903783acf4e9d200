"""What is wrong, seen together? Findings with the same problem are one trouble, on one server or on many. Pure."""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.channel_rules import findings_of_channels
from alerts.clock import Clock
from alerts.clock_rules import findings_of_clocks
from alerts.clocks import clocks_from
from alerts.condition_rules import findings_of_conditions
from alerts.facts import Facts
from alerts.finding import Finding
from alerts.local_forms import a_number
from alerts.models import Condition
from alerts.one_language import in_one_language
from alerts.policy_rules import findings_of_policies
from alerts.severity import Severity
from alerts.thresholds import Ladders
from alerts.without_collecting import without_collecting


@dataclass(frozen=True, slots=True)
class Trouble:
    """One problem with everybody who has it. `rung` None: nothing is to be told of it yet."""

    problem: str
    findings: tuple[Finding, ...]

    @property
    def worst(self) -> Finding:
        """The finding that presses most; it lends the words."""
        return min(self.findings, key=_pressure)

    @property
    def rung(self) -> int | None:
        """The lowest step that was reached anywhere."""
        return min((one.rung for one in self.findings if one.rung is not None), default=None)

    @property
    def severity(self) -> Severity:
        """The highest of them."""
        return max((one.severity for one in self.findings), key=lambda one: one.rank)

    @property
    def is_muted(self) -> bool:
        """Is nobody to be told, on any of the servers?"""
        return all(one.is_muted for one in self.findings)

    @property
    def escalate_after_days(self) -> int:
        """The shortest wait."""
        return min(one.escalate_after_days for one in self.findings)

    @property
    def servers(self) -> Mapping[int, Finding]:
        """What was found on each server."""
        return {one.server_id: one for one in self.findings if one.server_id is not None}

    @property
    def due(self) -> date | None:
        """The earliest day."""
        return min((one.due for one in self.findings if one.due), default=None)

    @property
    def title(self) -> str:
        """Of one server in its own words, of several with their number."""
        count, worst = len(self.servers), self.worst
        if count <= 1:
            return worst.title
        words = ngettext("%(count)s server: %(title)s", "%(count)s servers: %(title)s", count)
        return (words % {"count": a_number(count), "title": worst.shared_title or worst.title})[:255]


def troubles(
    facts: Facts,
    ladders: Ladders,
    *,
    known: Container[str] = frozenset(),
    clocks: Mapping[int | None, Sequence[Clock]] | None = None,
) -> dict[str, Trouble]:
    """Every trouble by its problem. The same facts and ladders always give the same.

    `known` are the problems of open alerts: they stay until the problem is gone, also above all steps. `clocks` are
    those of the facts, where somebody has them already.
    """
    found: dict[str, list[Finding]] = defaultdict(list)
    clocks = clocks_from(facts) if clocks is None else clocks
    with without_collecting(), in_one_language():
        for finding in findings_of_clocks(clocks[None], None, ladders, known=known):
            found[finding.problem].append(finding)
        ladder = ladders.find(Condition.CHANNEL_SILENT)
        for finding in findings_of_channels(facts.installation.silent_channels, ladder, now=facts.now):
            found[finding.problem].append(finding)
        ladder = ladders.find(Condition.POLICY_WAITS)
        for finding in findings_of_policies(facts.installation.waiting_policies, ladder, now=facts.now):
            found[finding.problem].append(finding)
        for server in facts.servers:
            for finding in findings_of_clocks(clocks[server.pk], server, ladders, known=known):
                found[finding.problem].append(finding)
            for finding in findings_of_conditions(server, ladders, now=facts.now):
                found[finding.problem].append(finding)
    return {problem: Trouble(problem, tuple(findings)) for problem, findings in found.items()}


def why_it_is_over(kind: str, subject: str, clocks: Iterable[Clock]) -> str:
    """What the clock of the same kind says now."""
    same = [one for one in clocks if one.kind == kind]
    best = next((one for one in same if one.feature == subject), same[0] if same else None)
    return best.evidence if best else _("The rule finds it no longer.")


def _pressure(finding: Finding) -> tuple[object, ...]:
    rung = finding.rung if finding.rung is not None else 10_000
    return (-finding.severity.rank, rung, finding.due or date.max, finding.server_id or 0)
