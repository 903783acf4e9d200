"""Where do the processes of the tree write, and what did they say last?"""

from pathlib import Path

ROTATE_BYTES = 10 * 1024 * 1024  # ours: some weeks of a quiet installation
TAIL_BYTES = 64 * 1024


def prepare(path: Path) -> Path:
    """The log file, ready to be appended to; a large one makes room and one old one is kept."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > ROTATE_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path


def last_lines(path: Path, *, count: int = 20) -> list[str]:
    """The newest lines; none where there is no file."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - TAIL_BYTES))
            return file.read().decode("utf-8", "replace").splitlines()[-count:]
    except OSError:
        return []
