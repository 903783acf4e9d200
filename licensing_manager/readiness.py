"""Does a process answer yet? One attempt per question, and a thread that asks until the answer is yes."""

import http.client
import threading
from collections.abc import Callable

import redis
from django.conf import settings

STEP_SECONDS = 0.02
ATTEMPT_SECONDS = 5.0


def answers_http(host: str, *, port: int) -> bool:
    """Does GET /health/live answer 200?"""
    connection = http.client.HTTPConnection(_reachable(host), port, timeout=ATTEMPT_SECONDS)
    try:
        connection.request("GET", "/health/live", headers={"Host": _accepted_host()})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def answers_ping(url: str) -> bool:
    """Does the broker answer PING, which it does not while it still loads its file?"""
    try:
        with redis.Redis.from_url(url, socket_timeout=ATTEMPT_SECONDS, protocol=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


class Watch:
    """Asks `ready` in a thread of its own until it says yes, then calls `then` once."""

    def __init__(self, ready: Callable[[], bool], *, then: Callable[[], None]) -> None:
        self._ready = ready
        self._then = then
        self._given_up = threading.Event()
        threading.Thread(target=self._ask, daemon=True).start()

    def give_up(self) -> None:
        """The answer does not matter any more."""
        self._given_up.set()

    def _ask(self) -> None:
        while not self._given_up.is_set():
            if self._ready():
                self._then()
                return
            self._given_up.wait(STEP_SECONDS)


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  # compared, not bound


def _accepted_host() -> str:
    """A Host header that the installation accepts, whatever ALLOWED_HOSTS says."""
    names = (name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*")
    return next(names, "localhost")
