"""Which token opens the API? Made once, shown once, kept as a hash."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import ApiToken, User

PREFIX = "lm_"
SEEN_EVERY = timedelta(minutes=1)  # "last used" is written at most this often, so that reads stay reads


def create_token(user: User, *, name: str, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """The new row and the secret, which is never readable again."""
    secret = f"{PREFIX}{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=user,
        name=_shown(name) or "unnamed",
        prefix=secret[:10],
        digest=digest(secret),
        created_at=timezone.now(),
        expires_at=expires_at,
    )
    return token, secret


def find_token(secret: str) -> ApiToken | None:
    """The usable token with this secret, its use noted; None for any other."""
    now = timezone.now()
    token = ApiToken.objects.usable(at=now).select_related("user").filter(digest=digest(secret)).first()
    if token is None or not token.user.is_active:
        return None
    if token.last_used_at is None or now - token.last_used_at >= SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def revoke_token(token: ApiToken) -> None:
    """From now on it opens nothing; the row stays as evidence."""
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now())


def _shown(name: str) -> str:
    """The name as the table keeps it: printable and at most 80 characters."""
    return "".join(sign for sign in name if sign.isprintable()).strip()[:80]


def new_secret() -> str:
    """192 random bits for a link that works once."""
    return secrets.token_urlsafe(24)


def digest(secret: str) -> str:
    """SHA-256 in hex: enough for 256 random bits, no salt needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
