"""How long may something take that cannot be interrupted? It gets a thread of its own, and we stop waiting."""

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T]) -> T:
    """What `work` gives or raises; TimeoutError when it does neither in time.

    A name lookup, or a peer that drips a byte at a time, ends when it likes. The thread is left to that: it holds no
    lock, no database connection and keeps no process alive.
    """
    given: list[T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            given.append(work())
        except BaseException as error:  # whatever it is, it belongs to who asked
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(max(seconds, 0.0))
    if raised:
        raise raised[0]
    if given:
        return given[0]
    raise TimeoutError(f"timed out: nothing came within {seconds:.0f} seconds")
