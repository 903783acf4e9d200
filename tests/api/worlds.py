"""How do hundreds of tests start from the same rows and files, built once? Each on a savepoint and a copy."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

Built = TypeVar("Built")


@dataclass(frozen=True, slots=True)
class World(Generic[Built]):
    """What was built, and the data folder that belongs to it."""

    built: Built
    folder: Path

    def enter(self, data_dir: Path) -> Built:
        """The files are in this test's folder from now on. Its rows are there already, until the test rolls back."""
        shutil.copytree(self.folder, data_dir, dirs_exist_ok=True)
        return self.built


@contextmanager
def kept_world(build: Callable[[], Built], *, folder: Path, blocker: DjangoDbBlocker) -> Iterator[World[Built]]:
    """Build it in a transaction that outlives the tests; the one of each test is a savepoint in it.

    `build` should return keys: an object of Django's would carry changes from one test to the next.
    """
    with blocker.unblock():
        around = transaction.atomic()
        # As Django's own tests do: what has to be the outermost transaction may be within this one.
        around._from_testcase = True  # type: ignore[attr-defined]
        around.__enter__()
    try:
        with blocker.unblock(), override_settings(DATA_DIR=folder):
            built = build()
        yield World(built, folder)
    finally:
        with blocker.unblock():
            transaction.set_rollback(True)
            around.__exit__(None, None, None)
