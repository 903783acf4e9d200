"""What is to be checked here? The configuration in force, and the hosts that follow from it."""

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servers.installation import in_force
from uploads.cis_client import Destination, destination_with
from uploads.line_probes import Certificate, Place, place_of
from uploads.no_proxy import exempting

HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}|[0-9a-f:.]{2,45}")
VENDOR_DOMAINS = (".citrix.com", ".cloud.com")
# Both lists are the vendor's, for license servers that are registered with its cloud ("On-premises usage", current).
REGISTRATION_HOSTS: dict[str, Promise] = {
    "trust.citrixnetworkapi.net": _("Registered servers: get the registration code"),
    "trust.citrixworkspacesapi.net": _("Registered servers: confirm the registration"),
    "citrix.cloud.com": _("Registered servers: administration console"),
    "customers.citrixworkspacesapi.net": _("Registered servers: platform API"),
    "core.citrixworkspacesapi.net": _("Registered servers: platform API"),
    "core-eastus-release-a.citrixworkspacesapi.net": _("Registered servers: platform API"),
    "las.cloud.com": _("Registered servers: License Activation Service"),
}
REVOCATION_HOSTS = (
    "ocsp.digicert.com",
    "crl3.digicert.com",
    "crl4.digicert.com",
    "ocsp.entrust.net",
    "crl.entrust.net",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Where uploads go and which way; `exempt_by` is the entry of NO_PROXY that lets them pass the proxy."""

    to: Destination
    sandbox: bool
    exempt_by: str = ""
    revocation: tuple[Place, ...] = ()

    @property
    def target(self) -> Place:
        """The destination itself."""
        return place_of(self.to.url, default=443 if self.is_tls else 80)

    @property
    def proxy(self) -> Place | None:
        """The proxy on the way, if there is one."""
        return place_of(self.to.proxy, default=8080) if self.to.proxy else None

    @property
    def next_stop(self) -> Place:
        """Where the first connection goes."""
        return self.proxy or self.target

    @property
    def is_tls(self) -> bool:
        """Does the destination speak TLS?"""
        return self.to.url.startswith("https:")

    @property
    def is_vendors(self) -> bool:
        """Is it the vendor's own service? Only then its lists of hosts mean something."""
        host = self.target.host
        return any(host == domain[1:] or host.endswith(domain) for domain in VENDOR_DOMAINS)


def plan_from_settings(*, seconds: float) -> Plan:
    """The plan for the configuration in force, with this patience for each step of the HTTP client."""
    counts = in_force()
    to = replace(destination_with(counts), seconds=seconds)
    exempt = exempting(counts.no_proxy, url=settings.CIS_URL) if counts.upload_proxy else ""
    plan = Plan(to, settings.SANDBOX, exempt)
    hosts = REVOCATION_HOSTS if plan.is_vendors and plan.is_tls else ()
    return replace(plan, revocation=tuple(Place(host, 80) for host in hosts))


def this_machine() -> str:
    """The name of the machine that this process runs on."""
    return socket.gethostname()


def fit_to_keep(text: str, to: Destination) -> str:
    """The text without any word that opens a door, because an answer may repeat what it was told, and without signs
    that no database takes."""
    text = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)
    parts = urlsplit(to.proxy)
    for secret in (to.password, to.product_key, parts.password or "", unquote(parts.password or "")):
        if len(secret) > 2:
            text = text.replace(secret, "•••")
    return text


def named_in(chain: Iterable[Certificate]) -> tuple[Place, ...]:
    """The hosts that the certificates name for questions about revocation. What is no http address is left out."""
    places = []
    for certificate in chain:
        for url in certificate.revocation:
            try:
                parts = urlsplit(url)
                if parts.scheme == "http" and parts.hostname and HOST.fullmatch(parts.hostname):
                    places.append(Place(parts.hostname, parts.port or 80))
            except ValueError:  # a certificate may hold any text
                continue
    return tuple(dict.fromkeys(places))
