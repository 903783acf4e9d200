"""Where do the addresses and secrets of channels lie? In the database as sealed texts, their key outside of it.

The key is CHANNEL_KEY, or one made on first use in the data folder, readable by its owner alone. A copy of the database
without it tells nobody where a channel leads or what it is signed with. Whoever moves from the file to the variable
reads with both and seals with the variable.
"""

from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

from servers.key_file import make_key_file


class SealBroken(Exception):
    """A sealed text cannot be opened, or none can be sealed; the text says why and what to do."""


def seal(text: str) -> str:
    """The text in a form that only the key opens; another one at each call. Raises SealBroken."""
    return _seals(make=True).encrypt(text.encode()).decode()


def open_sealed(sealed: str) -> str:
    """The text that was sealed; "" stays "". Raises SealBroken where the key is lost or is another one."""
    if not sealed:
        return ""
    try:
        return _seals(make=False).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken(
            _(
                "It was sealed with a key that is no longer there. Enter its address again, or restore "
                "%(key_path)s from a backup."
            )
            % {"key_path": key_path()}
        ) from error


def key_path() -> Path:
    """Where the key lies that was made on first use: in the data folder, outside of the database."""
    return Path(settings.DATA_DIR) / "channel_key"


def is_key(text: str) -> bool:
    """Is it a key in the form of Fernet: 32 bytes in URL-safe base64?"""
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def _seals(*, make: bool) -> MultiFernet:
    """Seals with the first key, opens with each."""
    path = key_path()
    try:
        if make and not settings.CHANNEL_KEY and not path.exists():
            make_key_file(path, Fernet.generate_key)
        texts = [settings.CHANNEL_KEY, path.read_text(encoding="ascii").strip() if path.exists() else ""]
    except (OSError, UnicodeDecodeError) as error:
        raise SealBroken(
            _("The key %(path)s cannot be read or made: %(error)s. See to it, then try again.")
            % {"path": path, "error": error}
        ) from error
    keys = [Fernet(text) for text in texts if is_key(text)]
    if not keys:
        raise SealBroken(
            _(
                "There is no key in %(path)s and none in CHANNEL_KEY. Restore it from a backup; or move what is "
                "there away and enter the addresses of all channels again."
            )
            % {"path": path}
        )
    return MultiFernet(keys)
