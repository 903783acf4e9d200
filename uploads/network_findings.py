"""What does it mean, what a probe saw? Pure: facts of the line in, a judged check out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from accounts.tongues import in_english
from uploads.causes import Cause
from uploads.explanations import explain_cause
from uploads.kept_sentences import KeptSentence, and_then, kept, said
from uploads.line_probes import Certificate, Handshake, Place

# All limits here are ours.
RENEW_BEFORE = timedelta(days=14)  # a certificate of the other side that ends sooner is worth a word to its operator
SKEW_NOTICED = timedelta(seconds=60)  # more than a slow answer and a clock without a time server explain
SKEW_HARMFUL = timedelta(minutes=10)  # tokens and certificates of a day or an hour are then judged wrongly


TITLES: dict[str, Promise] = {
    "dns": _("Name service"),
    "tcp": _("Connection"),
    "proxy": _("Proxy"),
    "tls": _("TLS certificate"),
    "revocation": _("Revocation hosts"),
    "clock": _("Clock"),
    "login": _("Log-in"),
    "trial": _("Trial upload"),
}
WHY_LEFT_OUT = {
    "dns": gettext_noop("Left out, because “Name service” failed"),
    "tcp": gettext_noop("Left out, because “Connection” failed"),
    "proxy": gettext_noop("Left out, because “Proxy” failed"),
    "tls": gettext_noop("Left out, because “TLS certificate” failed"),
    "login": gettext_noop("Left out, because “Log-in” failed"),
}
TRUSTED = gettext_noop("%(version)s, signed by %(issuer)s, %(days)s days left")
TRUSTED_HERE = gettext_noop(
    "%(version)s, signed by %(issuer)s, %(days)s days left, trusted by CA_BUNDLE only: your own authority, or a proxy "
    "that opens TLS and can read uploads"
)
ENDS = gettext_noop("The certificate ends on %(day)s. From then on nothing can be sent.")
ASK_FOR_A_NEW_ONE = gettext_noop("Ask the operator of the destination, or of the inspection proxy, when it is renewed.")
SHOWN = gettext_noop("It was shown for %(subject)s and signed by %(signer)s.")
SHOWN_BY_A_STRANGER = gettext_noop(
    "It was shown for %(subject)s and signed by %(signer)s. That is none of the trusted authorities. If it is a name "
    "of your company, a proxy opens TLS here."
)
AHEAD = gettext_noop("This clock is %(seconds)s s ahead of the destination")
BEHIND = gettext_noop("This clock is %(seconds)s s behind the destination")
JUDGED_AHEAD = gettext_noop(
    "This machine's clock is %(seconds)s s ahead of the destination. Certificates and tokens are judged by it, and "
    "reports are dated by it."
)
JUDGED_BEHIND = gettext_noop(
    "This machine's clock is %(seconds)s s behind the destination. Certificates and tokens are judged by it, and "
    "reports are dated by it."
)
FOLLOW_A_TIME_SERVER = gettext_noop(
    "Let this machine follow a time server. If its clock is right, the destination's or a cache's is not."
)
PORT_80 = gettext_noop(
    "Whether a certificate was revoked is asked on port 80. Licensing Manager does not ask; license servers on "
    "Windows and inspection proxies do, and refuse the destination when they get no answer."
)
ALLOW_PORT_80 = gettext_noop("Allow port 80 to these hosts from the license servers; the firewall rules list them.")
NOTHING = kept("")


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
    state: State
    summary: KeptSentence
    evidence: str = ""
    cause: KeptSentence = NOTHING
    fix: KeptSentence = NOTHING
    seconds: float = 0.0

    @property
    def title(self) -> str:
        """What is looked at, for people."""
        return str(TITLES[self.id])

    @property
    def is_finding(self) -> bool:
        """Does somebody have to look at it?"""
        return self.state in {State.WARNING, State.FAILED}

    def facts(self) -> dict[str, Any]:
        """The same for JSON; `kept` is what `in_readers_words` makes the sentences from."""
        sentences = {"summary": self.summary, "cause": self.cause, "fix": self.fix}
        return {
            "id": self.id,
            "title": self.title,
            "state": self.state.value,
            **{name: str(sentence) for name, sentence in sentences.items()},
            "evidence": self.evidence,
            "seconds": self.seconds,
            "kept": {name: sentence.parts for name, sentence in sentences.items() if sentence},
        }


@dataclass(frozen=True, slots=True)
class Reach:
    """Was a revocation host reached? `error` is "" when it was."""

    place: Place
    named_by: str
    error: str = ""


def in_readers_words(report: dict[str, Any]) -> dict[str, Any]:
    """A kept report as whoever reads now understands it best."""
    return {**report, "checks": [_in_readers_words(check) for check in report.get("checks", [])]}


def _in_readers_words(check: dict[str, Any]) -> dict[str, Any]:
    words = {name: said(parts, text=check.get(name, "")) for name, parts in check.get("kept", {}).items()}
    return {**check, **words, "title": str(TITLES.get(check.get("id", ""), check.get("title", "")))}


def failed(id_: str, cause: Cause, *, evidence: str, state: State = State.FAILED) -> Check:
    """A check that met one of the known shapes."""
    with in_english():
        meaning = explain_cause(cause)
    return Check(id_, state, kept(meaning.title), evidence, kept(meaning.cause), kept(meaning.fix))


def lines_of(chain: Sequence[Certificate]) -> str:
    """The chain as text, a certificate a line."""
    return "\n".join(
        f"{number}. {one.subject}; signed by {one.issuer}; from {one.starts:%Y-%m-%d} to {one.ends:%Y-%m-%d}"
        for number, one in enumerate(chain)
    )


def judge_trusted(seen: Handshake, *, now: datetime, ca_bundle: str, publicly: bool) -> Check:
    """TLS came about with somebody who is trusted. `publicly`: without CA_BUNDLE, too?"""
    first = seen.chain[0] if seen.chain else None
    evidence = f"{seen.version}, {seen.cipher}\n{lines_of(seen.chain)}".strip()
    if first is None:
        no_chain = kept(gettext_noop("%(version)s; this Python shows no chain"), version=seen.version)
        return Check("tls", State.OK, no_chain, evidence)
    days = (first.ends - now).days
    words = TRUSTED_HERE if ca_bundle and not publicly else TRUSTED
    summary = kept(words, version=seen.version, issuer=first.issuer, days=days)
    if first.ends - now < RENEW_BEFORE:
        cause = kept(ENDS, day=f"{first.ends:%Y-%m-%d}")
        return Check("tls", State.WARNING, summary, evidence, cause, kept(ASK_FOR_A_NEW_ONE))
    return Check("tls", State.OK, summary, evidence)


def judge_untrusted(seen: Handshake | None, *, cause: Cause, error: str) -> Check:
    """TLS came about with nobody who is trusted; the chain that was shown tells who it was."""
    evidence = error if seen is None else f"{error}\n{seen.version}, {seen.cipher}\n{lines_of(seen.chain)}".strip()
    check = failed("tls", cause, evidence=evidence)
    if seen is None or not seen.chain:
        return check
    words = SHOWN_BY_A_STRANGER if cause in {Cause.TLS_UNKNOWN_AUTHORITY, Cause.TLS_SELF_SIGNED} else SHOWN
    who = kept(words, subject=seen.chain[0].subject, signer=seen.chain[-1].issuer)
    return replace(check, evidence=evidence, cause=and_then(check.cause, who))


def judge_clock(*, ours: datetime, theirs: datetime | None, evidence: str) -> Check:
    """Our wall clock against the Date of the destination's answer, which has whole seconds."""
    if theirs is None:
        return Check("clock", State.NOT_APPLICABLE, kept(gettext_noop("The destination names no time")), evidence)
    apart = ours - theirs
    size, is_ahead = abs(apart), apart > timedelta(0)
    if size < timedelta(seconds=2):  # whole seconds, and the way there and back
        agree = kept(gettext_noop("This clock and the destination's agree to the second"))
        return Check("clock", State.OK, agree, evidence)
    seconds = f"{size.total_seconds():.0f}"
    summary = kept(AHEAD if is_ahead else BEHIND, seconds=seconds)
    if size <= SKEW_NOTICED:
        return Check("clock", State.OK, summary, evidence)
    state = State.FAILED if size > SKEW_HARMFUL else State.WARNING
    cause = kept(JUDGED_AHEAD if is_ahead else JUDGED_BEHIND, seconds=seconds)
    return Check("clock", state, summary, evidence, cause, kept(FOLLOW_A_TIME_SERVER))


def judge_revocation(reached: Sequence[Reach]) -> Check:
    """A host that is not reached does not stop our uploads: Windows, and so the license servers, asks them."""
    missing = [one for one in reached if one.error]
    evidence = "\n".join(f"{one.place}, {one.named_by}: {one.error or 'reached'}" for one in reached)
    if not reached:
        return Check("revocation", State.NOT_APPLICABLE, kept(gettext_noop("No certificate names any")))
    if not missing:
        return Check("revocation", State.OK, kept(gettext_noop("All %(count)s reached"), count=len(reached)), evidence)
    summary = kept(gettext_noop("%(count)s of %(all)s not reached"), count=len(missing), all=len(reached))
    return Check("revocation", State.WARNING, summary, evidence, kept(PORT_80), kept(ALLOW_PORT_80))
