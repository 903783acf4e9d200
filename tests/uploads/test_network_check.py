"""Does the network check tell where the way ends, within its time, without a secret, whatever stands in the way?"""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from django.utils.http import http_date
from pytest_django import Settings

from tests.receiver.running import PASSWORD, PRODUCT_KEY, free_port
from tests.uploads.conftest import Peer
from tests.uploads.failing_ends import full_queue, nobody_answers
from tests.uploads.faulty_line import (
    CHUNK,
    IDENTITY,
    TOKEN,
    TUNNEL,
    Line,
    Turn,
    answers,
    answers_in_pieces,
    faulty_line,
    is_silent,
)
from tests.uploads.test_causes_on_the_line import HTML
from uploads import check_steps
from uploads.check_plan import Plan, plan_from_settings
from uploads.line_probes import Place
from uploads.models import Attempt, Upload
from uploads.network_check import Report, check_network
from uploads.network_findings import Check
from uploads.own_state import NetworkCheck

QUICK = 0.3

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_a_real_destination(settings: Settings) -> None:
    settings.SANDBOX = False


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can wait for."""
    monkeypatch.setattr(check_steps, "STEP_SECONDS", QUICK)
    monkeypatch.setattr("uploads.network_check.CHECK_SECONDS", 2 * QUICK)


def found(*, trial: bool = False, **facts: Any) -> dict[str, Check]:
    return {check.id: check for check in report(trial=trial, **facts).checks}


def report(*, trial: bool = False, revocation: tuple[Place, ...] = (), seconds: float = 5.0) -> Report:
    planned = plan_from_settings(seconds=seconds)
    return check_network(Plan(planned.to, planned.sandbox, planned.exempt_by, revocation), trial=trial)


def states(checks: dict[str, Check]) -> dict[str, str]:
    return {name: str(check.state) for name, check in checks.items()}


def test_all_is_well_where_all_is_well(line: Line, peer: Peer) -> None:
    whole = report(trial=True)
    assert states({check.id: check for check in whole.checks}) == {
        "dns": "ok",
        "tcp": "ok",
        "proxy": "not_applicable",
        "tls": "not_applicable",
        "revocation": "not_applicable",
        "clock": "ok",
        "login": "ok",
        "trial": "ok",
    }
    assert (whole.findings, whole.source_address, whole.destination) == (0, "127.0.0.1", line.address)
    [trial] = [one for one in peer.store.bundles() if one.id not in peer.earlier]
    assert trial.name.startswith("network_check_")
    assert trial.complete
    assert b"carries no data" in trial.content_path.read_bytes()


@pytest.mark.django_db
def test_a_trial_stands_in_no_history(line: Line) -> None:
    assert found(trial=True)["trial"].state == "ok"
    assert (Upload.objects.count(), Attempt.objects.count(), NetworkCheck.objects.count()) == (0, 0, 0)


def test_nothing_is_uploaded_that_nobody_asked_for(line: Line, settings: Settings) -> None:
    assert found()["trial"].state == "not_applicable"
    assert line.steps()[-1] == TOKEN
    settings.SANDBOX = True
    assert found()["trial"].state == "ok"


class TestEnds:
    """Where the way ends, what follows is left out, and says why."""

    @pytest.mark.parametrize(
        ("number", "title"), [(socket.EAI_NONAME, "Name not found"), (socket.EAI_AGAIN, "Name service silent")]
    )
    def test_at_the_name(self, *, settings: Settings, monkeypatch: pytest.MonkeyPatch, number: int, title: str) -> None:
        nobody_answers(monkeypatch, number)
        settings.CIS_URL = "http://cis.example.org"
        checks = found()
        assert (checks["dns"].state, checks["dns"].summary) == ("failed", title)
        assert set(states(checks).values()) == {"failed", "skipped", "not_applicable"}
        assert "Name service" in checks["login"].summary

    @pytest.mark.usefixtures("quick")
    def test_at_a_name_service_that_never_answers(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        held = threading.Event()
        monkeypatch.setattr("uploads.line_probes.socket.getaddrinfo", lambda *_, **__: held.wait(30))
        settings.CIS_URL = "http://cis.example.org"
        began = time.perf_counter()
        checks = found()
        assert time.perf_counter() - began < 5
        held.set()
        assert checks["dns"].summary == "Name service silent"

    def test_at_a_closed_port(self, settings: Settings) -> None:
        settings.CIS_URL = f"http://127.0.0.1:{free_port()}"
        checks = found()
        assert (checks["dns"].state, checks["tcp"].summary) == ("ok", "Connection refused")
        assert checks["login"].state == "skipped"
        assert checks["tcp"].fix

    @pytest.mark.usefixtures("quick")
    def test_at_a_silent_firewall(self, settings: Settings) -> None:
        with full_queue() as port:
            settings.CIS_URL = f"http://127.0.0.1:{port}"
            assert found()["tcp"].summary == "Nobody answers"

    def test_at_a_wrong_password(self, line: Line, settings: Settings) -> None:
        settings.CIS_PASSWORD = "wrong-password"
        checks = found(trial=True)
        assert (checks["login"].state, checks["login"].summary) == ("failed", "Log-in not accepted")
        assert checks["trial"].state == "skipped"
        assert line.steps().count(IDENTITY) == 1

    def test_at_a_captive_portal(self, line: Line) -> None:
        line.fail(IDENTITY, answers(200, HTML))
        check = found()["login"]
        assert (check.summary, "sign in" in check.evidence) == ("A web page answered", True)

    def test_at_the_upload_itself(self, line: Line) -> None:
        line.fail(CHUNK, answers(413))
        checks = found(trial=True)
        assert (checks["login"].state, checks["trial"].summary) == ("ok", "Too large")


@pytest.mark.usefixtures("quick")
def test_nothing_takes_longer_than_its_limit(line: Line) -> None:
    """Silence, and a peer that drips for ever: a limit for each read would never end the second."""
    line.fail(IDENTITY, answers_in_pieces(b"x"))
    began = time.perf_counter()
    assert found(seconds=QUICK)["login"].state == "failed"
    line.fail(IDENTITY, is_silent)
    assert found(seconds=QUICK)["login"].summary == "No answer in time"
    assert time.perf_counter() - began < 10


def test_the_whole_check_has_a_limit(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_steps, "TOTAL_SECONDS", 0.0)
    whole = report()
    assert whole.seconds < 2
    assert whole.checks[0].evidence.endswith("timed out: the whole check has no time left of its 0 s")
    assert not line.seen, "without time nothing is opened"


class TestProxy:
    """What the proxy does is told apart from what the destination does."""

    @pytest.fixture(autouse=True)
    def through(self, settings: Settings, line: Line) -> Iterator[None]:
        self.settings, self.line = settings, line
        with faulty_line() as self.proxy:
            settings.UPLOAD_PROXY = self.proxy.url.replace("://", "://us:secret-word@")
            yield

    def test_plain_http_passes(self) -> None:
        checks = found()
        assert (checks["proxy"].state, checks["login"].state) == ("ok", "ok")
        assert "looks up" in checks["dns"].summary

    @pytest.mark.parametrize(
        ("status", "summary"),
        [
            (407, "The proxy wants a password"),
            (403, "The proxy forbids it"),
            (502, "The proxy cannot reach it"),
            (504, "The proxy cannot reach it"),
        ],
    )
    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_a_refusal_is_the_proxys(self, scheme: str, status: int, summary: str) -> None:
        self.settings.CIS_URL = f"{scheme}://127.0.0.1:1"
        self.proxy.fail(TUNNEL if scheme == "https" else "", answers(status))
        checks = found()
        assert (checks["proxy"].state, checks["proxy"].summary) == ("failed", summary)
        assert checks["login"].state == "skipped"

    @pytest.mark.usefixtures("quick")
    def test_a_proxy_that_says_nothing_is_found_out(self) -> None:
        """An upload cannot tell: it only sees that no answer came."""
        self.settings.CIS_URL = "https://127.0.0.1:1"
        self.proxy.fail(TUNNEL, is_silent)
        assert found()["proxy"].summary == "No answer in time"

    def test_a_proxy_that_is_not_there(self) -> None:
        self.settings.UPLOAD_PROXY = f"http://us:secret-word@127.0.0.1:{free_port()}"
        self.settings.CIS_URL = "https://127.0.0.1:1"
        checks = found(revocation=(Place("127.0.0.1", self.line.server_port),))
        assert checks["tcp"].summary == "Proxy unreachable"
        assert checks["revocation"].state == "skipped", "their silence would be the proxy's"

    def test_something_else_on_its_port(self) -> None:
        def greets(turn: Turn) -> None:
            turn.wfile.write(b"SSH-2.0-OpenSSH_9\r\n\r\n")
            turn.close_connection = True

        self.settings.CIS_URL = "https://127.0.0.1:1"
        self.proxy.fail(TUNNEL, greets)
        assert found()["proxy"].summary == "Not a web server"

    def test_signs_that_no_database_takes_are_left_out(self) -> None:
        def babbles(turn: Turn) -> None:
            turn.wfile.write(b"HTTP/1.1 403 \x00\x1b[31m no\r\n\r\n")
            turn.close_connection = True

        self.settings.CIS_URL = "https://127.0.0.1:1"
        self.proxy.fail(TUNNEL, babbles)
        check = found()["proxy"]
        assert check.summary == "The proxy forbids it"
        assert check.evidence.isprintable()

    def test_an_exemption_is_named(self) -> None:
        self.settings.NO_PROXY = "10.0.0.0/8, 127.0.0.0/8"
        check = found()["proxy"]
        assert check.state == "not_applicable"
        assert "127.0.0.0/8" in check.summary
        assert self.proxy.seen == []

    def test_no_secret_is_told_even_if_the_answer_repeats_it(self) -> None:
        echo = f"{PASSWORD} {PRODUCT_KEY} secret-word".encode()
        self.line.fail(IDENTITY, answers(403, echo))
        told = str(report().facts())
        assert "HTTP 403" in told
        for secret in (PASSWORD, PRODUCT_KEY, "secret-word"):
            assert secret not in told


class TestClock:
    """Our clock against theirs."""

    @pytest.mark.parametrize(
        ("hours", "state", "words"),
        [
            (0, "ok", "agree to the second"),
            (0.01, "ok", "36 s ahead"),
            (1, "failed", "ahead of"),
            (-1, "failed", "behind"),
            (0.05, "warning", "ahead of"),
        ],
    )
    def test_it_is_told_how_far_they_are_apart(self, line: Line, hours: float, state: str, words: str) -> None:
        theirs = timezone.now().replace(microsecond=0)

        def says(turn: Turn) -> None:
            turn.wfile.write(
                f"HTTP/1.1 404 No\r\nDate: {http_date(theirs.timestamp())}\r\nContent-Length: 0\r\n\r\n".encode()
            )

        line.fail("", says)
        with time_machine.travel(theirs + timedelta(hours=hours), tick=False):
            check = found()["clock"]
        assert check.state == state
        assert words in check.summary

    def test_an_answer_without_a_date_is_no_finding(self, line: Line) -> None:
        def says_no_time(turn: Turn) -> None:
            turn.wfile.write(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")

        line.fail("", says_no_time)
        assert found()["clock"].state == "not_applicable"
