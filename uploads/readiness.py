"""Could an upload leave now? A look from outside Celery, so that a scheduler that stopped is noticed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from uploads.dispatch import TICK
from uploads.models import Tick

SILENT_AFTER = timedelta(seconds=4 * settings.DISPATCH_SECONDS + 60)  # a few missed ticks and a slow start


@dataclass(frozen=True, slots=True)
class Readiness:
    """What answered. `is_ticking` is None before the first tick ever: nothing known is not the same as stopped."""

    database: bool
    broker: bool
    last_tick: datetime | None
    is_ticking: bool | None

    @property
    def is_ready(self) -> bool:
        """Can requests be served and work be handed over?"""
        return self.database and self.broker


def readiness() -> Readiness:
    """Ask database and broker; never raises."""
    try:
        last = Tick.objects.filter(name=TICK).values_list("at", flat=True).first()
    except DatabaseError:
        return Readiness(database=False, broker=broker_answers(), last_tick=None, is_ticking=None)
    is_ticking = None if last is None else timezone.now() - last < SILENT_AFTER
    return Readiness(database=True, broker=broker_answers(), last_tick=last, is_ticking=is_ticking)


def broker_answers() -> bool:
    """Does the broker answer a PING within a second?"""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()
