"""Which doors has the network team to open? Exactly those that the configuration in force needs, with the reason."""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from uploads.check_plan import REGISTRATION_HOSTS, Plan
from uploads.line_probes import Place

HEADINGS = ("Source", "Destination", "Port", "Protocol", "Purpose", "Why we say so")
VENDOR_PAGE = "the vendor's page on on-premises usage"
LICENSE_SERVERS = "each license server"


@dataclass(frozen=True, slots=True)
class Rule:
    """One outgoing connection to allow."""

    source: str
    host: str
    port: int
    protocol: str
    purpose: str
    evidence: str


def rules(plan: Plan, *, machine: str = "", address: str = "", named: Iterable[Place] = ()) -> tuple[Rule, ...]:
    """Every rule; none in the sandbox, where nothing leaves this machine.

    `machine` and `address` are those of the worker that was checked last, `named` the revocation hosts that its
    certificate named.
    """
    if plan.sandbox:
        return ()
    workers = f"workers ({machine}{', ' if machine and address else ''}{address})" if machine or address else "workers"
    found = _way(plan, workers)
    if plan.is_vendors:
        found += [
            Rule(LICENSE_SERVERS, host, 443, "TCP, HTTPS", f"Registered servers: {why}", VENDOR_PAGE)
            for host, why in REGISTRATION_HOSTS.items()
        ]
    found += [_revocation(place, VENDOR_PAGE) for place in plan.revocation]
    found += [_revocation(place, "named in the certificate") for place in named if place not in plan.revocation]
    return tuple(found)


def as_csv(found: Iterable[Rule]) -> str:
    """For a ticket system."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows(astuple(rule) for rule in found)
    return text.getvalue()


def as_text(found: Iterable[Rule]) -> str:
    """For a mail: two lines for each rule, numbered, so that they can be spoken of."""
    pairs = (
        f"{number}. From {rule.source} to {rule.host}, port {rule.port}, {rule.protocol}\n"
        f"   {rule.purpose} (source: {rule.evidence})\n"
        for number, rule in enumerate(found, start=1)
    )
    return "".join(pairs) or "No rule is needed: nothing leaves this machine.\n"


def _way(plan: Plan, workers: str) -> list[Rule]:
    spoken = "TCP, HTTPS" if plan.is_tls else "TCP, HTTP"
    purpose = "Log-in, uploads and registration"
    if plan.proxy is None:
        return [Rule(workers, plan.target.host, plan.target.port, spoken, purpose, "CIS_URL")]
    how = "TCP, HTTP proxy with CONNECT" if plan.is_tls else "TCP, HTTP proxy"
    return [
        Rule(workers, plan.proxy.host, plan.proxy.port, how, purpose, "UPLOAD_PROXY"),
        Rule(f"proxy ({plan.proxy.host})", plan.target.host, plan.target.port, spoken, purpose, "CIS_URL"),
    ]


def _revocation(place: Place, evidence: str) -> Rule:
    source = f"{LICENSE_SERVERS}, and the workers for the check alone"
    return Rule(source, place.host, place.port, "TCP, HTTP", "Was a certificate revoked?", evidence)
