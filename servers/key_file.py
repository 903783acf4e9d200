"""How does a key come into the data folder? Once, whole, and readable by its owner alone."""

import os
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4


def make_key_file(path: Path, make: Callable[[], bytes]) -> None:
    """Write what `make` gives, unless a file is there. Raises OSError.

    Processes that start together agree: the key appears under its name by a link, which only one can make.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(make())
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
