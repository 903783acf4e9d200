"""Does a server become registered by its code over a real line, and does the tick ask about all of them?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
import urllib3
from pytest_django import Settings

from accounts.models import User
from programs import consent
from programs.catalog import program
from programs.codes import EVENT_DATA
from programs.models import Action, Door
from programs.participation import participation
from programs.texts import decision_text
from receiver.codes import CodeState
from servers.models import CloudRegistration, LicenseServer
from servers.registration import is_registered, newest
from tests.factories import a_server, at_once
from tests.uploads.conftest import Peer
from tests.uploads.faulty_line import GRANT, IDENTITY, Line, answers, loses_answer, says
from tests.uploads.tenant import (
    CODES,
    MINUTE,
    QUARTER,
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
from uploads.registering import (
    DestinationFailed,
    NotRegistered,
    check,
    confirmation_address,
    poll_waiting,
    request_code,
)


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


class TestTheWholeWay:
    """From the code to the end, with a person at the page."""

    def test_a_person_registers_it(self, line: Line, peer: Peer, sharing: LicenseServer, ada: User) -> None:
        code = request_code(sharing, by=ada)
        assert (code.state, code.requested_by, code.destination) == (State.WAITING, "ada", "sandbox")
        assert "ls1.example.org is registered" in enter(peer, code.code.lower())
        found = check(sharing)
        assert found
        assert (found.state, found.customer_id) == (State.REGISTERED, remotely(peer, code).customer_id)
        assert is_registered(sharing)

    def test_a_person_refuses_it(self, line: Line, peer: Peer, sharing: LicenseServer) -> None:
        enter(peer, request_code(sharing, by="ada").code, "refuse")
        assert state_after(check, sharing) == State.REFUSED
        assert not is_registered(sharing)

    def test_it_ends_here_and_there(self, line: Line, peer: Peer, sharing: LicenseServer) -> None:
        registered(peer, sharing)
        ended = end(sharing)
        assert (ended.state, ended.removed_by, ended.tell_removal) == (State.REMOVED, "ada", False)
        assert remotely(peer, ended).state is CodeState.REMOVED
        assert not is_registered(sharing)

    def test_a_code_that_waits_can_be_taken_back(self, line: Line, peer: Peer, sharing: LicenseServer) -> None:
        code = request_code(sharing, by="ada")
        assert end(sharing).state == State.REMOVED
        assert "used already" in enter(peer, code.code)

    def test_event_data_end_with_it_and_do_not_come_back_with_a_new_one(
        self, line: Line, peer: Peer, sharing: LicenseServer
    ) -> None:
        registered(peer, sharing)
        text = decision_text(program(EVENT_DATA), Action.GRANT).sha256
        consent.decide(
            sharing, program_code=EVENT_DATA, action=Action.GRANT, by="ada", door=Door.PAGE, text_sha256=text
        )
        assert participation(program(EVENT_DATA), sharing).sends
        end(sharing)
        assert participation(program(EVENT_DATA), sharing).state == "unavailable"
        registered(peer, sharing)
        assert participation(program(EVENT_DATA), sharing).state == "off"

    def test_it_can_be_registered_again(self, line: Line, peer: Peer, sharing: LicenseServer) -> None:
        registered(peer, sharing)
        end(sharing)
        registered(peer, sharing)
        assert CloudRegistration.objects.filter(server=sharing).count() == 2

    def test_the_page_is_where_it_says(self, line: Line, peer: Peer, settings: Settings) -> None:
        settings.CIS_URL = peer.url
        assert urllib3.request("GET", confirmation_address(), retries=False).status == 200


class TestAsking:
    """For a code."""

    def test_a_second_press_gives_the_same(self, line: Line, sharing: LicenseServer) -> None:
        assert request_code(sharing, by="ada") == request_code(sharing, by="ben")
        assert line.steps().count(CODES) == 1

    def test_a_lost_answer_is_asked_again(self, line: Line, peer: Peer, sharing: LicenseServer) -> None:
        line.fail(CODES, loses_answer)
        with pytest.raises(DestinationFailed):
            request_code(sharing, by="ada")
        code = request_code(sharing, by="ada")
        assert remotely(peer, code).code == code.code

    @pytest.mark.django_db(transaction=True)
    def test_two_presses_at_once_have_one_code(self, line: Line, sharing: LicenseServer) -> None:
        found = at_once(lambda: request_code(sharing, by="ada"), times=3)
        assert len({one.code for one in found if isinstance(one, CloudRegistration)}) == 1
        assert not [one for one in found if isinstance(one, Exception)]

    def test_a_code_that_ran_out_makes_room(
        self, line: Line, peer: Peer, sharing: LicenseServer, clock: time_machine.Traveller
    ) -> None:
        old = request_code(sharing, by="ada")
        later(clock, QUARTER)
        new = request_code(sharing, by="ada")
        assert (new.code != old.code, new.state) == (True, State.WAITING)
        assert remotely(peer, old).state is CodeState.REMOVED
        old.refresh_from_db()
        assert (old.state, old.tell_removal) == (State.EXPIRED, False)

    def test_it_refuses_who_shares_nothing(self, line: Line, db: None) -> None:
        with pytest.raises(NotRegistered, match="share usage statistics"):
            request_code(a_server(), by="ada")
        assert line.seen == []

    def test_it_refuses_who_is_registered_or_archived(self, line: Line, peer: Peer, sharing: LicenseServer) -> None:
        registered(peer, sharing)
        with pytest.raises(NotRegistered, match="registered already"):
            request_code(sharing, by="ada")
        sharing.archived_at = datetime.now(tz=UTC)
        with pytest.raises(NotRegistered, match="archived"):
            request_code(sharing, by="ada")

    @pytest.mark.parametrize("status", [404, 405])
    def test_a_destination_that_offers_none_says_so(self, line: Line, sharing: LicenseServer, status: int) -> None:
        line.fail(CODES, answers(status, b"{}"))
        with pytest.raises(NotRegistered, match="does not offer"):
            request_code(sharing, by="ada")

    @pytest.mark.parametrize(
        "words",
        [
            {"code": "SHORT"}, {"code": None}, {"code": "<B>ABCDE"}, {"code": 12345678}, {"code": "ABCDEFGHI"},
            {"registration_id": ""}, {"registration_id": "../x"}, {"registration_id": 5},
            {"registration_id": "x" * 129},
            {"expires_in": 0}, {"expires_in": True}, {"expires_in": 10**12}, {"expires_in": "900"},
        ],
    )  # fmt: skip
    def test_it_keeps_no_answer_that_it_does_not_understand(
        self, line: Line, sharing: LicenseServer, words: dict[str, Any]
    ) -> None:
        line.fail(CODES, says(**words))
        assert failing(lambda: request_code(sharing, by="ada")) == "RESPONSE"
        assert newest(sharing) is None

    def test_a_code_counts_no_longer_than_ours_and_no_longer_than_theirs(
        self, line: Line, sharing: LicenseServer, clock: time_machine.Traveller
    ) -> None:
        line.fail(CODES, says(expires_in=80_000), says(expires_in=60))
        long, short = request_code(sharing, by="ada"), request_code(sharing_server("ls2"), by="ada")
        assert (long.expires_at - long.requested_at, short.expires_at - short.requested_at) == (QUARTER, MINUTE)


class TestTheTick:
    """Asks about all, with one log-in."""

    def test_it_asks_about_every_code(self, line: Line, peer: Peer, db: None, clock: time_machine.Traveller) -> None:
        servers = [sharing_server(f"ls{number}") for number in range(3)]
        codes = [request_code(server, by="ada").code for server in servers]
        enter(peer, codes[0])
        enter(peer, codes[1], "refuse")
        line.clear()
        assert poll_waiting(now=later(clock)) == 2
        assert line.steps().count(IDENTITY) == 1
        assert [state_after(newest, server) for server in servers] == ["registered", "refused", "waiting"]

    def test_it_says_nothing_when_nothing_waits(self, line: Line, sharing: LicenseServer) -> None:
        assert (poll_waiting(now=datetime.now(tz=UTC)), line.seen) == (0, [])

    def test_it_asks_no_more_after_a_failure(self, line: Line, db: None, clock: time_machine.Traveller) -> None:
        for number in range(3):
            request_code(sharing_server(f"ls{number}"), by="ada")
        line.clear()
        line.fail(GRANT, answers(403, b"{}"))
        assert poll_waiting(now=later(clock)) == 0
        assert line.steps() == [IDENTITY, GRANT]

    def test_one_odd_answer_does_not_stop_the_others(
        self, line: Line, peer: Peer, db: None, clock: time_machine.Traveller
    ) -> None:
        first, second = [request_code(sharing_server(name), by="ada") for name in ("ls1", "ls2")]
        enter(peer, second.code)
        line.fail(first.remote_id, answers(400, b"{}"))
        assert poll_waiting(now=later(clock)) == 1
        assert is_registered(second.server)

    def test_it_ends_codes_that_ran_out(
        self, line: Line, sharing: LicenseServer, clock: time_machine.Traveller
    ) -> None:
        request_code(sharing, by="ada")
        assert poll_waiting(now=later(clock, QUARTER)) == 1
        assert state_after(newest, sharing) == State.EXPIRED

    def test_many_pages_ask_once_in_five_seconds(
        self, line: Line, sharing: LicenseServer, clock: time_machine.Traveller
    ) -> None:
        code = request_code(sharing, by="ada")
        for _ in range(5):
            check(sharing)
            poll_waiting(now=datetime.now(tz=UTC))
        assert line.steps().count(code.remote_id) == 1
