"""Does everything go that may, nothing that must stay, and is the middle of it a safe place to be killed?"""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from servers.models import LicenseServer
from tests.uploads.conftest import Worker, begin, licensed_server
from tests.uploads.faulty_line import IDENTITY, Line, answers
from tests.uploads.test_history_days import row
from uploads import bundle_store, retention
from uploads.models import Trigger, Upload
from uploads.retention import ORPHAN_AFTER, tidy
from uploads.sealing import seal_for, seal_preview
from uploads.starting import start_upload
from uploads.states import State

DAY = timedelta(days=1)
OBSERVED = {"state": State.OBSERVED, "trigger": Trigger.OBSERVED}
pytestmark = pytest.mark.usefixtures("line")


class Killed(BaseException):
    """SIGKILL, as a test sees it."""


def deliver(
    server: LicenseServer, worker: Worker, clock: time_machine.Traveller, *, kind: str = "compliance"
) -> Upload:
    """One more delivery, a day after whatever came before."""
    clock.shift(DAY)
    upload = start_upload(server, program_code="telemetry", kind=kind, by=None)
    worker.send(upload)
    assert upload.state == State.DELIVERED
    written_at(bundle_store.path_of(upload.bundle_sha256))
    return upload


def written_at(path: Path) -> None:
    """Files know the real time; let them have the time of the test."""
    os.utime(path, (timezone.now().timestamp(),) * 2)


def kept() -> set[str]:
    return {path.stem for path in bundle_store.store_folder().rglob("*.zip")}


def shown(server: LicenseServer) -> set[str]:
    return {path.name for path in bundle_store.resource_folder(server).rglob("*.zip")}


def digests(*uploads: Upload) -> set[str]:
    return {upload.bundle_sha256 for upload in uploads}


def later() -> retention.Tidied:
    return tidy(now=timezone.now() + timedelta(hours=1))


def test_only_the_last_delivered_bundle_of_each_kind_stays(
    server: LicenseServer, worker: Worker, clock: time_machine.Traveller
) -> None:
    other = licensed_server("ls2.example.org")
    old, new = deliver(server, worker, clock), deliver(server, worker, clock)
    usage, elsewhere = deliver(server, worker, clock, kind="usage"), deliver(other, worker, clock)
    assert later() == retention.Tidied(bundles=1, rows=0, leftovers=0)
    assert kept() == digests(new, usage, elsewhere)
    assert shown(server) == {new.bundle_name, usage.bundle_name}
    old.refresh_from_db()
    assert old.bundle_deleted_at
    assert old.bundle_sha256 not in {"", new.bundle_sha256}
    assert later().bundles == 0


@pytest.mark.parametrize("state", [State.QUEUED, State.FAILED, State.REFUSED, State.READY, State.CARRIED])
def test_what_did_not_arrive_stays_however_many_arrive_after_it(
    server: LicenseServer, worker: Worker, clock: time_machine.Traveller, state: State
) -> None:
    waiting = begin(server)
    seal_for(waiting, at=timezone.now())
    Upload.objects.filter(pk=waiting.pk).update(state=State.FAILED, next_attempt_at=timezone.now() + 900 * DAY)
    deliver(server, worker, clock)
    last = deliver(server, worker, clock)
    Upload.objects.filter(pk=waiting.pk).update(state=state)
    tidy(now=timezone.now() + 1000 * DAY)
    assert kept() == digests(waiting, last)
    assert waiting.bundle_name in shown(server)


def test_what_a_person_carried_stays_until_a_person_lets_it_go(
    server: LicenseServer, worker: Worker, clock: time_machine.Traveller
) -> None:
    carried = deliver(server, worker, clock)
    Upload.objects.filter(pk=carried.pk).update(trigger=Trigger.CARRIED)
    deliver(server, worker, clock)
    assert later().bundles == 0
    assert carried.bundle_sha256 in kept()


def test_a_running_upload_keeps_the_bytes_that_it_reads(
    server: LicenseServer, worker: Worker, clock: time_machine.Traveller
) -> None:
    running = deliver(server, worker, clock)
    deliver(server, worker, clock)
    lease = {"state": State.SENDING, "lease_until": timezone.now() + DAY, "finished_at": None}
    Upload.objects.filter(pk=running.pk).update(**lease)
    assert later().bundles == 0
    assert running.bundle_sha256 in kept()


def test_previews_stay(server: LicenseServer, worker: Worker, clock: time_machine.Traveller) -> None:
    preview = seal_preview(server, program_code="telemetry", kind="compliance", at=timezone.now())
    deliver(server, worker, clock)
    last = deliver(server, worker, clock)
    tidy(now=timezone.now() + 40 * DAY)
    assert kept() == {preview.bundle_sha256, last.bundle_sha256}


def test_leftovers_of_a_crash_go_after_a_day_and_nothing_else(
    server: LicenseServer, worker: Worker, clock: time_machine.Traveller
) -> None:
    last = deliver(server, worker, clock)
    store = bundle_store.store_folder()
    orphan, foreign = store / "ab" / f"{'ab' * 32}.zip", store / "ab" / "notes.zip"
    draft = store / ".building-x.zip"
    for path in (orphan, foreign, draft):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
        written_at(path)
    assert sweep_all(timezone.now() + ORPHAN_AFTER - timedelta(seconds=1)) == 0
    assert sweep_all(timezone.now() + ORPHAN_AFTER + timedelta(hours=5)) == 2
    assert kept() == digests(last) | {"notes"}


def sweep_all(now: datetime) -> int:
    """Every folder has had its turn by now."""
    gone = [retention.sweep(now=now - timedelta(minutes=10 * turn)) for turn in range(24)]
    return sum(gone)


@pytest.mark.parametrize("step", ["mark", "first unlink", "second unlink"])
def test_killed_at_any_step_the_sweep_finishes(
    server: LicenseServer,
    worker: Worker,
    clock: time_machine.Traveller,
    step: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deliver(server, worker, clock)
    last = deliver(server, worker, clock)
    with monkeypatch.context() as patch:
        kill_at(patch, step)
        with pytest.raises(Killed):
            later()
    promised = Upload.objects.exclude(bundle_sha256="").filter(bundle_deleted_at__isnull=True)
    assert all(bundle_store.path_of(upload.bundle_sha256).is_file() for upload in promised)
    sweep_all(timezone.now() + 2 * DAY)
    assert kept() == digests(last)
    assert shown(server) == {last.bundle_name}


def kill_at(patch: pytest.MonkeyPatch, step: str) -> None:
    unlink, count = Path.unlink, [0]

    def killing(path: Path, *, missing_ok: bool = False) -> None:
        count[0] += 1
        if count[0] == (1 if step == "first unlink" else 2):
            raise Killed
        unlink(path, missing_ok=missing_ok)

    def kill(*_: object, **__: object) -> None:
        raise Killed

    if step == "mark":
        patch.setattr(retention, "_remove_unneeded", kill)
    else:
        patch.setattr(Path, "unlink", killing)


def test_the_bytes_of_a_canceled_upload_go_with_its_row(
    server: LicenseServer, worker: Worker, clock: time_machine.Traveller, line: Line
) -> None:
    line.fail(IDENTITY, answers(400))
    upload = begin(server)
    seal_for(upload, at=timezone.now())
    at = timezone.now()
    Upload.objects.filter(pk=upload.pk).update(state=State.CANCELED, finished_at=at, next_attempt_at=None)
    tidy(now=at + 364 * DAY)
    assert kept() == digests(upload)
    tidy(now=at + 366 * DAY)
    assert (kept(), shown(server), Upload.objects.count()) == (set(), set(), 0)


def test_the_name_of_an_observed_bundle_leads_nowhere(
    server: LicenseServer, worker: Worker, clock: time_machine.Traveller
) -> None:
    old = deliver(server, worker, clock)
    deliver(server, worker, clock)
    victim = bundle_store.resource_folder(server) / "victim"
    os.link(bundle_store.path_of(old.bundle_sha256), victim)
    row(server, days_ago=3, state=State.OBSERVED, trigger=Trigger.OBSERVED, bundle_sha256=old.bundle_sha256,
        bundle_name="../victim", bundle_deleted_at=None)  # fmt: skip
    assert later().bundles == 1
    assert victim.is_file()
    assert old.bundle_sha256 not in kept()
