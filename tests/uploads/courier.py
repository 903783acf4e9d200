"""How do tests play the courier? Days that pass by hand, volumes that are taken, and receipts that come back."""

import base64
import hashlib
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone

from programs.schedule import EVERY
from receiver.store import Store
from receiver.taking import take
from servers.models import LicenseServer, ReportingMode
from servers.registry import change_server
from tests.uploads.conftest import licensed_server
from uploads.courier_models import ManualReport
from uploads.courier_receipt_file import canonical
from uploads.courier_receipts import Imported, import_receipt, trust_receiver
from uploads.courier_volume import ensure_volume
from uploads.dispatch import tick
from uploads.manual_report import Wish, gather
from uploads.models import Upload
from uploads.states import State
from uploads.transfer import transfer


def manual_server(name: str = "ls1.example.org") -> LicenseServer:
    """A server that reports by hand, with a license file in force."""
    return change_server(licensed_server(name), reporting_mode=ReportingMode.MANUAL)


def a_day() -> None:
    """The scheduler looks, and a worker seals what it finds due."""
    tick(now=timezone.now(), send=lambda _: True)
    for pk in Upload.objects.filter(state=State.QUEUED).values_list("pk", flat=True):
        transfer(pk)


def days(clock: time_machine.Traveller, count: int) -> None:
    """So many days, each with its report; it is the moment of the last one then."""
    for number in range(count):
        if number:
            clock.shift(EVERY)
        a_day()


def gathered(*servers: LicenseServer, limit: int | None = None, **facts: bool) -> ManualReport:
    """Gathered by ben; for the whole fleet without a server."""
    return gather(Wish(servers or None, limit), by="ben", at=timezone.now(), **facts)


def volumes_of(report: ManualReport, folder: Path) -> list[Path]:
    """Its volumes as files."""
    return [ensure_volume(volume, folder=folder) for volume in report.volumes.all()]


def taken(store: Path, paths: Sequence[Path]) -> bytes:
    """What the real receiver signs for these volumes."""
    place = Store(store)
    place.create()
    try:
        return json.dumps(take(place, paths)).encode()
    finally:
        place.close()


def believe(receipt: bytes) -> None:
    """An administrator compared the fingerprint."""
    names = json.loads(receipt)["receipt"]["receiver"]
    trust_receiver(names["fingerprint"], by="ada", at=timezone.now())


def imported(receipt: bytes, **facts: Any) -> Imported:
    """Imported by ben, from a receiver that is trusted."""
    believe(receipt)
    return import_receipt(receipt, by="ben", now=timezone.now(), **facts)


def forged(receipt: bytes, **changes: Any) -> bytes:
    """The receipt with other facts, and the signature that it had."""
    whole = json.loads(receipt)
    whole["receipt"] |= changes
    return json.dumps(whole).encode()


def signed(facts: dict[str, Any], key: Ed25519PrivateKey) -> bytes:
    """A receipt of some other receiver, rightly signed."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    names = {
        "algorithm": "Ed25519",
        "fingerprint": hashlib.sha256(raw).hexdigest(),
        "public_key": base64.b64encode(raw).decode(),
    }
    whole = {**facts, "receiver": names}
    return json.dumps({"receipt": whole, "signature": base64.b64encode(key.sign(canonical(whole))).decode()}).encode()


def later(clock: time_machine.Traveller, **span: float) -> None:
    """Some time passes."""
    clock.shift(timedelta(**span))


@pytest.fixture
def report(db: None, clock: time_machine.Traveller) -> ManualReport:
    """Six days of one server, in more than two volumes."""
    server = manual_server()
    days(clock, 6)
    return gathered(server, limit=6_500)


@pytest.fixture
def paths(report: ManualReport, tmp_path: Path) -> list[Path]:
    return volumes_of(report, tmp_path / "out")


@pytest.fixture
def receipt(paths: list[Path], tmp_path: Path, clock: time_machine.Traveller) -> bytes:
    """For all volumes, an hour later."""
    later(clock, hours=1)
    return taken(tmp_path / "store", paths)


def facts_of(receipt: bytes) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(receipt)["receipt"]
    return facts
