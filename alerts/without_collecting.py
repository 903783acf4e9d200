"""How are the facts and clocks of ten thousand servers made in four fifths of the time? Without looking for garbage.

Python looks for cycles whenever the number of objects has grown by a quarter. While half a million are made that all
stay, each look goes through everything and finds nothing (`benchmarks/clocks.py`). What is no longer used is let go all
the same, by its count.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """For as long as the block runs; at its end it is as it was."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
