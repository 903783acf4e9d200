"""Placeholder."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from alerts.channel_models import Delivery
from alerts.models import Notice


def route(notices: Sequence[Notice], *, now: datetime, muted: Iterable[int] = ()) -> list[Delivery]:
    """Placeholder."""
    return []
