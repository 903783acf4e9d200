"""Where may a webhook lead? To every receiver that an administrator names, by TLS, and to none of a cloud's own doors.

Receivers of a self-hosted system stand in private networks more often than not, so private addresses are allowed; only
administrators name them, no redirect is followed, nothing but our own message is sent, and at most the first letters of
an answer are kept. Link-local addresses are refused: no receiver lives there, but the secrets of cloud machines do.
"""

import ipaddress
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from alerts.channels.target import Target, TargetRefused, refuse_what_is_no_address


def read_webhook(text: str, *, plain_http: bool = False) -> Target:
    """The address of a receiver. Plain http only to this machine, or where somebody said so. Raises TargetRefused."""
    address = refuse_what_is_no_address(text)
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise TargetRefused(_("This is no address. It should look like https://host.example/path.")) from error
    if parts.scheme not in {"https", "http"} or not host:
        raise TargetRefused(_("Enter an address that begins with https:// and names a host."))
    if parts.username is not None or parts.password is not None:
        raise TargetRefused(_("Leave user name and password out of the address: the receiver checks our signature."))
    if is_off_limits(host):
        raise TargetRefused(
            _("%(host)s is no address of a receiver. Enter the one under which it is reached.") % {"host": host}
        )
    if parts.scheme == "http" and not (plain_http or is_this_machine(host)):
        raise TargetRefused(
            _("Plain http can be read and changed on the way. Use https, or allow plain http for this channel.")
        )
    shown = f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{f':{port}' if port else ''}"
    return Target(address.split("#")[0], (shown + ("/…" if len(parts.path) > 1 or parts.query else ""))[:255])


def is_this_machine(host: str) -> bool:
    """Is it loopback, by name or number?"""
    address = _number(host)
    return host.lower() == "localhost" or (address is not None and address.is_loopback)


def is_off_limits(host: str) -> bool:
    """Is it a number at which no receiver can stand, or should?"""
    address = _number(host)
    if address is None:
        return False
    plain = getattr(address, "ipv4_mapped", None) or address
    return bool(plain.is_link_local or plain.is_multicast or plain.is_unspecified)


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
