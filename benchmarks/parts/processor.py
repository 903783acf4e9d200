"""How long does the processor work for a question, in our process and in that of the database?

Time on the wall counts what others do on the machine. SQLite works in our own process; PostgreSQL has a process for
each connection, of which Linux tells by the nanosecond how long it ran. Where nobody tells, the wall has to do.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

Clock = Callable[[], float]


def clock() -> Clock:
    """What tells the seconds so far for the connection of the moment. Ask again after connecting anew."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return time.process_time
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        told = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    if not os.access(told, os.R_OK):
        return time.perf_counter
    return lambda: time.process_time() + int(told.read_text().split()[0]) / 1e9
