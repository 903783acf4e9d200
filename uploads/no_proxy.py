"""Which hosts are reached without the proxy? NO_PROXY, in the forms that administrators write.

There is no standard. Ours are the usual ones: `*`, a name with all below it, `.name`, `*.name`, an address, a network
(`10.0.0.0/8`), each but the last with `:port`. Names are never resolved: a network exempts only who is named by number.
"""

import ipaddress
from urllib.parse import urlsplit


def exempting(no_proxy: str, *, url: str) -> str:
    """The entry of NO_PROXY that exempts this address; "" when none does, and the proxy is used."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    entries = (entry.strip() for entry in no_proxy.replace(";", ",").split(","))
    return next((entry for entry in entries if entry and _matches(entry.lower(), host, port)), "")


def _matches(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    number = _address(host)
    if number and (network := _network(entry)):
        return number in network
    name, wanted = _name_and_port(entry)
    if wanted and wanted != str(port):
        return False
    if number:
        return _address(name) == number
    name = name.removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _name_and_port(entry: str) -> tuple[str, str]:
    """`host:port`, `[::1]:port`, or just the host; a bare address of version six has no port."""
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        return name, rest.removeprefix(":")
    if entry.count(":") > 1:
        return entry, ""
    name, _, port = entry.partition(":")
    return name, port


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False) if "/" in text else None
    except ValueError:
        return None
