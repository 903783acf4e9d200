"""Which token opens the receiver? The one of an earlier upload of this process, for a while.

A token is good for a day, and three of five requests of a small upload were its log-in. It is kept in memory alone,
for the one destination and account that it was given for; when it is refused it is forgotten.
"""

from django.utils import timezone

from uploads import policy
from uploads.cis_client import Destination

_kept: dict[Destination, tuple[str, float]] = {}


def token_for(to: Destination) -> str:
    """The token of an earlier log-in, "" when there is none that is young enough."""
    token, until = _kept.get(to, ("", 0.0))
    return token if timezone.now().timestamp() < until else ""


def keep(to: Destination, token: str) -> None:
    """Use this token for the next uploads too. Only the newest destination is remembered."""
    forget()
    _kept[to] = (token, timezone.now().timestamp() + policy.TOKEN_KEPT_SECONDS)


def forget() -> None:
    """The next upload logs in anew."""
    _kept.clear()
