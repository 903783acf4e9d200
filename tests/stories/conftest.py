"""How does a story get the real processes? `stack` runs `manage.py serve` with a data folder of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.stories.running_stack import Stack

StartStack = Callable[..., Stack]


@pytest.fixture
def start_stack(tmp_path: Path) -> Iterator[StartStack]:
    """Start one or more systems: `start_stack()`, or with environment variables as keyword arguments."""
    started: list[Stack] = []

    def start(*, data_dir: Path | None = None, **environment: str) -> Stack:
        stack = Stack(data_dir or tmp_path / f"data{len(started)}", environment=environment)
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
