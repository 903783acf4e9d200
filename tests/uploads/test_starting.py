"""How does an upload begin by hand? Once, exactly as previewed, or with a sentence why not."""

from threading import Barrier, Thread

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from servers.models import LicenseServer, ReportingMode
from servers.registry import archive_server, change_server
from tests.uploads.conftest import Worker, begin, ended, licensed_server
from tests.uploads.faulty_line import CHUNK, Line, answers
from uploads import bundle_store
from uploads.models import Preview, Trigger, Upload
from uploads.sealing import seal_preview
from uploads.starting import NotStarted, retry_now, start_upload
from uploads.states import State


def preview_of(server: LicenseServer) -> Preview:
    return seal_preview(server, program_code="telemetry", kind="compliance", at=timezone.now())


def test_it_waits_for_a_worker(server: LicenseServer, clock: time_machine.Traveller) -> None:
    upload = begin(server)
    assert (upload.state, upload.trigger, upload.period) == (State.QUEUED, Trigger.PERSON, timezone.now())
    assert upload.is_moving


def test_a_second_press_gives_the_same_upload(server: LicenseServer) -> None:
    assert begin(server) == begin(server)
    assert Upload.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_the_same_moment_are_one_upload() -> None:
    server, barrier, begun = licensed_server("ls1.example.org"), Barrier(4), []

    def press() -> None:
        barrier.wait()
        try:
            begun.append(begin(server).pk)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(begun) == 4
    assert set(begun) == {Upload.objects.get().pk}


def test_after_the_end_a_press_is_a_new_upload(
    line: Line, worker: Worker, upload: Upload, clock: time_machine.Traveller
) -> None:
    worker.send(upload)
    clock.shift(1)
    assert begin(upload.server) != upload


def test_the_exact_preview_is_sent(
    line: Line, worker: Worker, server: LicenseServer, clock: time_machine.Traveller
) -> None:
    preview = preview_of(server)
    clock.shift(3600)
    upload = begin(server, sha256=preview.bundle_sha256)
    assert (upload.bundle_name, upload.size) == (preview.bundle_name, preview.size)
    assert ended(worker.send(upload))[0] == "delivered"
    assert upload.bundle_sha256 == preview.bundle_sha256


def test_a_second_press_on_the_preview_gives_the_same_upload(server: LicenseServer) -> None:
    preview = preview_of(server)
    assert begin(server, sha256=preview.bundle_sha256) == begin(server, sha256=preview.bundle_sha256)


def test_a_preview_is_not_swallowed_by_another_upload_that_waits(server: LicenseServer) -> None:
    waiting, preview = begin(server), preview_of(server)
    upload = begin(server, sha256=preview.bundle_sha256)
    assert upload != waiting
    assert upload.bundle_sha256 == preview.bundle_sha256


def test_a_preview_that_was_replaced_is_refused(server: LicenseServer, clock: time_machine.Traveller) -> None:
    old = preview_of(server).bundle_sha256
    clock.shift(60)
    preview_of(server)
    with pytest.raises(NotStarted, match="This preview was replaced by a newer one"):
        begin(server, sha256=old)
    assert not Upload.objects.exists()


def test_a_preview_that_was_sent_is_refused(
    line: Line, worker: Worker, server: LicenseServer, clock: time_machine.Traveller
) -> None:
    preview = preview_of(server)
    worker.send(begin(server, sha256=preview.bundle_sha256))
    with pytest.raises(NotStarted, match="is in the upload history already"):
        begin(server, sha256=preview.bundle_sha256)


def test_a_preview_whose_bytes_are_gone_is_refused(server: LicenseServer) -> None:
    preview = preview_of(server)
    bundle_store.path_of(preview.bundle_sha256).unlink()
    with pytest.raises(NotStarted, match="Seal a new preview to send"):
        begin(server, sha256=preview.bundle_sha256)
    assert not Upload.objects.exists()


def test_a_preview_of_another_server_is_refused(server: LicenseServer) -> None:
    foreign = preview_of(licensed_server("ls2.example.org"))
    with pytest.raises(NotStarted):
        begin(server, sha256=foreign.bundle_sha256)


def test_manual_reporting_is_refused_with_the_sentence(server: LicenseServer) -> None:
    change_server(server, reporting_mode=ReportingMode.MANUAL)
    with pytest.raises(NotStarted, match=r"Required\. Reports are carried by hand; nothing is sent\."):
        begin(server)


def test_an_archived_server_is_refused_with_the_sentence(server: LicenseServer) -> None:
    archive_server(server)
    with pytest.raises(NotStarted, match=r"This server is archived\."):
        begin(server)


def test_a_retry_asks_too(line: Line, worker: Worker, upload: Upload) -> None:
    line.fail(CHUNK, answers(400))
    worker.send(upload)
    change_server(upload.server, reporting_mode=ReportingMode.MANUAL)
    with pytest.raises(NotStarted, match="carried by hand"):
        retry_now(Upload.objects.get(), at=timezone.now())


def test_an_unknown_program_is_a_mistake_of_the_caller(server: LicenseServer) -> None:
    with pytest.raises(KeyError):
        start_upload(server, program_code="nothing", kind="compliance", by=None)
