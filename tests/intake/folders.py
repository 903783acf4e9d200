"""How does a test look into the watched folders? At one moment, as the beat does."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from intake import inbox

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
Drop = Callable[..., Path]


def look() -> int:
    """How many files one look moved away."""
    return inbox.scan(now=NOW)


def names(folder: Path) -> list[str]:
    """What lies there, or nothing."""
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
