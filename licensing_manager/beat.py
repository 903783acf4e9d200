"""When does beat ask what is due? At once after a start, then every so often, whatever happens to the clock.

Celery's own scheduler keeps the time of each entry's last run in a file. After the clock was set back by a day it
waits a day; and what runs every six hours never runs where beat starts more often than that and the file is lost.
What is due is written in the database, so asking once too often costs nothing, and nothing has to be kept.
"""

import contextlib
import logging
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from celery.beat import Scheduler
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from uploads.models import Tick
from uploads.readiness import BEAT

log = logging.getLogger(__name__)
LONG_AGO = timedelta(days=3650)
SET_BACK = 1.0  # seconds; clocks that are kept in step move by less


class FromFacts(Scheduler):
    """Entries run at once after a start and after the clock was set back. The schedule file is only a sign of life."""

    def __init__(self, *args: Any, schedule_filename: str = "", **kwargs: Any) -> None:
        self._sign_of_life = Path(schedule_filename) if schedule_filename else None
        self._seen = time.time()
        self._next_sign = 0.0
        super().__init__(*args, **kwargs)

    def setup_schedule(self) -> None:
        """Take the table of ticks over; all of it is due now."""
        super().setup_schedule()
        self._ask_everything()

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Run what is due; the seconds until something is."""
        now = time.time()
        if now < self._seen - SET_BACK:
            self._ask_everything()
        self._seen = now
        self._give_sign()
        seconds: float = super().tick(*args, **kwargs)
        return seconds

    def _ask_everything(self) -> None:
        for entry in self.schedule.values():
            entry.last_run_at = datetime.now(UTC) - LONG_AGO
        self._heap = None

    def _give_sign(self) -> None:
        """For the watchdog a row, for the container's health check a file. Neither a full disk nor a database that is
        gone may stop beat."""
        if time.monotonic() < self._next_sign:
            return
        self._next_sign = time.monotonic() + settings.DISPATCH_SECONDS / 2
        try:
            Tick.note(BEAT, at=timezone.now())
        except DatabaseError as error:
            log.warning("Beat could not note that it is alive: %s", error)
            connection.close()
        if self._sign_of_life is not None:
            with contextlib.suppress(OSError):
                self._sign_of_life.touch()
