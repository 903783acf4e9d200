"""Is this a service provider's server? The strongest sign that was found, which sign it was, and a person's last word.

The vendor does not publish what its product looks at, so these rules and their order are ours. A hint is shown and
never decides.
"""

from dataclasses import dataclass
from datetime import date
from itertools import chain

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.tongues import in_our_language
from licenses.formats.vendor_string import parse_vendor_string
from licenses.models import License
from licenses.products import product_of
from servers.models import LicenseServer, ProviderOverride
from servers.registry import change_server

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
        evidence = _("Set by hand to %(verdict)s.") % {"verdict": server.get_provider_override_display()}
        return Detection(is_provider, "administrator", evidence)
    licenses = list(License.objects.in_force(on=on).filter(file__server=server).select_related("file"))
    found = _in_files(licenses)
    if found:
        return found
    if server.reports_as_provider:
        return Detection(
            is_provider=True,
            rule="payload",
            evidence=_("A report of this server counts billable users for an organization."),
        )
    return Detection(is_provider=False, rule="", evidence="", hint=_hint(licenses))


def _in_files(licenses: list[License]) -> Detection | None:
    """`LT` with the token CSP in any line, or else a vendor string that says it. NOTICE proves nothing: a name."""
    ours = [license for license in licenses if license.is_citrix]
    return next(filter(None, chain(map(_by_type, ours), map(_by_words, ours))), None)


def _by_type(license: License) -> Detection | None:
    license_type = (parse_vendor_string(license.vendor_string).license_type or "").upper()
    if "CSP" not in license_type:
        return None
    evidence = _("License type %(type)s: %(feature)s in %(file)s, line %(line)s.")
    return Detection(True, "license_type", evidence % {"type": license_type, **_place(license)})


def _by_words(license: License) -> Detection | None:
    if WORDS not in license.vendor_string.lower().replace("_", " ").replace("-", " "):
        return None
    evidence = _("The vendor string says it: %(feature)s in %(file)s, line %(line)s.")
    return Detection(True, "vendor_string", evidence % _place(license))


def _place(license: License) -> dict[str, str | int]:
    return {"feature": license.feature, "file": license.file.name, "line": license.line}


def _hint(licenses: list[License]) -> str:
    """Only user/device desktop licenses, every one with an end: as service providers have them, but others too."""
    ours = [one for one in licenses if one.is_citrix and not one.is_system]
    models = {product_of(one.feature).model for one in ours}
    if ours and models == {"user/device"} and all(one.expires_on for one in ours):
        return _("All licenses are for users and devices and all of them expire, as service providers have them.")
    return ""


def remember(server: LicenseServer, *, on: date) -> Detection:
    """Detect, and keep verdict, rule and evidence on the server, where consent and pages look."""
    with in_our_language():  # it is kept with the server
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


@transaction.atomic
def set_provider_override(server: LicenseServer, *, value: str, on: date) -> Detection:
    """A person's last word, one of ProviderOverride, and the verdict that follows. Raises ValidationError."""
    return remember(change_server(server, provider_override=value), on=on)
