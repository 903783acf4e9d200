"""May this person do this here? Every view names its permissions; a view that names none is closed."""

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.roles import PERMISSIONS, Role

SIGNED_IN: Final = "signed in"  # for what every role may see: the description of the API itself
WORDS: Final[dict[str, str | Promise]] = {
    "servers.view_licenseserver": gettext_lazy("see servers"),
    "servers.add_licenseserver": gettext_lazy("add servers"),
    "servers.change_licenseserver": gettext_lazy("change servers"),
    "servers.archive_licenseserver": gettext_lazy("archive servers"),
    "servers.change_installation": gettext_lazy("change what counts for the whole installation"),
    "servers.register_licenseserver": gettext_lazy("register servers with the cloud"),
    "licenses.view_license": gettext_lazy("see licenses"),
    "licenses.view_assignment_names": gettext_lazy("see who holds a license"),
    "programs.view_program": gettext_lazy("see programs and previews"),
    "programs.view_consentdecision": gettext_lazy("see decisions and receipts"),
    "programs.decide": gettext_lazy("decide what is shared"),
    "programs.view_policy": gettext_lazy("see policies"),
    "programs.propose_policy": gettext_lazy("draft, propose and undo policies"),
    "programs.approve_policy": gettext_lazy("approve policies"),
    "uploads.view_upload": gettext_lazy("see uploads"),
    "uploads.start_upload": gettext_lazy("start uploads"),
    "uploads.seal_preview": gettext_lazy("seal previews"),
    "uploads.carry_report": gettext_lazy("gather manual reports and import receipts"),
    "uploads.trust_receiver": gettext_lazy("say whose receipts are believed"),
    "uploads.download_bundle": gettext_lazy("download bundles"),
    "intake.view_sourcereport": gettext_lazy("see reports"),
    "intake.add_sourcereport": gettext_lazy("import reports"),
    "alerts.view_alert": gettext_lazy("see alerts and deadlines"),
    "alerts.react": gettext_lazy("acknowledge and snooze alerts"),
    "alerts.manage_channels": gettext_lazy("manage channels"),
    "alerts.change_threshold": gettext_lazy("change thresholds"),
}


class HasNamedPermission(BasePermission):
    """Asks the view's `permissions` table for the method; a method without a line is refused."""

    message: Any = gettext_lazy("Nobody may do this: the endpoint names no permission for it.")

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
    words = ngettext(
        "You need the permission to %(act)s (%(name)s). Your role, %(role)s, does not have it; %(roles)s has it.",
        "You need the permission to %(act)s (%(name)s). Your role, %(role)s, does not have it; %(roles)s have it.",
        len(holders),
    )
    role = str(person.role_name)
    return words % {"act": WORDS.get(name, name), "name": name, "role": role, "roles": _together(holders)}


def _together(names: list[str]) -> str:
    """“Administrator and Operator”."""
    found = names[0] if names else ""
    for name in names[1:]:
        found = _("%(first)s and %(second)s") % {"first": found, "second": name}
    return found
