"""Does less leave, from the decision on, and nothing of what was sealed before?"""

import pytest
import time_machine
from django.utils import timezone

from programs.catalog import program
from programs.consent import DecisionRefused
from programs.models import ConsentDecision, Door
from programs.texts import sharing_text
from servers import registration
from servers.models import LicenseServer
from tests.uploads.conftest import Worker, begin, ended, licensed_server
from tests.uploads.deciding import ELECTRONIC, MANUAL, an_element, grant, holds, report, starts, withdraws
from tests.uploads.faulty_line import CHUNK, Line, answers
from uploads.dispatch import plan_due
from uploads.fence import AGREED_TO_LESS, close_fence
from uploads.models import Preview, Upload
from uploads.sealing import seal_preview
from uploads.starting import NotStarted
from uploads.states import State
from uploads.withdrawing import choose_sharing, registration_ended

pytestmark = pytest.mark.usefixtures("small_chunks")
BY_HAND = "Required. Reports are carried by hand; nothing is sent."


def test_it_cancels_what_waits_and_what_would_be_tried_again(server: LicenseServer, upload: Upload) -> None:
    failed = Upload.objects.create(
        server=server, program="telemetry", kind="compliance", period=server.service_started_at,
        created_at=timezone.now(), state=State.FAILED, next_attempt_at=timezone.now(),
    )  # fmt: skip
    Upload.objects.update(program="call_home")
    grant(server)
    assert withdraws(server).canceled == 2
    for one in (upload, failed):
        one.refresh_from_db()
        assert (one.state, one.result_code, one.finished_at) == (State.CANCELED, "CTX_UPLOADER_ERROR_CANCELED",
                                                                 timezone.now())  # fmt: skip
        assert (one.next_attempt_at, one.lease_holder) == (None, "")


def test_it_leaves_other_servers_programs_and_the_past_alone(server: LicenseServer, upload: Upload) -> None:
    other = begin(licensed_server("ls2.example.org"))
    Upload.objects.filter(pk=upload.pk).update(program="ceip")
    assert report(server, MANUAL).canceled == 0
    assert {one.state for one in (other, upload)} == {State.QUEUED}


def test_what_was_canceled_never_leaves(line: Line, worker: Worker, server: LicenseServer, upload: Upload) -> None:
    report(server, MANUAL)
    assert worker.send(upload) is None
    report(server, ELECTRONIC)
    assert worker.send(upload) is None
    assert line.seen == []


def test_a_failed_upload_of_before_does_not_come_back(line: Line, worker: Worker, server: LicenseServer) -> None:
    grant(server)
    upload = starts(server)
    line.fail(CHUNK, *[answers(503)] * 3)
    assert ended(worker.send(upload)) == ("try_again", "SERVER")
    withdraws(server)
    grant(server)
    upload.refresh_from_db()
    assert upload.state == State.CANCELED


def test_declining_sends_nothing(line: Line, server: LicenseServer) -> None:
    text = sharing_text(program("call_home"), program("ceip")).sha256
    choose_sharing(server, choice="none", by="dora", door=Door.PAGE, text_sha256=text)
    assert [row.action for row in ConsentDecision.objects.all()] == ["withdraw", "withdraw"]
    assert line.seen == []
    assert not Upload.objects.exists()


def test_a_withdrawal_ends_an_optional_program(line: Line, worker: Worker, server: LicenseServer) -> None:
    grant(server)
    upload = starts(server)
    assert withdraws(server).canceled == 1
    assert worker.send(upload) is None
    with pytest.raises(NotStarted, match="not chosen"):
        starts(server)
    assert line.seen == []


def test_what_is_refused_closes_nothing(server: LicenseServer, upload: Upload) -> None:
    with pytest.raises(DecisionRefused, match="mandatory"):
        withdraws(server, "telemetry")
    upload.refresh_from_db()
    assert upload.state == State.QUEUED


def test_call_home_instead_of_ceip_ends_the_uploads_of_ceip(server: LicenseServer) -> None:
    grant(server, "ceip")
    upload = starts(server, "ceip")
    text = sharing_text(program("call_home"), program("ceip")).sha256
    done = choose_sharing(server, choice="call_home", by="dora", door=Door.PAGE, text_sha256=text)
    assert ([row.action for row in done.decisions], done.canceled) == (["grant", "withdraw"], 1)
    upload.refresh_from_db()
    assert upload.attempts.count() == 0


def test_a_held_element_does_not_leave_in_a_bundle_that_has_it(
    line: Line, worker: Worker, server: LicenseServer
) -> None:
    grant(server)
    upload = starts(server)
    line.fail(CHUNK, *[answers(503)] * 3)
    worker.send(upload)
    assert upload.bundle_sha256
    assert holds(server, an_element()).canceled == 1
    upload.refresh_from_db()
    assert upload.state == State.CANCELED


def test_an_upload_that_is_not_sealed_yet_goes_on_without_the_held_element(server: LicenseServer) -> None:
    grant(server)
    upload = starts(server)
    assert holds(server, an_element()).canceled == 0
    upload.refresh_from_db()
    assert upload.state == State.QUEUED


def test_a_bundle_that_was_sealed_on_more_stops_at_the_fence(line: Line, worker: Worker, server: LicenseServer) -> None:
    grant(server)
    upload = starts(server)
    line.fail(CHUNK, *[answers(503)] * 3)
    worker.send(upload)
    line.clear()
    grant(server, elements=[an_element()])  # less than before, and nobody closed the fence
    Upload.objects.update(state=State.QUEUED, next_attempt_at=None)
    assert ended(worker.send(upload)) == ("canceled", "CANCELED")
    assert (line.seen, upload.attempts.last().evidence) == ([], AGREED_TO_LESS)  # type: ignore[union-attr]


def test_what_enforcement_sealed_stops_with_it(line: Line, worker: Worker, server: LicenseServer) -> None:
    LicenseServer.objects.update(is_provider=True)
    upload = starts(server)
    line.fail(CHUNK, *[answers(503)] * 3)
    worker.send(upload)
    LicenseServer.objects.update(is_provider=False)
    grant(server)
    Upload.objects.update(state=State.QUEUED, next_attempt_at=None, sealed_under=99)
    line.clear()
    assert ended(worker.send(upload)) == ("canceled", "CANCELED")
    assert line.seen == []


def test_a_preview_of_more_is_not_sent(server: LicenseServer, clock: time_machine.Traveller) -> None:
    grant(server)
    kind = program("call_home").uploads[0].kind
    preview = seal_preview(server, program_code="call_home", kind=kind, at=timezone.now())
    grant(server, elements=[an_element()])
    with pytest.raises(NotStarted, match="changed after this preview was sealed"):
        starts(server, sha256=preview.bundle_sha256)


def test_a_preview_of_what_is_off_shows_all_and_is_not_sent_by_a_later_grant(
    server: LicenseServer, clock: time_machine.Traveller
) -> None:
    kind = program("call_home").uploads[0].kind
    preview = seal_preview(server, program_code="call_home", kind=kind, at=timezone.now())
    with pytest.raises(NotStarted, match="not chosen"):
        starts(server, sha256=preview.bundle_sha256)
    grant(server)
    with pytest.raises(NotStarted, match="Seal a new preview"):
        starts(server, sha256=preview.bundle_sha256)


def test_a_withdrawal_forgets_the_preview(server: LicenseServer, clock: time_machine.Traveller) -> None:
    grant(server)
    seal_preview(server, program_code="call_home", kind=program("call_home").uploads[0].kind, at=timezone.now())
    withdraws(server)
    assert not Preview.objects.exists()


def test_a_registration_that_ended_takes_event_data_with_it(server: LicenseServer) -> None:
    now = timezone.now()
    code = registration.open_code(server, code="ABCD1234", remote_id="7", at=now)
    registration.confirm(code, customer_id="acme", at=now)
    grant(server, "event_data")
    starts(server, "event_data")
    registration.remove(server, at=now)
    done = registration_ended(server, by="ada", door=Door.PAGE, reason="Registration removed")
    assert ([row.action for row in done.decisions], done.canceled) == (["withdraw"], 1)
    assert registration_ended(server, by="ada", door=Door.PAGE, reason="").decisions == ()


def test_what_is_due_follows_the_choice(server: LicenseServer, clock: time_machine.Traveller) -> None:
    grant(server)
    plan_due(now=timezone.now())
    assert "call_home" in set(Upload.objects.values_list("program", flat=True))
    withdraws(server)
    clock.shift(86_400)
    plan_due(now=timezone.now())
    assert not Upload.objects.filter(program="call_home", state=State.QUEUED).exists()


def test_before_the_first_upload_what_it_carries_is_announced(
    line: Line, worker: Worker, server: LicenseServer, upload: Upload
) -> None:
    worker.send(upload)
    (row,) = ConsentDecision.objects.all()
    assert (row.action, row.program) == ("announced", "telemetry")
    assert upload.sealed_under == row.sequence


def test_closing_twice_cancels_once(server: LicenseServer, upload: Upload) -> None:
    canceled = [close_fence(server, program_code="telemetry", reason=BY_HAND) for _ in range(2)]
    assert canceled == [1, 0]
