"""While bytes are leaving: when a withdrawal is acknowledged, was that the last one?

FENCE_MOMENTS is how many random moments are tried; the long profile of Hypothesis tries a thousand.
"""

import os
import random
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from servers.models import LicenseServer
from tests.receiver.running import RunningReceiver
from tests.uploads.conftest import CHUNK_BYTES, Peer, Worker, begin, licensed_server
from tests.uploads.counting_line import CountingLine, counting_line
from tests.uploads.deciding import ELECTRONIC, MANUAL, in_thread, report
from tests.uploads.faulty_line import CHUNK, Hold, Line, passes
from uploads import fence_lock, kept_token, policy
from uploads.fence import FenceStillOpen
from uploads.models import Attempt, Upload
from uploads.sealing import seal_for
from uploads.states import State
from uploads.transfer import transfer

pytestmark = [pytest.mark.usefixtures("small_chunks"), pytest.mark.django_db(transaction=True)]
MOMENTS = int(os.environ.get("FENCE_MOMENTS") or (1000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 30))


def test_it_waits_for_the_request_that_is_under_way(line: Line, peer: Peer, worker: Worker) -> None:
    server = licensed_server("ls1.example.org")
    upload, hold = begin(server), Hold()
    waits: list[str] = []
    line.fail(CHUNK, passes, hold)
    sending = in_thread(lambda: worker.send(upload))

    def pause(seconds: float) -> None:
        waits.append(Upload.objects.get(pk=upload.pk).state)
        hold.go_on.set()
        threading.Event().wait(seconds)

    assert hold.reached.wait(30)
    report(server, MANUAL, pause=pause)
    sent = len(line.seen)
    sending.join()
    upload.refresh_from_db()
    assert waits
    assert set(waits) == {State.SENDING}
    assert (len(line.seen), line.offsets(), peer.bytes_of(upload)) == (sent, [0, 300], 600)
    # Whoever is first writes the end of the attempt: who decided, or the worker that finds the network closed.
    assert upload.attempts.get().verdict in {Attempt.Verdict.CANCELED, Attempt.Verdict.SEALED}
    assert upload.state == State.READY


def test_what_arrived_whole_meanwhile_is_delivered_not_canceled(line: Line, peer: Peer, worker: Worker) -> None:
    server = licensed_server("ls1.example.org")
    upload, hold = begin(server), Hold()
    seal_for(upload, at=timezone.now())
    line.fail(CHUNK, *[passes] * (-(-upload.size // CHUNK_BYTES) - 1), hold)
    sending = in_thread(lambda: worker.send(upload))
    assert hold.reached.wait(30)
    hold.go_on.set()
    report(server, MANUAL)
    sending.join()
    upload.refresh_from_db()
    assert (upload.state, peer.whole(upload)) == (State.DELIVERED, [upload.bundle_sha256])


def test_a_request_that_takes_too_long_is_told_and_is_the_last(
    line: Line, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "FENCE_TRIES", 3)
    server = licensed_server("ls1.example.org")
    upload, hold = begin(server), Hold()
    waits: list[float] = []
    line.fail(CHUNK, hold)
    sending = in_thread(lambda: worker.send(upload))
    assert hold.reached.wait(30)
    with pytest.raises(FenceStillOpen, match="still under way; nothing follows it"):
        report(server, MANUAL, pause=waits.append)
    assert (len(waits), Upload.objects.get(pk=upload.pk).state) == (3, State.READY)
    assert LicenseServer.objects.get(pk=server.pk).reporting_mode == MANUAL
    hold.go_on.set()
    sending.join()
    assert line.steps()[-1] == CHUNK
    assert line.offsets() == [0]


def test_another_program_or_server_is_not_waited_for(line: Line, worker: Worker) -> None:
    server, other = licensed_server("ls1.example.org"), licensed_server("ls2.example.org")
    upload, hold = begin(server), Hold()
    line.fail(CHUNK, hold)
    sending = in_thread(lambda: worker.send(upload))
    assert hold.reached.wait(30)
    assert not fence_lock.is_free(server, "telemetry")
    assert fence_lock.is_free(server, "ceip")
    assert fence_lock.is_free(other, "telemetry")
    hold.go_on.set()
    sending.join()
    assert fence_lock.is_free(server, "telemetry")


def test_a_withdrawal_just_before_a_request_begins_stops_it(
    line: Line, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, lock = licensed_server("ls1.example.org"), fence_lock.shared

    def late(one: LicenseServer, program_code: str) -> AbstractContextManager[None]:
        if line.offsets() == [0]:
            in_thread(lambda: report(server, MANUAL)).join()
        return lock(one, program_code)

    monkeypatch.setattr("uploads.fence_lock.shared", late)
    worker.send(begin(server))
    assert line.offsets() == [0]


def test_after_any_random_moment_not_one_more_byte_leaves(
    receiving: RunningReceiver, settings: Settings, worker: Worker
) -> None:
    """The seed is fixed, the threads are not: every run meets other moments."""
    server, chance = licensed_server("ls1.example.org"), random.Random(7)
    left = []
    with counting_line(receiving.port) as line:
        settings.CIS_URL = line.url
        worker.send(begin(server))
        everything = line.count
        for _ in range(MOMENTS):
            line.begin(moment=chance.randint(1, everything), hold=chance.choice([0.0, 0.01, 0.1]))
            left.append(bytes_before_and_after(line, server, begin(server)))
            report(server, ELECTRONIC)
            Upload.objects.filter(state=State.QUEUED).update(state=State.CANCELED)  # the next one begins anew
    assert {after for _, after in left} == {0}
    assert len({before for before, _ in left}) > 3  # it was not always the same request


def bytes_before_and_after(line: CountingLine, server: LicenseServer, upload: Upload) -> tuple[int, int]:
    """Bytes that left before and after a withdrawal was acknowledged; it begins at the moment of the line."""
    kept_token.forget()  # the log-in has its moments too
    sending = in_thread(lambda: transfer(upload.pk))
    assert line.reached.wait(30)
    report(server, MANUAL)
    before = line.count
    line.go_on.set()
    sending.join()
    return before, line.count - before


def test_a_decision_is_never_waited_for_inside_a_transaction() -> None:
    server = licensed_server("ls1.example.org")
    with pytest.raises(RuntimeError, match="durable"):
        inside_transaction(lambda: report(server, MANUAL))
    assert LicenseServer.objects.get().reporting_mode == ELECTRONIC


def inside_transaction(work: Callable[[], object]) -> None:
    with transaction.atomic():
        work()
