"""How often may one person ask? Counted once for all processes of the web server, in the broker.

While the broker gives no answer each process counts for itself: nobody is refused because a part of the system died,
and somebody may then ask as often at each process.
"""

import time
from functools import cache
from typing import Any

import redis
from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import UserRateThrottle

ANSWER_SECONDS = 0.2  # ours: counting never keeps anybody waiting; a broker on the same machine takes a millisecond
ASK_AGAIN_SECONDS = 10.0


class Patience(UserRateThrottle):
    """So many requests in each minute of the clock, whichever process they reach."""

    cache_format = "licensing-manager:asked:%(scope)s:%(ident)s"
    silent_until = 0.0  # of the process: a broker that is gone is not asked at each request
    num_requests: int | None
    duration: int | None
    window: float | None = None  # when the minute ends in which too much was asked; None where the process counted

    def allow_request(self, request: Request, view: Any) -> bool:
        """Is it the turn of this person still?"""
        who = self.get_cache_key(request, view)
        if self.rate is None or who is None or self.duration is None or self.num_requests is None:
            return True
        now = self.timer()
        count = self._counted(f"{who}:{int(now // self.duration)}", seconds=self.duration)
        if count is None:
            return super().allow_request(request, view)
        self.window = (now // self.duration + 1) * self.duration
        return count <= self.num_requests

    def wait(self) -> float | None:
        """Seconds until there is a turn again."""
        return super().wait() if self.window is None else max(self.window - self.timer(), 1.0)

    def _counted(self, key: str, *, seconds: int) -> int | None:
        """How often with this one; None without an answer."""
        if time.monotonic() < Patience.silent_until:
            return None
        try:
            with broker(settings.REDIS_URL).pipeline() as together:
                together.incr(key)
                together.expire(key, 2 * seconds)
                count = together.execute()[0]
        except (redis.RedisError, OSError):
            Patience.silent_until = time.monotonic() + ASK_AGAIN_SECONDS
            return None
        return int(count)


@cache
def broker(url: str) -> redis.Redis:
    """Its connections, for all threads of the process."""
    return redis.Redis.from_url(url, socket_connect_timeout=ANSWER_SECONDS, socket_timeout=ANSWER_SECONDS)
