"""What may each role do? One table, read by pages and REST alike.

The names are Django permissions of the models they protect, so `user.has_perm` is the only question that either
door asks. Roles are ours (the vendor's console knows administrators only).
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

READ = frozenset(
    {
        "servers.view_licenseserver",
        "licenses.view_license",
        "programs.view_program",
        "programs.view_consentdecision",
        "programs.view_policy",
        "uploads.view_upload",
        "intake.view_sourcereport",
        "alerts.view_alert",
    }
)
OPERATE = frozenset({"intake.add_sourcereport", "uploads.start_upload", "uploads.carry_report", "alerts.react"})
CONSENT = frozenset({"programs.decide", "programs.propose_policy", "programs.approve_policy"})
LOOK = frozenset({"uploads.seal_preview"})
NAMES = frozenset({"licenses.view_assignment_names"})
# Programs are declared in files, so this protects no table and no migration makes it.
WITHOUT_TABLE = frozenset({"programs.view_program"})
ADMINISTER = frozenset(
    {
        "servers.add_licenseserver",
        "servers.change_licenseserver",
        "servers.archive_licenseserver",
        "servers.register_licenseserver",
        "servers.change_installation",
        "accounts.manage_people",
        "uploads.download_bundle",
        "uploads.trust_receiver",
        "alerts.manage_channels",
        "alerts.change_threshold",
    }
)


class Role(TextChoices):
    """What a person is here for."""

    ADMINISTRATOR = "administrator", _("Administrator")
    PRIVACY_OFFICER = "privacy_officer", _("Privacy officer")
    OPERATOR = "operator", _("Operator")
    VIEWER = "viewer", _("Viewer")


PERMISSIONS: dict[str, frozenset[str]] = {
    Role.ADMINISTRATOR: READ | OPERATE | LOOK | CONSENT | NAMES | ADMINISTER,
    Role.PRIVACY_OFFICER: READ | LOOK | CONSENT | NAMES | {"uploads.download_bundle"},
    Role.OPERATOR: READ | LOOK | OPERATE,
    Role.VIEWER: READ,
}
