"""How does a process come into the folder of a demo, and how does the demo end?"""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from demo import folder
from licensing_manager import instance_lock
from licensing_manager.checks import OUTSIDE_OF_A_DEMO

Say = Callable[[str], None]


class DemoRefused(Exception):
    """Nothing was changed; the text is a sentence and a next step."""


def enter_folder(*, say: Say) -> None:
    """Go on in the folder of the demo: the same command again, told of another DATA_DIR, in this very process.

    The settings were read for the data folder of the installation, and only a process that begins anew forgets them.
    Returns where the process is in a demo already. Raises DemoRefused.
    """
    outside = [name for name in OUTSIDE_OF_A_DEMO if settings.ENVIRONMENT.given(name)]
    if outside:
        raise DemoRefused(
            f"A demo keeps everything in its own folder and sends to its own sandbox receiver alone, but "
            f"{' and '.join(outside)} {'is' if len(outside) == 1 else 'are'} set. Unset "
            f"{'it' if len(outside) == 1 else 'them'}, or start without --demo."
        )
    is_over = folder.shall_end(folder.folder_of(Path(settings.DATA_DIR)))
    if is_over:  # somebody asked for it, and whoever served it was killed before it came to that
        remove_demo()
    try:
        place = folder.prepare(Path(settings.DATA_DIR))
    except folder.FolderRefused as refused:
        raise DemoRefused(str(refused)) from refused
    if settings.DEMO and not is_over:
        return
    say(f"Demo data: nothing of it is real. All of it lies in {place}.")
    sys.stdout.flush()
    os.environ["DATA_DIR"] = str(place)
    os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606  # no shell, and our own command line


def remove_demo() -> Path:
    """Remove the demo of this installation as a whole; returns where it was. Raises DemoRefused.

    While it is served, whoever serves it removes it; so the lock of its folder is taken first.
    """
    place = folder.folder_of(Path(settings.DATA_DIR))
    if not folder.is_demo(place):
        raise DemoRefused(f"There is no demo in {place}. Nothing was removed.")
    try:
        lock = instance_lock.acquire(place / "run" / "serve.lock", patience=1.0)
    except instance_lock.AlreadyRunningError as running:
        raise DemoRefused(f"The demo is being served. {running} Nothing was removed.") from running
    except OSError as error:
        raise DemoRefused(f"{place} cannot be written: {error.strerror}. Nothing was removed.") from error
    try:
        folder.remove(place)
    except folder.FolderRefused as refused:
        raise DemoRefused(str(refused)) from refused
    finally:
        os.close(lock)
    return place


def remove_if_asked(*, say: Say) -> None:
    """After everything stopped: remove the demo when a person asked for it on a page."""
    place = Path(settings.DATA_DIR)
    if not folder.shall_end(place):
        return
    try:
        folder.remove(place)
    except folder.FolderRefused as refused:
        say(str(refused))
    else:
        say(f"The demo is removed: {place} and everything in it. Nothing else was touched.")
