"""How is a person's name kept where it must not be readable? As the same word every time, and no way back.

Keyed with the installation's secret, so that a guessed name cannot be tried out by whoever has the database alone.
"""

import hashlib
import hmac

from django.conf import settings

PREFIX = "anon-"


def at_rest(name: str) -> tuple[str, bool]:
    """The name as it is stored, and whether it is a pseudonym: PSEUDONYMIZE_NAMES decides."""
    return (pseudonym(name), True) if settings.PSEUDONYMIZE_NAMES else (name, False)


def pseudonym(name: str) -> str:
    """The word for a name, whatever its case: 24 hexadecimal digits of an HMAC-SHA-256."""
    text = name.casefold().encode("utf-8", "replace")
    return PREFIX + hmac.digest(f"names at rest {settings.SECRET_KEY}".encode(), text, hashlib.sha256).hex()[:24]
