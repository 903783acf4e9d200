"""Could an upload arrive from here, and where does it end? From the name to a trial upload, a check at a time.

Nothing here raises, nothing takes longer than its limit, and all of it no longer than a minute: a silent firewall
is the normal case. No bundle of a server is touched, and nothing is counted in the history.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from uploads import check_steps
from uploads.causes import Cause
from uploads.check_plan import Plan, fit_to_keep, named_in, this_machine
from uploads.check_steps import CHECK_SECONDS, NotDone, Trail
from uploads.kept_sentences import kept
from uploads.network_findings import WHY_LEFT_OUT, Check, State, failed
from uploads.outcomes import judge
from uploads.time_limit import within

# Name, work, and whether all that follows is left out when it fails.
STEPS: tuple[tuple[str, Callable[[Trail], Check], bool], ...] = (
    ("dns", check_steps.names, True),
    ("tcp", check_steps.connection, True),
    ("proxy", check_steps.proxy, True),
    ("tls", check_steps.tls, True),
    ("revocation", check_steps.revocation, False),
    ("clock", check_steps.clock, False),
    ("login", check_steps.log_in, True),
    ("trial", check_steps.trial, False),
)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, by which machine, and how long it took."""

    machine: str
    source_address: str
    destination: str
    proxy: str
    checks: tuple[Check, ...]
    revocation_named: tuple[str, ...]
    seconds: float
    certificate_ends: str = ""

    @property
    def findings(self) -> int:
        """How many checks want somebody to look."""
        return sum(check.is_finding for check in self.checks)

    def facts(self) -> dict[str, object]:
        """The same for JSON; `checks` in the order in which they were made."""
        return {
            "machine": self.machine,
            "source_address": self.source_address,
            "destination": self.destination,
            "proxy": self.proxy,
            "findings": self.findings,
            "seconds": round(self.seconds, 2),
            "revocation_named": list(self.revocation_named),
            "certificate_ends": self.certificate_ends,
            "checks": [check.facts() for check in self.checks],
        }


def check_network(plan: Plan, *, trial: bool = False) -> Report:
    """Every check in the order in which an upload meets them. A trial is made in the sandbox, or when asked for."""
    trail = Trail(plan, wants_trial=trial or plan.sandbox)
    checks = [_made(trail, *step) for step in STEPS]
    return Report(
        machine=this_machine(),
        source_address=trail.source_address,
        destination=str(plan.target),
        proxy=str(plan.proxy or ""),
        checks=tuple(checks),
        revocation_named=tuple(str(place) for place in named_in(trail.chain)),
        seconds=time.perf_counter() - trail.started,
        certificate_ends=trail.chain[0].ends.isoformat() if trail.chain else "",
    )


def _made(trail: Trail, id_: str, work: Callable[[Trail], Check], blocks: bool) -> Check:
    """One check, timed, judged whatever happens, and without secrets."""
    begun = time.perf_counter()
    # Revocation hosts are other hosts: only a proxy that does not work stands before them as well.
    if trail.blocked_by and (id_ != "revocation" or (trail.plan.proxy and trail.blocked_by != "tls")):
        return Check(id_, State.SKIPPED, kept(WHY_LEFT_OUT[trail.blocked_by]))
    try:
        check = within(trail.left(CHECK_SECONDS), lambda: work(trail))
    except NotDone as reason:
        check = Check(id_, State.NOT_APPLICABLE, reason.sentence)
    except Exception as error:
        outcome = judge(error)
        check = failed(id_, outcome.cause or Cause.INTERNAL, evidence=outcome.evidence)
    if check.state == State.FAILED and blocks:
        trail.blocked_by = id_
    evidence = fit_to_keep(check.evidence, trail.plan.to)
    return replace(check, evidence=evidence, seconds=round(time.perf_counter() - begun, 3))
