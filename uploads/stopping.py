"""Was this worker told to end? Then a transfer stops after its chunk and gives its upload back.

The word is said in the main process of the worker and heard in the processes that it forked: they share one byte.
"""

import mmap

_word = mmap.mmap(-1, 1)


class WorkerEnds(Exception):
    """The worker was told to end in an orderly way; somebody else goes on from here."""


def tell() -> None:
    """Every transfer of this worker is to come to its end. It stays said: a new worker is a new process."""
    _word[0] = 1


def is_told() -> bool:
    """Is the worker to end?"""
    return _word[0] == 1
