"""What becomes of a form whose session ended while somebody filled it in? It is kept for a while, and nothing is saved.

The fields wait on the server, in the session of that browser, until the person has signed in again. Secrets are never
kept, files cannot be, and whatever is larger than a form that people type is not.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone

KEPT_AS = "draft"
KEPT_FOR = timedelta(minutes=15)  # ours: long enough to find a password
MOST_FIELDS, MOST_SIGNS = 60, 10_000
SECRET = ("password", "secret", "token", "target", "csrf")  # a word of these in its name, and a field is not kept


@dataclass(frozen=True, slots=True)
class Draft:
    """What was about to be sent, and where to. `left_out` are fields that have to be filled in again."""

    address: str
    fields: list[tuple[str, str]]
    left_out: list[str]


def keep_draft(request: HttpRequest) -> None:
    """Keep what a stranger's browser just sent, until the person behind it has signed in."""
    fields = [(name, value) for name, values in request.POST.lists() for value in map(str, values)]
    kept = [(name, value) for name, value in fields if not _is_secret(name)]
    if len(kept) > MOST_FIELDS or sum(len(name) + len(value) for name, value in kept) > MOST_SIGNS:
        return
    gone = {name for name, _ in fields if _is_secret(name) and "csrf" not in name}
    request.session[KEPT_AS] = {
        "address": request.get_full_path(),
        "fields": kept,
        "left_out": sorted(gone | set(request.FILES)),
        "at": timezone.now().timestamp(),
    }


def draft_of(request: HttpRequest) -> Draft | None:
    """What this browser sent last without being signed in; None after a while."""
    found = request.session.get(KEPT_AS)
    if not found or timezone.now().timestamp() - found["at"] > KEPT_FOR.total_seconds():
        return None
    return Draft(found["address"], [(name, value) for name, value in found["fields"]], found["left_out"])


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in SECRET)
