"""May this form be taken? One-time nonces against forged forms, and a limit on wrong codes against guessing.

Both live in memory: a restart makes open forms too old, and nothing else.
"""

import secrets
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")
NONCE_SECONDS = 900.0  # as long as a code lives
NONCES_MAX = 1000  # a flood of page views pushes out the oldest form instead of filling the memory
WRONG_MAX, WRONG_SECONDS = 10, 60.0  # at this pace meeting one of a thousand waiting codes takes two hundred years


class TooManyWrongCodesError(Exception):
    """Nobody is heard for a while; `seconds` until the next try."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Nonces:
    """Words that a form carries once. Another site cannot read them, so it cannot send the form for a person."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._given: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def issue(self) -> str:
        nonce = secrets.token_urlsafe(16)
        with self._lock:
            self._given[nonce] = self._clock() + NONCE_SECONDS
            while len(self._given) > NONCES_MAX:
                self._given.popitem(last=False)
        return nonce

    def spend(self, nonce: str) -> bool:
        """Was it given out, not long ago, and not used yet? It is used now."""
        with self._lock:
            until = self._given.pop(nonce, None)
        return until is not None and self._clock() < until


class Guesses:
    """Counts wrong codes of everybody together: behind a proxy, all addresses are one."""

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._wrong: deque[float] = deque()
        self._lock = threading.Lock()

    def judge(self, look: Callable[[], Found | None]) -> Found | None:
        """What `look` finds; None counts as a wrong code. Raises TooManyWrongCodesError, without looking.

        One at a time, so that many threads together have no more tries than one.
        """
        with self._lock:
            now = self._clock()
            while self._wrong and self._wrong[0] <= now - WRONG_SECONDS:
                self._wrong.popleft()
            if len(self._wrong) >= WRONG_MAX:
                raise TooManyWrongCodesError(int(self._wrong[0] + WRONG_SECONDS - now) + 1)
            found = look()
            if found is None:
                self._wrong.append(now)
            return found
