"""Which key signs sessions and links? One made on first use, readable by its owner alone."""

import os
import secrets
from pathlib import Path


def load_or_create(path: Path) -> str:
    """The key in `path`; made with mode 0600 when there is none. Raises OSError when that is impossible.

    Two processes that start together agree: the key appears under its name by a link, which only one can make.
    """
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="ascii").strip()
