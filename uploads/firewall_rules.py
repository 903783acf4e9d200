"""Which doors has the network team to open? Exactly those that the configuration in force needs, with the reason."""

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict, astuple, dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from uploads.check_plan import REGISTRATION_HOSTS, Plan
from uploads.line_probes import Place

HEADINGS = (
    gettext_lazy("Source"),
    gettext_lazy("Destination"),
    gettext_lazy("Port"),
    gettext_lazy("Protocol"),
    gettext_lazy("Purpose"),
    gettext_lazy("Why we say so"),
)
VENDOR_PAGE = gettext_lazy("the vendor's page on on-premises usage")


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
    who = ", ".join(part for part in (machine, address) if part)
    found = _way(plan, _("workers (%(who)s)") % {"who": who} if who else _("workers"))
    vendors_page = str(VENDOR_PAGE)
    if plan.is_vendors:
        found += [
            Rule(_("each license server"), host, 443, "TCP, HTTPS", str(why), vendors_page)
            for host, why in REGISTRATION_HOSTS.items()
        ]
    found += [_revocation(place, vendors_page) for place in plan.revocation]
    found += [_revocation(place, _("named in the certificate")) for place in named if place not in plan.revocation]
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
    lines = []
    for number, rule in enumerate(found, start=1):
        facts = {"number": number, **asdict(rule)}
        lines.append(_("%(number)s. From %(source)s to %(host)s, port %(port)s, %(protocol)s") % facts + "\n")
        lines.append("   " + _("%(purpose)s (source: %(evidence)s)") % facts + "\n")
    return "".join(lines) or _("No rule is needed: nothing leaves this machine.") + "\n"


def _way(plan: Plan, workers: str) -> list[Rule]:
    spoken = "TCP, HTTPS" if plan.is_tls else "TCP, HTTP"
    purpose = _("Log-in, uploads and registration")
    if plan.proxy is None:
        return [Rule(workers, plan.target.host, plan.target.port, spoken, purpose, "CIS_URL")]
    how = _("TCP, HTTP proxy with CONNECT") if plan.is_tls else _("TCP, HTTP proxy")
    return [
        Rule(workers, plan.proxy.host, plan.proxy.port, how, purpose, "UPLOAD_PROXY"),
        Rule(
            _("proxy (%(host)s)") % {"host": plan.proxy.host},
            plan.target.host,
            plan.target.port,
            spoken,
            purpose,
            "CIS_URL",
        ),
    ]


def _revocation(place: Place, evidence: str) -> Rule:
    source = _("each license server, and the workers for the check alone")
    return Rule(source, place.host, place.port, "TCP, HTTP", _("Was a certificate revoked?"), evidence)
