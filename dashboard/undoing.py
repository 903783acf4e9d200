"""How is a button taken back? The message that says what was done carries a form that undoes it, once."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

KEPT_AS = "undo"


def offer_undo(
    request: HttpRequest, words: str, *, address: str, fields: Sequence[tuple[str, str]], button: str = ""
) -> None:
    """Say what was done. With `fields`, the page that says it has a button that sends them to `address`.

    `button` says what it does where that is more than "Undo".
    """
    messages.success(request, words)
    back = [("back", str(request.POST.get("back", "")))]
    offer = {"words": words, "address": address, "fields": [*fields, *back], "button": button}
    request.session[KEPT_AS] = offer if fields else None


def undo_of(request: HttpRequest) -> Callable[[], dict[str, Any] | None]:
    """What the newest message offers; asked only where a message is shown, and given only once."""

    @cache
    def undo() -> dict[str, Any] | None:
        found: dict[str, Any] | None = request.session.pop(KEPT_AS, None)
        return found

    return undo
