"""Which page mends a trouble? For every rule the place where a person looks next, on one server or on all."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from alerts.clock import Kind
from alerts.models import Condition
from servers.models import LicenseServer


@dataclass(frozen=True, slots=True)
class Place:
    """An address inside, and what the link to it says."""

    url: str
    words: str


# rule → words, name of the page of one server, what follows its address
ON_A_SERVER: dict[str, tuple[str, str, str]] = {
    Kind.REPORT_AGE: (gettext_noop("Uploads"), "uploads", ""),
    Kind.VERSION_AGE: (gettext_noop("Server version"), "overview", "#verdicts"),
    Kind.LICENSE_EXPIRY: (gettext_noop("Licenses"), "licenses", ""),
    Kind.CSS_DATE: (gettext_noop("Licenses"), "licenses", ""),
    Kind.GRACE: (gettext_noop("Licenses"), "licenses", ""),
    Kind.ACTIVATION_LEASE: (gettext_noop("Activation leases"), "licenses", "#le"),
    Kind.ACTIVATION_EXPIRY: (gettext_noop("Activation leases"), "licenses", "#le"),
    Kind.MANUAL_REPORT: (gettext_noop("Manual reporting"), "manual", ""),
    Kind.REGISTRATION: (gettext_noop("Cloud registration"), "settings", "#registration"),
    Kind.DISK_FULL: (gettext_noop("Disk"), "overview", "#disk"),
    Kind.LEDGER: (gettext_noop("Consent ledger"), "audit", ""),
    Condition.UPLOADS_FAIL: (gettext_noop("Failed uploads"), "uploads", "?state=failed"),
    Condition.UPLOAD_REFUSED: (gettext_noop("Refused uploads"), "uploads", "?state=refused"),
    Condition.INPUT_NOT_READ: (gettext_noop("Files that came in"), "licenses", "?reports=1"),
    Condition.CONSENT_ON_HOLD: (gettext_noop("Decide"), "settings", ""),
    Condition.PROVIDER_DETECTED: (gettext_noop("Service provider"), "licenses", "#sp"),
    Condition.USAGE: (gettext_noop("Licenses"), "licenses", ""),
}
# The same for a trouble of several servers, or of the installation; without one the list of servers leads on.
ON_ALL: dict[str, tuple[str, str, str]] = {
    Kind.REPORT_AGE: (gettext_noop("Uploads of all servers"), "fleet_uploads", ""),
    Kind.MANUAL_REPORT: (gettext_noop("Manual reporting"), "manual_fleet", ""),
    Kind.CERTIFICATE: (gettext_noop("Network check"), "network_check", ""),
    Condition.CHANNEL_SILENT: (gettext_noop("Channels"), "channels", ""),
    Condition.POLICY_WAITS: (gettext_noop("Policies"), "policies", ""),
    Condition.UPLOADS_FAIL: (gettext_noop("Failed uploads"), "fleet_uploads", "?state=failed"),
    Condition.UPLOAD_REFUSED: (gettext_noop("Refused uploads"), "fleet_uploads", "?state=refused"),
}
OF_A_PRODUCT = frozenset({Kind.LICENSE_EXPIRY, Kind.CSS_DATE, Kind.GRACE, Condition.USAGE})


def place_of(rule: str, server: LicenseServer | None, *, feature: str = "") -> Place | None:
    """Where to look next; None where no page of ours mends it, and the words have to do."""
    found = (ON_A_SERVER if server else ON_ALL).get(rule) or ON_ALL.get(rule)
    if found is None:
        return None
    words, name, rest = found
    arguments = [server.guid] if server and rule in ON_A_SERVER else []
    if server and feature and rule in OF_A_PRODUCT:
        return Place(f"{reverse('product', args=arguments)}?{urlencode({'code': feature})}", feature)
    return Place(f"{reverse(name, args=arguments)}{rest}", _(words))
