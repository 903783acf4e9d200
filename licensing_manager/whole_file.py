"""How does a file appear whole or not at all? Written aside, then renamed."""

import os
from pathlib import Path


def write(path: Path, *, text: str) -> None:
    """Replace `path`, readable by its owner alone. A reader sees the old text or the new, never a part."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
