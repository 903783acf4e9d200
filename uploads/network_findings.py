"""What does it mean, what a probe saw? Pure: facts of the line in, a judged check out."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from uploads.causes import Cause
from uploads.explanations import explain_cause
from uploads.line_probes import Certificate, Handshake, Place

# All limits here are ours.
RENEW_BEFORE = timedelta(days=14)  # a certificate of the other side that ends sooner is worth a word to its operator
SKEW_NOTICED = timedelta(seconds=60)  # more than a slow answer and a clock without a time server explain
SKEW_HARMFUL = timedelta(minutes=10)  # tokens and certificates of a day or an hour are then judged wrongly


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the result. `summary` is for people, `evidence` is raw; cause and fix where there is a finding."""

    id: str
    title: str
    state: State
    summary: str
    evidence: str = ""
    cause: str = ""
    fix: str = ""
    seconds: float = 0.0

    @property
    def is_finding(self) -> bool:
        """Does somebody have to look at it?"""
        return self.state in {State.WARNING, State.FAILED}

    def facts(self) -> dict[str, Any]:
        """The same for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Reach:
    """Was a revocation host reached? `error` is "" when it was."""

    place: Place
    named_by: str
    error: str = ""


def failed(id_: str, title: str, cause: Cause, *, evidence: str, state: State = State.FAILED) -> Check:
    """A check that met one of the known shapes."""
    meaning = explain_cause(cause)
    return Check(id_, title, state, meaning.title, evidence, meaning.cause, meaning.fix)


def lines_of(chain: Sequence[Certificate]) -> str:
    """The chain as text, a certificate a line."""
    return "\n".join(
        f"{number}. {one.subject}; signed by {one.issuer}; from {one.starts:%Y-%m-%d} to {one.ends:%Y-%m-%d}"
        for number, one in enumerate(chain)
    )


def judge_trusted(seen: Handshake, *, now: datetime, ca_bundle: str, publicly: bool) -> Check:
    """TLS came about with somebody who is trusted. `publicly`: without CA_BUNDLE, too?"""
    title, first = "TLS certificate", seen.chain[0] if seen.chain else None
    evidence = f"{seen.version}, {seen.cipher}\n{lines_of(seen.chain)}".strip()
    if first is None:
        return Check("tls", title, State.OK, f"{seen.version}; this Python shows no chain", evidence)
    days = (first.ends - now).days
    summary = f"{seen.version}, signed by {first.issuer}, {days} days left"
    if ca_bundle and not publicly:
        summary += ", trusted by CA_BUNDLE only: your own authority, or a proxy that opens TLS and can read uploads"
    if first.ends - now < RENEW_BEFORE:
        cause = f"The certificate ends on {first.ends:%Y-%m-%d}. From then on nothing can be sent."
        fix = "Ask the operator of the destination, or of the inspection proxy, when it is renewed."
        return Check("tls", title, State.WARNING, summary, evidence, cause, fix)
    return Check("tls", title, State.OK, summary, evidence)


def judge_untrusted(seen: Handshake | None, *, cause: Cause, error: str) -> Check:
    """TLS came about with nobody who is trusted; the chain that was shown tells who it was."""
    evidence = error if seen is None else f"{error}\n{seen.version}, {seen.cipher}\n{lines_of(seen.chain)}".strip()
    check = failed("tls", "TLS certificate", cause, evidence=evidence)
    if seen is None or not seen.chain:
        return check
    signer = seen.chain[-1].issuer
    who = f"{check.cause} It was shown for {seen.chain[0].subject} and signed by {signer}."
    if cause in {Cause.TLS_UNKNOWN_AUTHORITY, Cause.TLS_SELF_SIGNED}:
        who += " That is none of the trusted authorities. If it is a name of your company, a proxy opens TLS here."
    return Check(check.id, check.title, check.state, check.summary, evidence, who, check.fix)


def judge_clock(*, ours: datetime, theirs: datetime | None, evidence: str) -> Check:
    """Our wall clock against the Date of the destination's answer, which has whole seconds."""
    title = "Clock"
    if theirs is None:
        return Check("clock", title, State.NOT_APPLICABLE, "The destination names no time", evidence)
    apart = ours - theirs
    size = abs(apart)
    words = f"{size.total_seconds():.0f} s {'ahead of' if apart > timedelta(0) else 'behind'} the destination"
    if size < timedelta(seconds=2):  # whole seconds, and the way there and back
        return Check("clock", title, State.OK, "This clock and the destination's agree to the second", evidence)
    if size <= SKEW_NOTICED:
        return Check("clock", title, State.OK, f"This clock is {words}", evidence)
    state = State.FAILED if size > SKEW_HARMFUL else State.WARNING
    cause = f"This machine's clock is {words}. Certificates and tokens are judged by it, and reports are dated by it."
    fix = "Let this machine follow a time server. If its clock is right, the destination's or a cache's is not."
    return Check("clock", title, state, f"This clock is {words}", evidence, cause, fix)


def judge_revocation(reached: Sequence[Reach]) -> Check:
    """A host that is not reached does not stop our uploads: Windows, and so the license servers, asks them."""
    title, missing = "Revocation hosts", [one for one in reached if one.error]
    evidence = "\n".join(f"{one.place}, {one.named_by}: {one.error or 'reached'}" for one in reached)
    if not reached:
        return Check("revocation", title, State.NOT_APPLICABLE, "No certificate names any")
    if not missing:
        return Check("revocation", title, State.OK, f"All {len(reached)} reached", evidence)
    cause = (
        "Whether a certificate was revoked is asked on port 80. Licensing Manager does not ask; license servers on "
        "Windows and inspection proxies do, and refuse the destination when they get no answer."
    )
    fix = "Allow port 80 to these hosts from the license servers; the firewall rules list them."
    summary = f"{len(missing)} of {len(reached)} not reached"
    return Check("revocation", title, State.WARNING, summary, evidence, cause, fix)
