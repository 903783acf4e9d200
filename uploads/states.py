"""Which state may follow which? One table of allowed moves, and nothing moves past it."""

from django.db.models import TextChoices


class State(TextChoices):
    """Where an upload stands."""

    QUEUED = "queued", "Waiting for a worker"
    SENDING = "sending", "Sending"
    DELIVERED = "delivered", "Delivered"
    FAILED = "failed", "Failed, will be tried again"
    REFUSED = "refused", "Refused, needs a person"
    CANCELED = "canceled", "Canceled"
    OBSERVED = "observed", "Observed on the license server"
    READY = "ready", "Waiting to be carried"
    CARRIED = "carried", "Carried, no receipt yet"


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
