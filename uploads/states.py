"""Which state may follow which? One table of allowed moves, and nothing moves past it."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    """Where an upload stands."""

    QUEUED = "queued", _("Waiting for a worker")
    SENDING = "sending", _("Sending")
    DELIVERED = "delivered", _("Delivered")
    FAILED = "failed", _("Failed, will be tried again")
    REFUSED = "refused", _("Refused, needs a person")
    CANCELED = "canceled", _("Canceled")
    OBSERVED = "observed", _("Observed on the license server")
    READY = "ready", _("Waiting to be carried")
    CARRIED = "carried", _("Carried, no receipt yet")


# The same in the middle of a sentence: "This upload is …". No program can tell which letters of a label stay large.
IN_A_SENTENCE: dict[str, Promise] = {
    State.QUEUED: pgettext_lazy("this upload is", "waiting for a worker"),
    State.SENDING: pgettext_lazy("this upload is", "sending"),
    State.DELIVERED: pgettext_lazy("this upload is", "delivered"),
    State.FAILED: pgettext_lazy("this upload is", "failed, will be tried again"),
    State.REFUSED: pgettext_lazy("this upload is", "refused, needs a person"),
    State.CANCELED: pgettext_lazy("this upload is", "canceled"),
    State.OBSERVED: pgettext_lazy("this upload is", "observed on the license server"),
    State.READY: pgettext_lazy("this upload is", "waiting to be carried"),
    State.CARRIED: pgettext_lazy("this upload is", "carried, no receipt yet"),
}

MOVES: dict[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.SENDING, State.CANCELED, State.READY}),
    # From sending to sending: another worker takes over after the lease of a dead one ended.
    State.SENDING: frozenset(
        {State.SENDING, State.DELIVERED, State.FAILED, State.REFUSED, State.CANCELED, State.READY}
    ),
    State.FAILED: frozenset({State.QUEUED, State.SENDING, State.CANCELED, State.READY}),
    State.REFUSED: frozenset({State.QUEUED, State.SENDING, State.CANCELED, State.READY}),
    # Reports that a person carries: sealed and waiting, taken along, and delivered once their receipt came back.
    State.READY: frozenset({State.QUEUED, State.CARRIED, State.DELIVERED, State.CANCELED}),
    # What is in somebody's bag goes back to waiting first: sent from there at once, it might arrive twice.
    State.CARRIED: frozenset({State.READY, State.DELIVERED}),
    State.DELIVERED: frozenset(),
    State.CANCELED: frozenset(),
    State.OBSERVED: frozenset(),
}
# What a worker may have to do with, and what waits for a person who carries it.
OPEN = frozenset({State.QUEUED, State.SENDING, State.FAILED, State.REFUSED})
BY_HAND = frozenset({State.READY, State.CARRIED})


def before(target: State) -> list[str]:
    """The states from which a move to `target` is allowed: the WHERE clause of every conditional update."""
    return [state.value for state, following in MOVES.items() if target in following]
