"""What do the benchmarks of uploads stand on? The product with a data folder of its own, and its other end."""

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MIB = 1024 * 1024
ROUNDS = 5


@contextmanager
def sink(*options: str) -> Iterator[str]:
    command = [sys.executable, str(ROOT / "benchmarks" / "parts" / "upload_sink.py"), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def start_product(folder: Path) -> None:
    """The product's settings with a data folder of its own, and its database."""
    for name in ("DATABASE_URL", "REDIS_URL", "UPLOAD_PROXY", "CA_BUNDLE"):
        os.environ.pop(name, None)
    account = {"CIS_USERNAME": "ada", "CIS_PASSWORD": "x", "CIS_PRODUCT_KEY": "0" * 40, "CIS_URL": "http://127.0.0.1:9"}
    os.environ.update({"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "licensing_manager.settings", **account})
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


class Product:
    """Uploads of the product with bundles of our own."""

    def __init__(self, folder: Path) -> None:
        start_product(folder)
        from servers.registry import add_server

        self.began = datetime.now(tz=UTC)
        self.server = add_server(name="ls1.example.org", service_started_at=self.began)
        self.count = 0

    def bundle(self, size: int) -> Path:
        from uploads import bundle_store

        chance = random.Random(size)
        draft = bundle_store.store_folder() / "draft"
        draft.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            for _ in range(size // MIB):
                file.write(chance.randbytes(MIB))
            file.write(chance.randbytes(size % MIB))
        with draft.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        path = bundle_store.path_of(sha256)
        path.parent.mkdir(exist_ok=True)
        return draft.rename(path)

    def transfer(self, path: Path, url: str, *, chunk: int) -> None:
        from django.conf import settings

        from uploads import policy
        from uploads.models import Upload
        from uploads.transfer import transfer

        settings.CIS_URL, policy.CHUNK_BYTES = url, chunk
        self.count += 1
        upload = Upload.objects.create(
            server=self.server,
            program="telemetry",
            kind="compliance",
            period=self.began + timedelta(seconds=self.count),
            created_at=self.began,
            bundle_sha256=path.stem,
            bundle_name=f"{self.count}.zip",
            size=path.stat().st_size,
        )
        outcome = transfer(upload.pk)
        if outcome is None or outcome.verdict != "delivered":
            raise SystemExit(f"The transfer failed: {outcome}")


def destination(url: str):
    from dataclasses import replace

    from uploads.cis_client import destination_from_settings

    return replace(destination_from_settings(), url=url)


def goal(number: int, what: str, value: float, limit: float, *, correct: bool = True, rounds: int = ROUNDS) -> str:
    met = value <= limit
    facts = {"goal": number, "what": what, "ratio": round(value, 3), "limit": limit, "met": met}
    return json.dumps(facts | {"correct": correct, "rounds": rounds})
