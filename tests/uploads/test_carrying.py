"""Does a sealed report survive every change between the network and the courier, and arrive once?"""

import pytest
import time_machine
from django.utils import timezone

from programs.schedule import EVERY
from servers.models import LicenseServer, ReportingMode
from servers.registry import change_server
from tests.uploads.conftest import Peer, Worker, begin, ended
from tests.uploads.deciding import ELECTRONIC, MANUAL, report
from tests.uploads.faulty_line import CHUNK, Line, answers
from uploads import bundle_store
from uploads.dispatch import tick
from uploads.models import Attempt, Trigger, Upload
from uploads.reporting import next_upload, reporting_of
from uploads.settling import last_result
from uploads.starting import NotStarted, retry_now, start_upload
from uploads.states import State

pytestmark = pytest.mark.usefixtures("small_chunks")
REFUSES = [answers(503)] * 3


def a_day(worker: Worker) -> list[Upload]:
    """What the scheduler finds due now, and what a worker makes of it."""
    tick(now=timezone.now(), send=lambda _: True)
    uploads = list(Upload.objects.filter(state__in=[State.QUEUED, State.FAILED]).order_by("kind"))
    for upload in uploads:
        worker.send(upload)
    return uploads


def test_a_day_by_hand_is_sealed_and_waits(
    line: Line, worker: Worker, server: LicenseServer, clock: time_machine.Traveller
) -> None:
    report(server, MANUAL)
    uploads = a_day(worker)
    assert [(one.kind, one.state, one.trigger) for one in uploads] == [
        ("compliance", State.READY, Trigger.CARRIED), ("usage", State.READY, Trigger.CARRIED)]  # fmt: skip
    assert line.seen == []
    for one in uploads:
        assert bundle_store.open_checked(one.bundle_sha256).stat().st_size == one.size
        attempt = one.attempts.get()
        assert (attempt.verdict, attempt.code, attempt.destination) == (Attempt.Verdict.SEALED, "", "")
        assert (one.destination, one.result_code, one.next_attempt_at, one.lease_holder) == ("", "", None, "")
        assert last_result(one) is None


def test_its_files_lie_where_the_product_keeps_them(
    worker: Worker, server: LicenseServer, clock: time_machine.Traveller
) -> None:
    report(server, MANUAL)
    compliance, usage = a_day(worker)
    resource = bundle_store.resource_folder(server)
    found = {str(path.relative_to(resource)) for path in resource.rglob("*.zip")}
    assert found == {f"usage/{compliance.bundle_name}", f"cis bundles/ul_usage/{usage.bundle_name}"}
    assert not list(resource.rglob("*.xml")), "no result is claimed before anything arrived"


def test_by_hand_nothing_counts_and_nothing_leaves_by_itself(
    worker: Worker, server: LicenseServer, clock: time_machine.Traveller
) -> None:
    report(server, MANUAL)
    a_day(worker)
    server.refresh_from_db()
    assert (reporting_of(server).last_success, reporting_of(server).failing) == (None, 0)
    assert next_upload(server, now=timezone.now()) is None


def test_what_failed_with_a_bundle_is_carried_as_it_is(
    line: Line, worker: Worker, server: LicenseServer, clock: time_machine.Traveller
) -> None:
    line.fail(CHUNK, *REFUSES, *REFUSES)
    failed = a_day(worker)
    assert {one.state for one in failed} == {State.FAILED}
    assert report(server, MANUAL).canceled == 0
    for one in failed:
        digest = one.bundle_sha256
        one.refresh_from_db()
        assert (one.state, one.trigger, one.bundle_sha256) == (State.READY, Trigger.CARRIED, digest)
        assert (one.next_attempt_at, worker.send(one)) == (None, None)


def test_it_leaves_as_it_is_when_reporting_is_electronic_again(
    *, line: Line, peer: Peer, worker: Worker, server: LicenseServer, clock: time_machine.Traveller
) -> None:
    line.fail(CHUNK, *REFUSES)
    failed = a_day(worker)[0]
    digest = failed.bundle_sha256
    report(server, MANUAL)
    report(server, ELECTRONIC)
    failed.refresh_from_db()
    assert (failed.state, failed.trigger) == (State.QUEUED, Trigger.SCHEDULE)
    worker.send(failed)
    assert (failed.state, peer.whole(failed)) == (State.DELIVERED, [digest])


def test_a_daily_one_that_was_not_sealed_is_sealed_for_the_courier(
    line: Line, worker: Worker, server: LicenseServer, clock: time_machine.Traveller
) -> None:
    tick(now=timezone.now(), send=lambda _: True)
    assert report(server, MANUAL).canceled == 0
    upload = Upload.objects.get(kind="compliance")
    assert (upload.state, upload.trigger) == (State.QUEUED, Trigger.CARRIED)
    assert ended(worker.send(upload)) == ("sealed", "")
    assert (upload.state, line.seen) == (State.READY, [])


def test_only_what_a_person_wanted_to_send_now_is_canceled(server: LicenseServer, upload: Upload) -> None:
    assert report(server, MANUAL).canceled == 1
    upload.refresh_from_db()
    assert (upload.state, upload.result_code) == (State.CANCELED, "CTX_UPLOADER_ERROR_CANCELED")
    with pytest.raises(NotStarted, match="carried by hand"):
        begin(server)


def test_back_to_electronic_every_sealed_report_leaves_once_and_unchanged(
    *, line: Line, peer: Peer, worker: Worker, server: LicenseServer, clock: time_machine.Traveller
) -> None:
    report(server, MANUAL)
    days = []
    for _ in range(3):
        days += a_day(worker)
        clock.shift(EVERY)
    digests = {one.pk: one.bundle_sha256 for one in days}
    report(server, ELECTRONIC)
    a_day(worker)
    for one in days:
        one.refresh_from_db()
        assert (one.state, one.trigger) == (State.DELIVERED, Trigger.SCHEDULE)
        assert peer.whole(one) == [digests[one.pk]]
    assert Upload.objects.count() == len(days) + 2


def test_what_was_sealed_while_the_mode_changed_is_found_by_the_next_tick(
    line: Line, worker: Worker, server: LicenseServer, clock: time_machine.Traveller
) -> None:
    report(server, MANUAL)
    a_day(worker)
    change_server(LicenseServer.objects.get(), reporting_mode=ReportingMode.ELECTRONIC)
    a_day(worker)
    assert set(Upload.objects.values_list("state", flat=True)) == {State.DELIVERED}


def test_a_worker_that_finds_the_mode_changed_says_that_it_is_carried(
    line: Line, worker: Worker, server: LicenseServer, clock: time_machine.Traveller
) -> None:
    tick(now=timezone.now(), send=lambda _: True)
    change_server(LicenseServer.objects.get(), reporting_mode=ReportingMode.MANUAL)
    upload = Upload.objects.get(kind="compliance")
    assert (ended(worker.send(upload)), upload.trigger) == (("sealed", ""), Trigger.CARRIED)


def test_what_somebody_carries_is_not_sent_as_well(
    line: Line, worker: Worker, server: LicenseServer, clock: time_machine.Traveller
) -> None:
    report(server, MANUAL)
    upload = a_day(worker)[0]
    Upload.objects.update(state=State.CARRIED)
    report(server, ELECTRONIC)
    assert (a_day(worker), line.seen) == ([], [])
    upload.refresh_from_db()
    assert upload.state == State.CARRIED
    with pytest.raises(NotStarted, match="carried, no receipt yet; there is nothing to try again"):
        retry_now(upload, at=timezone.now())


def test_a_worker_that_died_while_sealing_is_followed_by_another(
    line: Line, worker: Worker, server: LicenseServer, clock: time_machine.Traveller
) -> None:
    report(server, MANUAL)
    tick(now=timezone.now(), send=lambda _: True)
    upload = Upload.objects.get(kind="usage")
    Upload.objects.filter(pk=upload.pk).update(state=State.SENDING, lease_until=timezone.now(), lease_holder="dead")
    clock.shift(1)
    assert ended(worker.send(upload)) == ("sealed", "")
    assert (upload.state, line.seen) == (State.READY, [])


def test_an_upload_by_hand_of_another_program_still_leaves(
    line: Line, worker: Worker, server: LicenseServer, clock: time_machine.Traveller
) -> None:
    LicenseServer.objects.update(is_provider=True)
    report(server, MANUAL)
    upload = start_upload(server, program_code="call_home", kind="diagnostic", by=None)
    worker.send(upload)
    assert upload.state == State.DELIVERED
