"""After a withdrawal: does not one more byte leave?"""

from collections.abc import Callable

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from servers.models import LicenseServer, ReportingMode
from servers.registry import archive_server, change_server
from tests.uploads.conftest import Peer, Worker, begin, ended, licensed_server
from tests.uploads.faulty_line import BUNDLE, CHUNK, GRANT, IDENTITY, TOKEN, Line, Meanwhile, answers, passes
from uploads import bundle_store, policy
from uploads.fence import Fenced, ask_fence
from uploads.models import Upload
from uploads.states import State

pytestmark = pytest.mark.usefixtures("small_chunks")


def goes_manual(server: LicenseServer) -> None:
    change_server(LicenseServer.objects.get(pk=server.pk), reporting_mode=ReportingMode.MANUAL)


# What ends it, the reason that a person reads, and what becomes of the upload.
WITHDRAWALS = [
    pytest.param(archive_server, "This server is archived. Nothing is due any more.", State.CANCELED, id="archived"),
    pytest.param(goes_manual, "Required. Reports are carried by hand; nothing is sent.", State.READY, id="manual"),
]
ENDS = {State.CANCELED: ("canceled", "CANCELED"), State.READY: ("sealed", "")}


@pytest.mark.parametrize(("withdraw", "reason", "state"), WITHDRAWALS)
def test_before_the_first_request_nothing_is_sent(
    *, line: Line, worker: Worker, upload: Upload, withdraw: Callable[[LicenseServer], None], reason: str, state: State
) -> None:
    withdraw(upload.server)
    assert ended(worker.send(upload)) == ENDS[state]
    assert line.seen == []
    assert bool(list(bundle_store.store_folder().rglob("*.zip"))) == (state == State.READY)
    assert (upload.state, upload.attempts.get().evidence) == (state, reason)
    assert upload.finished_at == (timezone.now() if state == State.CANCELED else None)


@pytest.mark.parametrize(("withdraw", "reason", "state"), WITHDRAWALS)
def test_in_a_pause_the_repeat_is_not_sent(
    *, line: Line, peer: Peer, worker: Worker, upload: Upload, withdraw: Callable[[LicenseServer], None], reason: str,
    state: State,
) -> None:  # fmt: skip
    worker.pausing = lambda: withdraw(upload.server)
    line.fail(CHUNK, passes, answers(503))
    assert ended(worker.send(upload)) == ENDS[state]
    assert line.offsets() == [0, 300]
    assert peer.bytes_of(upload) == 300
    assert (upload.state, upload.attempts.get().evidence) == (state, reason)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", [IDENTITY, TOKEN, BUNDLE, CHUNK])
@pytest.mark.parametrize(("withdraw", "reason", "state"), WITHDRAWALS)
def test_while_a_request_is_under_way_it_is_the_last(
    *, line: Line, peer: Peer, worker: Worker, withdraw: Callable[[LicenseServer], None], reason: str, step: str,
    state: State,
) -> None:  # fmt: skip
    server = licensed_server("ls1.example.org")
    upload = begin(server)

    def happens() -> None:
        withdraw(server)
        connection.close()

    line.fail(step, *[passes] * (step == CHUNK), Meanwhile(happens))
    assert ended(worker.send(upload)) == ENDS[state]
    assert line.steps()[-1] == step
    assert peer.bytes_of(upload) == (600 if step == CHUNK else 0)
    assert (upload.state, upload.attempts.get().evidence) == (state, reason)


def test_a_new_log_in_in_the_middle_asks_too(line: Line, worker: Worker, upload: Upload) -> None:
    line.fail(CHUNK, passes, answers(401))
    line.fail(GRANT, passes, answers(503))
    worker.pausing = lambda: archive_server(upload.server)
    assert ended(worker.send(upload)) == ("canceled", "CANCELED")
    assert line.steps()[-1] == GRANT


def test_it_asks_before_every_chunk(
    line: Line, worker: Worker, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def noted(one: Upload, *, holder: str) -> None:
        asked.append(len(line.seen))
        ask_fence(one, holder=holder)

    for module in ("uploads.fence", "uploads.transfer"):
        monkeypatch.setattr(f"{module}.ask_fence", noted)
    worker.send(upload)
    requests = line.steps()
    assert {number for number, step in enumerate(requests) if step in {IDENTITY, BUNDLE, CHUNK}} <= set(asked)


def test_it_asks_the_database_for_the_lease(upload: Upload, clock: time_machine.Traveller) -> None:
    until = timezone.now() + policy.LEASE
    Upload.objects.update(state=State.SENDING, lease_holder="me", lease_until=until)
    ask_fence(upload, holder="me")
    with pytest.raises(Fenced, match="Another worker"):
        ask_fence(upload, holder="other")


def test_what_was_canceled_is_not_sent_after_all(
    line: Line, worker: Worker, upload: Upload, clock: time_machine.Traveller
) -> None:
    archive_server(upload.server)
    worker.send(upload)
    LicenseServer.objects.update(archived_at=None)
    clock.shift(policy.LEASE * 10_000)
    assert worker.send(upload) is None
    assert line.seen == []
