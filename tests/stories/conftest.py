"""How does a story get the real processes? `stack` runs `manage.py serve` with a data folder of its own."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.stories.running_stack import ROOT, Stack, product_environment

StartStack = Callable[..., Stack]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as the first start leaves it, made once: `test_serve.standing` and the pages make it by `serve`."""
    folder = tmp_path_factory.mktemp("empty")
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=product_environment(folder, extra={}), check=True)
    return folder / "db.sqlite3"


@pytest.fixture
def start_stack(tmp_path: Path, empty_database: Path) -> Iterator[StartStack]:
    """Start one or more systems: `start_stack()`, or with environment variables as keyword arguments."""
    started: list[Stack] = []

    def start(*, data_dir: Path | None = None, **environment: str) -> Stack:
        folder = data_dir or tmp_path / f"data{len(started)}"
        if not folder.exists():
            folder.mkdir(mode=0o700)
            shutil.copy(empty_database, folder / "db.sqlite3")
        stack = Stack(folder, environment=environment)
        started.append(stack)
        stack.wait_until_ready()
        return stack

    yield start
    left = [process for stack in reversed(started) for process in stack.stop()]
    assert not left, f"The system left processes behind: {left}"


@pytest.fixture
def stack(start_stack: StartStack) -> Stack:
    """The whole embedded system, ready."""
    return start_stack()
