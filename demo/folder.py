"""Where does a demo live? In a folder of its own with a marker in it, so nothing real is ever mixed with it.

Database, ledger, bundles, logs and keys of a demo lie there and nowhere else. To remove a demo is to remove the folder:
no row of a ledger that is only ever added to has to be deleted, and nothing is left.
"""

import json
import os
import shutil
from pathlib import Path

NAME = "demo"  # below the data folder of the installation
MARKER = "demo-data.json"
MARK = {"what": "Licensing Manager demo data", "note": "Nothing of this is real. It is removed with this folder."}
ENDING = "demo-ends"  # somebody asked on a page for the end of it
GOING = ".demo-removed-"


class FolderRefused(Exception):
    """Nothing was changed; the text says what is in the way, and what to do."""


def is_demo(data_dir: Path) -> bool:
    """Is this the data folder of a demo? Only the marker says so, never the name."""
    try:
        marked = json.loads((data_dir / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(marked, dict) and marked.get("what") == MARK["what"]


def folder_of(data_dir: Path) -> Path:
    """The demo that belongs to this data folder: itself, where it is one."""
    return data_dir if is_demo(data_dir) else data_dir / NAME


def prepare(data_dir: Path) -> Path:
    """The folder of the demo, marked as one.

    Raises FolderRefused for a folder of that name that holds something else, or that cannot be written.
    """
    folder = folder_of(data_dir)
    try:
        _sweep(folder.parent)
        if is_demo(folder):
            return folder
        if folder.is_symlink() or (folder.exists() and any(folder.iterdir())):
            raise FolderRefused(
                f"{folder} is no demo: its marker {MARKER} is missing. Move that folder away, or set DATA_DIR."
            )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / MARKER).write_text(json.dumps(MARK, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise FolderRefused(f"{folder} cannot be written: {error.strerror}. Set DATA_DIR to another folder.") from error
    return folder


def ask_to_end(folder: Path) -> None:
    """Note that it shall be removed as soon as nobody works in it. Raises OSError."""
    (folder / ENDING).touch(mode=0o600)


def shall_end(folder: Path) -> bool:
    """Did somebody ask for the end of it?"""
    return is_demo(folder) and (folder / ENDING).exists()


def remove(folder: Path) -> None:
    """Remove the demo with all that is in it. Raises FolderRefused for every other folder.

    It loses its name first, in one step: whoever is killed after that leaves bytes that the next start sweeps away,
    and never half a demo.
    """
    if folder.is_symlink() or not is_demo(folder):
        raise FolderRefused(f"{folder} is no demo: its marker {MARKER} is missing. Nothing was removed.")
    going = folder.with_name(f"{GOING}{os.getpid()}")
    try:
        folder.rename(going)
        shutil.rmtree(going)
    except OSError as error:
        raise FolderRefused(f"{folder} cannot be removed: {error.strerror}. Delete it by hand.") from error


def _sweep(parent: Path) -> None:
    """What a removal that was killed left behind."""
    for left in parent.glob(f"{GOING}*") if parent.is_dir() else ():
        if is_demo(left) or not any(left.iterdir()):
            shutil.rmtree(left, ignore_errors=True)
