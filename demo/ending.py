"""How does a demo end by a button? It is noted in its folder, and whoever serves it stops and removes it."""

import json
import os
import signal
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from demo import folder


class NotEnded(Exception):
    """The demo goes on; the text says why, and what to do."""


def end_demo() -> None:
    """Note the wish, and stop the process that serves this folder: it removes it when all the others have ended.

    Raises NotEnded anywhere but in a demo that `serve` runs.
    """
    place = Path(settings.DATA_DIR)
    if not folder.is_demo(place):
        raise NotEnded(_("This is no demo. Nothing was removed."))
    server = _who_serves(place / "run")
    if server is None:
        raise NotEnded(_("Nobody serves this demo as a whole. Stop its processes, then run: manage.py demo remove"))
    try:
        folder.ask_to_end(place)
        os.kill(server, signal.SIGTERM)
    except OSError as error:
        raise NotEnded(
            _("The demo could not be stopped: %(error)s. Run: manage.py demo remove") % {"error": error.strerror}
        ) from error


def _who_serves(run: Path) -> int | None:
    """The number of the process that holds the lock of the folder, where its own notes say the same."""
    try:
        noted = json.loads((run / "serve.json").read_text(encoding="utf-8"))["pid"]
        holder = int((run / "serve.lock").read_text(encoding="ascii"))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return holder if holder == noted and holder > 1 else None
