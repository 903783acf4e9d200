"""Where does a test get a disk that is really full? A small file system in memory, mounted for the time of the test."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

SIZE = 4 * 1024 * 1024


class SmallDisk:
    """A file system of a few MB. `fill` leaves so many bytes free, `empty` takes the ballast away again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    @property
    def free(self) -> int:
        facts = os.statvfs(self.folder)
        return facts.f_bavail * facts.f_frsize

    def fill(self, *, leave: int = 0) -> None:
        """Until a write fails, or as much is left as was asked for."""
        with self._ballast.open("ab") as file, suppress(OSError):
            while self.free > leave:
                os.write(file.fileno(), b"\0" * min(self.free - leave, 65536))

    def empty(self) -> None:
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, *, size: int = SIZE) -> Iterator[SmallDisk]:
    """Mount it. Only who may mount can run these tests; root, as in CI, or with sudo without a password."""
    folder.mkdir(parents=True, exist_ok=True)
    before = [] if os.geteuid() == 0 else ["sudo", "-n"]
    options = f"size={size},mode=0700,uid={os.geteuid()}"
    try:
        subprocess.run(
            [*before, "mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=True, capture_output=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"No file system can be mounted here, which needs root: {error}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run([*before, "umount", "--lazy", folder], check=True, capture_output=True)
