"""Which values can a setting of the installation have? Each is said back in one form, or refused with a sentence."""

import re
from urllib.parse import quote, unquote, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _

from servers.installation_models import Setting

LEAST_DAYS, MOST_DAYS = 30, 36_500
MOST_ENTRIES, MOST_CERTIFICATES, MOST_SIGNS = 200, 500, 1_000_000  # ours: all public authorities are about 150
ENTRY = re.compile(r"\*|[A-Za-z0-9._*:/\[\]-]{1,255}")
HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|\[?[0-9A-Fa-f:.]{2,45}\]?")


class InstallationRefused(Exception):
    """Nothing was changed. `setting` is whose value it was, None where it was none of one alone."""

    def __init__(self, setting: Setting | None, sentence: str) -> None:
        super().__init__(sentence)
        self.setting = setting


def checked(setting: Setting, value: str) -> str:
    """The value in the one form that is kept; "" asks for the default. Raises InstallationRefused."""
    value = value.strip()
    if not value:
        return ""
    if len(value) > MOST_SIGNS or "\0" in value:
        raise InstallationRefused(setting, _("That is too long, or no text."))
    return _CHECKS[setting](setting, value)


def certificates_in(text: str) -> list[x509.Certificate]:
    """The certificates of a PEM text. Raises ValueError."""
    return x509.load_pem_x509_certificates(text.encode()) if text else []


def _proxy(setting: Setting, value: str) -> str:
    """`http://user@host:port`, where http may be left out; a password is asked for apart from it."""
    wrong = InstallationRefused(
        setting, _("Not the address of a proxy. Write it as proxy.example:3128, without a path.")
    )
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise wrong from None
    if parts.scheme not in {"http", "https"} or not HOST.fullmatch(host) or parts.path.strip("/") or parts.query:
        raise wrong
    if parts.password is not None:
        raise InstallationRefused(setting, _("The password has a field of its own, so that it is never shown."))
    user = f"{quote(unquote(parts.username), safe='')}@" if parts.username else ""
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{user}{name}:{port or (443 if parts.scheme == 'https' else 8080)}"


def _no_proxy(setting: Setting, value: str) -> str:
    """Entries with a comma between them, each once."""
    entries = list(dict.fromkeys(re.split(r"[\s,;]+", value.strip(",; \t\r\n"))))
    for entry in entries:
        if not ENTRY.fullmatch(entry):
            words = _("“%(entry)s” is no host, address or network. Separate them by commas.")
            raise InstallationRefused(setting, words % {"entry": entry[:80]})
    if len(entries) > MOST_ENTRIES:
        raise InstallationRefused(setting, _("These are too many; at most %(most)s.") % {"most": MOST_ENTRIES})
    return ", ".join(entries)


def _certificates(setting: Setting, value: str) -> str:
    """Only the certificates, without what stands between them."""
    if "PRIVATE KEY" in value:
        raise InstallationRefused(
            setting, _("There is a private key in it. Only certificates belong here; nothing was kept.")
        )
    try:
        found = certificates_in(value)
    except ValueError:
        found = []
    if not 0 < len(found) <= MOST_CERTIFICATES:
        raise InstallationRefused(
            setting, _("No certificates were found. Paste the whole BEGIN CERTIFICATE blocks of a PEM file.")
        )
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in found)


def _days(setting: Setting, value: str) -> str:
    if not value.isdecimal() or len(value) > 6 or not LEAST_DAYS <= int(value) <= MOST_DAYS:
        words = _("A whole number of days from %(least)s to %(most)s.")
        raise InstallationRefused(setting, words % {"least": LEAST_DAYS, "most": MOST_DAYS})
    return str(int(value))


_CHECKS = {
    Setting.UPLOAD_PROXY: _proxy,
    Setting.NO_PROXY: _no_proxy,
    Setting.CA_BUNDLE: _certificates,
    Setting.HISTORY_DAYS: _days,
    Setting.USAGE_DAYS: _days,
}
