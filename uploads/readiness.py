"""Could an upload leave now? A look from outside Celery, so that a scheduler that stopped is noticed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from uploads.dispatch import TICK
from uploads.models import Tick

BEAT = "beat"
SILENT_AFTER = timedelta(seconds=4 * settings.DISPATCH_SECONDS + 60)  # a few missed ticks and a slow start


@dataclass(frozen=True, slots=True)
class Signs:
    """When beat, and a worker that does what beat asks, were last alive. None before the first time ever."""

    beat: datetime | None
    tick: datetime | None

    def is_ticking(self, *, now: datetime) -> bool | None:
        """Has a worker looked lately what is due? None before the first time: not known is not the same as stopped."""
        return None if self.tick is None else _is_recent(self.tick, now=now)

    def beat_is_alive(self, *, now: datetime) -> bool:
        """Does beat still ask?"""
        return self.beat is not None and _is_recent(self.beat, now=now)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What answered."""

    database: bool
    broker: bool
    signs: Signs
    is_ticking: bool | None

    @property
    def last_tick(self) -> datetime | None:
        """When somebody last looked what is due."""
        return self.signs.tick

    @property
    def is_ready(self) -> bool:
        """Can requests be served and work be handed over?"""
        return self.database and self.broker


def readiness() -> Readiness:
    """Ask database and broker; never raises."""
    try:
        signs, database = signs_of_life(), True
    except DatabaseError:
        signs, database = Signs(None, None), False
    return Readiness(database, broker_answers(), signs, signs.is_ticking(now=timezone.now()))


def signs_of_life() -> Signs:
    """One question to the database."""
    found = dict(Tick.objects.filter(name__in=[BEAT, TICK]).values_list("name", "at"))
    return Signs(found.get(BEAT), found.get(TICK))


def broker_answers() -> bool:
    """Does the broker answer a PING within a second?"""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    except (redis.RedisError, OSError):
        return False
    finally:
        client.close()


def _is_recent(at: datetime, *, now: datetime) -> bool:
    """A sign from the future was given by a clock that was ahead, and says nothing about now."""
    return -SILENT_AFTER < now - at < SILENT_AFTER
