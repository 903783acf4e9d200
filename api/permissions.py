"""May this person do this here? Every view names its permissions; a view that names none is closed."""

from typing import Any, Final

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.roles import PERMISSIONS, Role

SIGNED_IN: Final = "signed in"  # for what every role may see: the description of the API itself
WORDS: Final[dict[str, str]] = {
    "servers.view_licenseserver": "see servers",
    "servers.add_licenseserver": "add servers",
    "servers.change_licenseserver": "change servers",
    "servers.archive_licenseserver": "archive servers",
    "servers.register_licenseserver": "register servers with the cloud",
    "licenses.view_license": "see licenses",
    "licenses.view_assignment_names": "see who holds a license",
    "programs.view_program": "see programs and previews",
    "programs.view_consentdecision": "see decisions and receipts",
    "programs.decide": "decide what is shared",
    "programs.view_policy": "see policies",
    "programs.propose_policy": "draft, propose and undo policies",
    "programs.approve_policy": "approve policies",
    "uploads.view_upload": "see uploads",
    "uploads.start_upload": "start uploads",
    "uploads.seal_preview": "seal previews",
    "uploads.carry_report": "gather manual reports and import receipts",
    "uploads.trust_receiver": "say whose receipts are believed",
    "uploads.download_bundle": "download bundles",
    "intake.view_sourcereport": "see reports",
    "intake.add_sourcereport": "import reports",
    "alerts.view_alert": "see alerts and deadlines",
    "alerts.react": "acknowledge and snooze alerts",
    "alerts.manage_channels": "manage channels",
    "alerts.change_threshold": "change thresholds",
}


class HasNamedPermission(BasePermission):
    """Asks the view's `permissions` table for the method; a method without a line is refused."""

    message = "Nobody may do this: the endpoint names no permission for it."

    def has_permission(self, request: Request, view: Any) -> bool:
        """The person is known and holds the permission that the view names."""
        table: dict[str, str] = getattr(view, "permissions", {})
        name = table.get("GET" if request.method == "HEAD" else str(request.method))
        if not request.user or not request.user.is_authenticated or name is None:
            return False
        if name == SIGNED_IN or request.user.has_perm(name):
            return True
        self.message = missing(name, request.user)
        return False


def missing(name: str, person: Any) -> str:
    """Which permission is missing, in words, and who has it."""
    holders = [str(Role(role).label) for role, names in PERMISSIONS.items() if name in names]
    return (
        f"You need the permission to {WORDS.get(name, name)} ({name}). Your role, {person.role_name}, does not have "
        f"it; {' and '.join(holders)} {'has' if len(holders) == 1 else 'have'} it."
    )
