"""Does a registration end, and does nobody become registered by mistake, whatever line and destination do?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from pytest_django import Settings

from programs.models import Door
from receiver.codes import CodeState
from servers.models import LicenseServer
from servers.registration import is_registered, newest, remove
from tests.receiver.running import PASSWORD, free_port
from tests.uploads.conftest import Peer
from tests.uploads.faulty_line import (
    GRANT,
    IDENTITY,
    Line,
    Meanwhile,
    answers,
    faulty_line,
    is_silent,
    loses_answer,
    redirects,
    says,
)
from tests.uploads.tenant import (
    CODES,
    QUARTER,
    REMOVALS,
    State,
    end,
    enter,
    failing,
    later,
    registered,
    remotely,
    sharing_server,
    state_after,
)
from uploads import registering
from uploads.registering import DestinationFailed, check, poll_waiting, remove_registration, request_code


@pytest.fixture
def sharing(db: None) -> LicenseServer:
    """A server that may be registered: its service-provider licenses enforce Call Home."""
    return sharing_server("ls1.example.org")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """The clock stands still at this very second: the receiver is a process of its own, with the clock of the machine.

    In these tests the receiver's clock runs on, by the seconds that a test takes.
    """
    with time_machine.travel(datetime.now(tz=UTC), tick=False) as traveller:
        yield traveller


class TestFailures:
    """Of the line and of the destination."""

    def test_a_closed_port_is_explained(self, sharing: LicenseServer, settings: Settings) -> None:
        settings.CIS_URL = f"http://127.0.0.1:{free_port()}"
        assert failing(lambda: request_code(sharing, by="ada")) == "NETWORK_OPEN"

    def test_a_wrong_password_is_explained_and_told_to_nobody(
        self, line: Line, sharing: LicenseServer, settings: Settings
    ) -> None:
        settings.CIS_PASSWORD = "wrong"
        with pytest.raises(DestinationFailed, match="did not accept the user name") as failed:
            request_code(sharing, by="ada")
        assert (failed.value.outcome.status, PASSWORD in str(failed.value.outcome)) == (403, False)

    @pytest.mark.parametrize(
        ("status", "code"), [(500, "SERVER"), (429, "SERVER"), (302, "RESPONSE"), (401, "AUTH"), (400, "REFUSED")]
    )
    def test_a_status_is_judged_as_that_of_an_upload(
        self, line: Line, sharing: LicenseServer, status: int, code: str
    ) -> None:
        line.fail(CODES, answers(status, b"{}"))
        assert failing(lambda: request_code(sharing, by="ada")) == code

    def test_a_redirect_is_not_followed(self, line: Line, sharing: LicenseServer) -> None:
        with faulty_line() as elsewhere:
            line.fail(CODES, redirects(307, to=f"{elsewhere.url}/registration/api/codes/"))
            assert failing(lambda: request_code(sharing, by="ada")) == "RESPONSE"
            assert elsewhere.seen == []

    def test_a_page_does_not_wait_long(
        self, line: Line, sharing: LicenseServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(registering, "PATIENCE_SECONDS", 0.2)
        line.fail(GRANT, is_silent)
        assert failing(lambda: request_code(sharing, by="ada")) == "TIMEOUT"

    def test_a_question_that_fails_leaves_the_code_waiting(self, line: Line, sharing: LicenseServer) -> None:
        request_code(sharing, by="ada")
        line.fail(IDENTITY, answers(503, b"{}"))
        assert failing(lambda: check(sharing)) == "SERVER"
        assert state_after(newest, sharing) == State.WAITING

    @pytest.mark.parametrize(
        "words",
        [{"state": "maybe"}, {"state": None}, {"state": "confirmed"}, {"state": "confirmed", "customer_id": ""}],
    )
    def test_an_odd_answer_registers_nobody(self, line: Line, sharing: LicenseServer, words: dict[str, Any]) -> None:
        code = request_code(sharing, by="ada")
        line.fail(code.remote_id, says(**words))
        assert failing(lambda: check(sharing)) == "RESPONSE"
        assert not is_registered(sharing)

    @pytest.mark.parametrize("answer", [answers(404, b"{}"), says(state="expired"), says(state="removed")])
    def test_a_code_that_nobody_knows_there_is_over(self, line: Line, sharing: LicenseServer, answer: Any) -> None:
        line.fail(request_code(sharing, by="ada").remote_id, answer)
        assert state_after(check, sharing) == State.EXPIRED

    def test_a_code_runs_out_here_even_if_nobody_answers(
        self, line: Line, peer: Peer, sharing: LicenseServer, settings: Settings, clock: time_machine.Traveller
    ) -> None:
        code, url = request_code(sharing, by="ada"), settings.CIS_URL
        settings.CIS_URL = "http://127.0.0.1:9"
        later(clock, QUARTER)
        assert state_after(check, sharing) == State.EXPIRED
        settings.CIS_URL = url
        assert poll_waiting(now=later(clock)) == 0
        assert poll_waiting(now=later(clock, registering.TELL_EVERY)) == 1
        assert remotely(peer, code).state is CodeState.REMOVED


class TestEnding:
    """Whatever the destination does."""

    @pytest.mark.parametrize("fault", [answers(500, b"{}"), answers(400, b"{}"), answers(200, b"<html>"), loses_answer])
    def test_it_counts_here_at_once_and_there_as_soon_as_somebody_listens(
        self, line: Line, peer: Peer, sharing: LicenseServer, fault: Any, clock: time_machine.Traveller
    ) -> None:
        registered(peer, sharing)
        line.fail(REMOVALS, fault)
        ended = end(sharing)
        assert (is_registered(sharing), ended.tell_removal) == (False, True)
        assert poll_waiting(now=later(clock)) == 0
        assert poll_waiting(now=later(clock, registering.TELL_EVERY)) == 1
        assert poll_waiting(now=later(clock, registering.TELL_EVERY)) == 0
        ended.refresh_from_db()
        assert (ended.tell_removal, remotely(peer, ended).state) == (False, CodeState.REMOVED)

    def test_it_counts_when_the_destination_is_gone(
        self, line: Line, peer: Peer, sharing: LicenseServer, settings: Settings
    ) -> None:
        registered(peer, sharing)
        settings.CIS_URL = "http://127.0.0.1:9"
        assert (end(sharing).tell_removal, is_registered(sharing)) == (True, False)

    def test_it_is_told_where_it_was_registered_and_nowhere_else(
        self, line: Line, peer: Peer, sharing: LicenseServer, settings: Settings, clock: time_machine.Traveller
    ) -> None:
        registered(peer, sharing)
        settings.SANDBOX = False
        line.clear()
        assert end(sharing).tell_removal
        assert poll_waiting(now=later(clock, registering.TELL_EVERY)) == 0
        assert line.seen == []
        settings.SANDBOX = True
        assert poll_waiting(now=later(clock, registering.TELL_EVERY)) == 1

    def test_an_end_that_nobody_knows_there_is_told(self, line: Line, peer: Peer, sharing: LicenseServer) -> None:
        registered(peer, sharing)
        line.fail(REMOVALS, answers(404, b"{}"))
        assert not end(sharing).tell_removal

    def test_a_new_code_is_not_ended_by_the_old_end(
        self, line: Line, peer: Peer, sharing: LicenseServer, clock: time_machine.Traveller
    ) -> None:
        old = request_code(sharing, by="ada")
        line.fail(REMOVALS, answers(503, b"{}"))
        end(sharing)
        new = request_code(sharing, by="ada")
        poll_waiting(now=later(clock, registering.TELL_EVERY))
        assert new.remote_id != old.remote_id
        assert remotely(peer, new).state is CodeState.WAITING

    @pytest.mark.django_db(transaction=True)
    def test_what_was_ended_meanwhile_is_not_registered(self, line: Line, peer: Peer, sharing: LicenseServer) -> None:
        code = request_code(sharing, by="ada")
        enter(peer, code.code)

        def happens() -> None:
            remove(sharing, at=datetime.now(tz=UTC))
            connection.close()

        line.fail(code.remote_id, Meanwhile(happens))
        assert state_after(check, sharing) == State.REMOVED

    def test_ending_what_is_not_there_says_nothing_to_anybody(self, line: Line, sharing: LicenseServer) -> None:
        remove_registration(sharing, by="ada", door=Door.PAGE)
        assert (newest(sharing), line.seen) == (None, [])
