"""Which key signs what a person carries? One made on first use, readable by its owner alone. The algorithm is ours."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.utils.translation import gettext as _

from servers.key_file import make_key_file

ALGORITHM = "Ed25519"


class KeyUnusable(Exception):
    """There is a key file, but no key in it; the text says what to do."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What may be known to everybody. The fingerprint is the SHA-256 of its 32 bytes."""

    raw: bytes

    @property
    def text(self) -> str:
        """The 32 bytes in base64."""
        return base64.b64encode(self.raw).decode()

    @property
    def fingerprint(self) -> str:
        """64 hexadecimal digits to compare by eye."""
        return hashlib.sha256(self.raw).hexdigest()

    @property
    def pem(self) -> bytes:
        """The form that openssl reads."""
        key = Ed25519PublicKey.from_public_bytes(self.raw)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def has_signed(self, data: bytes, *, signature: bytes) -> bool:
        """Is it the signature of this key over exactly these bytes?"""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


def key_path() -> Path:
    """Where the private key lies: in the data folder, outside of the database."""
    return Path(settings.DATA_DIR) / "courier_key.pem"


def public_key() -> PublicKey:
    """Our public key. Raises KeyUnusable, or OSError where none can be made."""
    return PublicKey(_private_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def sign(data: bytes) -> bytes:
    """64 bytes; the same data always gives the same ones. Raises KeyUnusable or OSError."""
    return _private_key().sign(data)


def read_public_key(text: object) -> PublicKey | None:
    """The key in this base64; None when it is none."""
    try:
        raw = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError:
        return None
    return PublicKey(raw) if len(raw) == 32 else None


def _private_key() -> Ed25519PrivateKey:
    path = key_path()
    if not path.exists():
        make_key_file(path, _new_key)
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise KeyUnusable(_what_to_do(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusable(_what_to_do(path))
    return key


def _new_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _what_to_do(path: Path) -> str:
    return _(
        "The file %(path)s holds no %(algorithm)s key. Restore it from a backup; or move it away, and a "
        "new key is made that every receiver has to be told of."
    ) % {"path": path, "algorithm": ALGORITHM}
