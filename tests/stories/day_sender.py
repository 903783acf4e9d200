"""Who sends thousands of uploads in a story? A process of its own with the product's settings, day after day.

    python -m tests.stories.day_sender plan       (reads what is wanted from stdin)
    python -m tests.stories.day_sender send SHARE SHARES URL…

`plan` makes a server and an upload for each wanted bundle. `send` calls the product's own `transfer` for its share of
them, again the next day for those that failed, until none is left; the days pass by moving the clock. The uploads
of a share are dealt out over the addresses. It prints one line of JSON.
"""

import hashlib
import json
import os
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

import django
import time_machine

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
MOST_DAYS = 5000


def plan(sizes: list[int]) -> None:
    """A waiting upload with a sealed bundle of each size. Beyond a megabyte a bundle is mostly a hole."""
    from servers.registry import add_server
    from uploads.models import Upload

    server = add_server(name="ls1.example.org", service_started_at=START, hardware_id="0a1b2c3d4e5f")
    uploads = [
        Upload(
            server=server,
            program="telemetry",
            kind="compliance",
            period=START + timedelta(seconds=number),
            created_at=START,
            bundle_sha256=_sealed(number, size),
            bundle_name=f"upload_{number}.zip",
            size=size,
        )
        for number, size in enumerate(sizes)
    ]
    Upload.objects.bulk_create(uploads, batch_size=500)


def _sealed(number: int, size: int) -> str:
    from uploads import bundle_store

    folder = bundle_store.store_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(random.Random(number).randbytes(min(size, 1024 * 1024)))
        file.truncate(size)
    with Path(file.name).open("rb") as written:
        sha256 = hashlib.file_digest(written, "sha256").hexdigest()
    path = bundle_store.path_of(sha256)
    path.parent.mkdir(exist_ok=True)
    Path(file.name).rename(path)
    return sha256


def send(share: int, shares: int, urls: list[str]) -> dict[str, int]:
    """Every upload of this share, until it is delivered. Returns how many attempts and days that took."""
    from django.conf import settings

    from uploads.transfer import transfer

    attempts = 0
    for day in range(MOST_DAYS):
        left = [pk for pk in _left() if (pk - 1) // len(urls) % shares == share]
        if not left:
            return {"attempts": attempts, "days": day}
        with time_machine.travel(START + timedelta(days=day + 1, seconds=day), tick=False):
            for number, url in enumerate(urls):
                settings.CIS_URL = url
                for pk in (pk for pk in left if (pk - 1) % len(urls) == number):
                    attempts += transfer(pk, pause=lambda _: None) is not None
    raise AssertionError(f"not all delivered in {MOST_DAYS} days")


def _left() -> Iterator[int]:
    from uploads.models import Upload

    yield from Upload.objects.unfinished().order_by("pk").values_list("pk", flat=True)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "licensing_manager.settings"
    django.setup()
    if sys.argv[1] == "plan":
        plan(json.load(sys.stdin))
    else:
        sys.stdout.write(json.dumps(send(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])) + "\n")
