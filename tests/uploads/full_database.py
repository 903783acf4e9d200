"""What does the product do on one disk that fills up, SQLite and all? Run as a process of its own; prints what it saw.

    DATA_DIR=… python -m tests.uploads.full_database

The parent mounted DATA_DIR as a small disk. A disk that is full shows in the tick, in a page that writes, and in one
that reads; and then there is space again.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import DatabaseError, connection  # noqa: E402
from django.test import Client  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from servers.models import LicenseServer  # noqa: E402
from servers.registry import add_server  # noqa: E402
from tests.uploads.small_disk import SmallDisk  # noqa: E402
from uploads.dispatch import tick  # noqa: E402
from uploads.models import Tick, Upload  # noqa: E402

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SERVERS = 300


def main() -> None:
    """Live through it and tell."""
    call_command("migrate", verbosity=0)
    disk = SmallDisk(Path(settings.DATA_DIR))
    LicenseServer.objects.bulk_create(
        LicenseServer(name=f"ls{number}", service_started_at=NOW - timedelta(hours=1)) for number in range(SERVERS)
    )
    server = add_server(name="ls.example.org")
    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    client.force_login(User.objects.create_user("ada", role=Role.ADMINISTRATOR), "accounts.backends.RoleBackend")
    page = f"/servers/{server.guid}/"
    seen: dict[str, object] = {"before": client.get(page).status_code}
    empty_the_log()
    disk.fill()
    answer = client.post(f"{page}uploads/start/")
    seen["write"], seen["words"] = answer.status_code, "The disk is full" in answer.content.decode()
    seen["tick"] = attempt_tick()
    seen["read"] = client.get(page).status_code
    seen["planned on a full disk"] = Upload.objects.count()
    disk.empty()
    seen["integrity"] = integrity()
    seen["tick after"] = attempt_tick()
    seen["planned after"] = Upload.objects.count()
    seen["ticked"] = Tick.objects.filter(name="dispatch").exists()
    json.dump(seen, sys.stdout)


def attempt_tick() -> str:
    """How the tick ended; nobody takes the messages."""
    try:
        tick(now=NOW, send=lambda _: False)
    except DatabaseError as error:
        return str(error)
    return "ok"


def empty_the_log() -> None:
    """Else a small write may still find room in the log that SQLite keeps beside its file."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def integrity() -> str:
    """What SQLite says of its own file."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return str(cursor.fetchone()[0])


if __name__ == "__main__":
    main()
