"""Who says that something was received? The receiver's own Ed25519 key, made on first use, and checks of others'."""

import base64
import hashlib
import os
import uuid
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

ALGORITHM = "Ed25519"


class KeyUnusableError(Exception):
    """The key file is there, but holds no key of ours; the text says what to do."""


class SigningKey:
    """The key in `receipt_key.pem` of a store, readable by its owner alone."""

    def __init__(self, folder: Path) -> None:
        path = folder / "receipt_key.pem"
        if not path.exists():
            _make(path)
        self._key = _load(path)
        self.public = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def names(self) -> dict[str, str]:
        """How a receipt names it."""
        text = base64.b64encode(self.public).decode()
        return {"algorithm": ALGORITHM, "fingerprint": fingerprint_of(self.public), "public_key": text}

    def sign(self, data: bytes) -> str:
        """The signature in base64."""
        return base64.b64encode(self._key.sign(data)).decode()


def fingerprint_of(public: bytes) -> str:
    """The SHA-256 of the 32 bytes of a public key."""
    return hashlib.sha256(public).hexdigest()


def read_public(text: object) -> bytes | None:
    """The 32 bytes of a public key in base64; None when it is none."""
    try:
        raw = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError:
        return None
    return raw if len(raw) == 32 else None


def has_signed(public: bytes, *, data: bytes, signature: bytes) -> bool:
    """Is it the signature of this key over exactly these bytes?"""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _load(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyUnusableError(
            f"The file {path} holds no {ALGORITHM} key. Restore it, or move it away: then a new key is made, and "
            "whoever imports receipts has to confirm it."
        )
    return key


def _make(path: Path) -> None:
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # two that start together agree: only one can make this name
    except FileExistsError:
        pass
    finally:
        draft.unlink()
