"""Is this a service provider's server? The strongest sign that was found, which sign it was, and a person's last word.

The vendor does not publish what its product looks at, so these rules and their order are ours. A hint is shown and
never decides.
"""

from dataclasses import dataclass
from datetime import date

from licenses.formats.vendor_string import parse_vendor_string
from licenses.models import License
from licenses.products import product_of
from servers.models import LicenseServer, ProviderOverride

WORDS = "service provider"


@dataclass(frozen=True, slots=True)
class Detection:
    """The verdict, the rule that fired ("" when none did), what it saw, and a hint for people."""

    is_provider: bool
    rule: str
    evidence: str
    hint: str = ""


def detect(server: LicenseServer, *, on: date) -> Detection:
    """The verdict from a person, then license files, then what the server itself reported."""
    if server.provider_override != ProviderOverride.AUTOMATIC:
        is_provider = server.provider_override == ProviderOverride.YES
        return Detection(is_provider, "administrator", f"Set by hand to {server.get_provider_override_display()}.")
    licenses = list(License.objects.in_force(on=on).filter(file__server=server))
    found = _in_files(licenses)
    if found:
        return found
    if server.reports_as_provider:
        return Detection(
            is_provider=True,
            rule="payload",
            evidence="A report of this server counts billable users for an organization.",
        )
    return Detection(is_provider=False, rule="", evidence="", hint=_hint(licenses))


def _in_files(licenses: list[License]) -> Detection | None:
    """`LT` with the token CSP, or a vendor string that says it. NOTICE is a company's name and proves nothing."""
    for license in licenses:
        if not license.is_citrix:
            continue
        text = license.vendor_string
        license_type = (parse_vendor_string(text).license_type or "").upper()
        place = f"{license.feature} in {license.file.name}, line {license.line}"
        if "CSP" in license_type:
            return Detection(is_provider=True, rule="license_type", evidence=f"License type {license_type}: {place}.")
        if WORDS in text.lower().replace("_", " ").replace("-", " "):
            return Detection(is_provider=True, rule="vendor_string", evidence=f"The vendor string says it: {place}.")
    return None


def _hint(licenses: list[License]) -> str:
    """Only user/device desktop licenses, every one with an end: as service providers have them, but others too."""
    ours = [one for one in licenses if one.is_citrix and not one.is_system]
    models = {product_of(one.feature).model for one in ours}
    if ours and models == {"user/device"} and all(one.expires_on for one in ours):
        return "All licenses are for users and devices and all of them expire, as service providers have them."
    return ""


def remember(server: LicenseServer, *, on: date) -> Detection:
    """Detect, and keep verdict, rule and evidence on the server, where consent and pages look."""
    found = detect(server, on=on)
    facts = {
        "is_provider": found.is_provider,
        "provider_rule": found.rule,
        "provider_evidence": found.evidence[:512],
    }
    if any(getattr(server, name) != value for name, value in facts.items()):
        LicenseServer.objects.filter(pk=server.pk).update(**facts)
        for name, value in facts.items():
            setattr(server, name, value)
    return found
