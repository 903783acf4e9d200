"""Which services does Apprise reach for us? All that are reached by network, and none that touches this machine.

Some of its services write to the desktop or the log of the machine that they run on, and some parameters name files
that it would read there and send away. Neither is a way to people, so both are refused.
"""

from apprise import Apprise, AppriseAsset, AppriseAttachment, NotifyBase
from django.utils.translation import gettext as _

from alerts.channels.target import Target, TargetRefused, refuse_what_is_no_address

HERE = frozenset(
    {"syslog", "dbus", "qt", "kde", "glib", "gio", "gnome", "macosx", "windows", "blink1"}  # this machine
    | {"vapid", "vapids"}  # its keys are files here
)
FILES = frozenset({"keyfile", "subfile", "pgp", "pgppub", "pgpprv", "attach", "attachment", "config"})
BUILT_IN = "apprise.plugins"
FORMS = "https://appriseit.com/services/"


def read_service(text: str) -> Target:
    """An Apprise address, checked by Apprise itself. Raises TargetRefused."""
    address = refuse_what_is_no_address(text)
    scheme = address.partition("://")[0].lower()
    if scheme in HERE:
        raise TargetRefused(
            _("%(scheme)s:// speaks to this machine, not to people elsewhere. Choose another service.")
            % {"scheme": scheme}
        )
    service = service_at(address)
    if service is None:
        raise TargetRefused(
            _("Apprise does not understand this address. The form of each service is at %(forms)s.") % {"forms": FORMS}
        )
    if named := _files_named(service, address):
        raise TargetRefused(
            _("The parameter %(named)s names a file of this machine, which is never read. Leave it out.")
            % {"named": named}
        )
    return Target(address, f"{service.service_name} ({scheme}://…)"[:255])


def service_at(address: str) -> NotifyBase | None:
    """The service that is reached there; None for what none is, or what was not delivered with Apprise."""
    asset = AppriseAsset(plugin_paths=[], async_mode=False, app_id="Licensing Manager", app_desc="Licensing Manager")
    service = Apprise.instantiate(address, asset=asset)
    return service if service is not None and type(service).__module__.startswith(BUILT_IN) else None


def _files_named(service: NotifyBase, address: str) -> str:
    """The first parameter that would be read as a file; "" without one."""
    parsed = type(service).parse_url(address) or {}
    given = {str(name).lower() for name in parsed.get("qsd", {})}
    if wrong := sorted(given & FILES):
        return wrong[0]
    held = (name for name, value in vars(service).items() if isinstance(value, AppriseAttachment) and len(value))
    return next(held, "")
