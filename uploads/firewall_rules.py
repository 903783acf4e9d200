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
    """For a mail: one line for each rule, in columns."""
    rows = [HEADINGS, *(tuple(str(value) for value in astuple(rule)) for rule in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ("  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines) + "\n"


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
    source = f"{LICENSE_SERVERS}; the workers for the network check alone"
    return Rule(source, place.host, place.port, "TCP, HTTP", "Was a certificate revoked?", evidence)
