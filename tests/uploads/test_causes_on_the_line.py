"""Is every failure of the line recognized by the texts that urllib3 and ssl really write on this Python?

Each row makes the failure for real on loopback, sends an upload into it, and reads the cause back from the row.
"""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from tests.receiver.running import free_port
from tests.uploads.certificates import Authority, make_certificate, tls_door
from tests.uploads.conftest import Worker
from tests.uploads.failing_ends import (
    breaks_off,
    closes,
    full_queue,
    hangs_up_in_the_tunnel,
    nobody_answers,
    speaks_ssh,
    tearing_down,
)
from tests.uploads.faulty_line import (
    ANY,
    BUNDLE,
    CHUNK,
    IDENTITY,
    TOKEN,
    TUNNEL,
    Fault,
    Line,
    answers,
    faulty_line,
    is_silent,
    redirects,
)
from uploads.causes import Cause
from uploads.models import Upload

HTML = b"<!DOCTYPE html><html><body>Guest network: please sign in</body></html>"
FAR = "https://127.0.0.1:1"


@pytest.fixture
def fails_by(worker: Worker, upload: Upload) -> Callable[[], Cause]:
    """Send the upload, and tell the cause that its row and its attempt agree upon."""

    def send() -> Cause:
        outcome = worker.send(upload)
        assert outcome
        assert upload.cause == outcome.cause
        assert upload.explanation == upload.attempts.get().explanation
        return Cause(upload.cause)

    return send


FailsBy = Callable[[], Cause]
ON_THE_LINE: list[tuple[str, Fault, Cause]] = [
    (IDENTITY, closes, Cause.CLOSED),
    (CHUNK, breaks_off, Cause.CUT_SHORT),
    (IDENTITY, speaks_ssh, Cause.NOT_HTTP),
    (IDENTITY, answers(401, b"{}"), Cause.CREDENTIALS),
    (IDENTITY, answers(403, b"{}"), Cause.CREDENTIALS),
    (TOKEN, answers(403, b"{}"), Cause.PRODUCT_KEY),
    (BUNDLE, answers(403, b"{}"), Cause.NOT_ACCEPTED),
    (IDENTITY, answers(403, HTML), Cause.BLOCKING_PAGE),
    (IDENTITY, answers(404, b"no"), Cause.NOT_FOUND),
    (BUNDLE, answers(413), Cause.TOO_LARGE),
    (BUNDLE, answers(400, b"{}"), Cause.REQUEST_REFUSED),
    (BUNDLE, answers(429), Cause.TOO_MANY_REQUESTS),
    (BUNDLE, answers(503), Cause.BUSY),
    (BUNDLE, answers(502), Cause.GATEWAY),
    (BUNDLE, answers(504), Cause.GATEWAY),
    (BUNDLE, answers(500), Cause.SERVER_ERROR),
    (IDENTITY, redirects(302, to="http://portal.example/"), Cause.REDIRECT),
    (IDENTITY, answers(200, HTML), Cause.WEB_PAGE),
    (IDENTITY, answers(200, b"[]"), Cause.NOT_UNDERSTOOD),
]


@pytest.mark.parametrize(("step", "fault", "cause"), ON_THE_LINE)
def test_it_is_known_what_the_other_end_did(
    line: Line, fails_by: FailsBy, step: str, fault: Fault, cause: Cause
) -> None:
    line.fail(step, *[fault] * 3)
    assert fails_by() == cause


def test_a_reset_is_known(fails_by: FailsBy, settings: Settings) -> None:
    with tearing_down() as port:
        settings.CIS_URL = f"http://127.0.0.1:{port}"
        assert fails_by() == Cause.RESET


@pytest.mark.usefixtures("impatient")
def test_silence_is_known(line: Line, fails_by: FailsBy) -> None:
    line.fail(ANY, *[is_silent] * 3)
    assert fails_by() == Cause.READ_TIMEOUT


class TestNoConnection:
    """Nothing came about."""

    def test_a_closed_port(self, fails_by: FailsBy, settings: Settings) -> None:
        settings.CIS_URL = f"http://127.0.0.1:{free_port()}"
        assert fails_by() == Cause.CONNECTION_REFUSED

    @pytest.mark.usefixtures("impatient")
    def test_a_door_where_nobody_opens(self, fails_by: FailsBy, settings: Settings) -> None:
        with full_queue() as port:
            settings.CIS_URL = f"http://127.0.0.1:{port}"
            assert fails_by() == Cause.CONNECT_TIMEOUT

    @pytest.mark.parametrize(
        ("number", "cause"),
        [(socket.EAI_NONAME, Cause.NAME_UNKNOWN), (socket.EAI_AGAIN, Cause.NAME_SERVICE_SILENT)],
    )
    def test_a_name(
        self, *, fails_by: FailsBy, settings: Settings, monkeypatch: pytest.MonkeyPatch, number: int, cause: Cause
    ) -> None:
        nobody_answers(monkeypatch, number)
        settings.CIS_URL = "https://cis.example.org"
        assert fails_by() == cause

    @pytest.mark.parametrize(
        ("number", "cause"), [(101, Cause.UNREACHABLE), (113, Cause.UNREACHABLE), (1, Cause.BLOCKED_LOCALLY)]
    )
    def test_the_system_says_no(
        self, *, fails_by: FailsBy, settings: Settings, monkeypatch: pytest.MonkeyPatch, number: int, cause: Cause
    ) -> None:
        """No test may leave loopback, so the system's own error is raised where the system would."""
        import os

        def refuse(*_: object, **__: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr("socket.socket.connect", refuse)
        settings.CIS_URL = "http://127.0.0.1:9"
        assert fails_by() == cause


class TestProxy:
    """The proxy, and not the destination."""

    @pytest.fixture(autouse=True)
    def through(self, settings: Settings) -> Iterator[None]:
        settings.CIS_URL = FAR
        with faulty_line() as self.proxy:
            settings.UPLOAD_PROXY = self.proxy.url
            yield

    @pytest.mark.parametrize(
        ("status", "cause"),
        [
            (407, Cause.PROXY_CREDENTIALS),
            (403, Cause.PROXY_FORBIDS),
            (302, Cause.PROXY_FORBIDS),
            (502, Cause.PROXY_CANNOT_REACH),
            (503, Cause.PROXY_CANNOT_REACH),
            (504, Cause.PROXY_CANNOT_REACH),
        ],
    )
    def test_a_tunnel_that_is_refused(self, fails_by: FailsBy, status: int, cause: Cause) -> None:
        self.proxy.fail(TUNNEL, *[answers(status)] * 3)
        assert fails_by() == cause

    def test_a_password_that_is_wanted_without_a_tunnel(self, fails_by: FailsBy, settings: Settings) -> None:
        settings.CIS_URL = "http://127.0.0.1:1"
        self.proxy.fail(IDENTITY, answers(407, HTML))
        assert fails_by() == Cause.PROXY_CREDENTIALS

    def test_a_proxy_that_is_not_there(self, fails_by: FailsBy, settings: Settings) -> None:
        settings.UPLOAD_PROXY = f"http://127.0.0.1:{free_port()}"
        assert fails_by() == Cause.PROXY_UNREACHABLE

    def test_a_proxy_that_nobody_knows(
        self, fails_by: FailsBy, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        nobody_answers(monkeypatch, socket.EAI_NONAME)
        settings.UPLOAD_PROXY = "http://proxy.example.org:3128"
        assert fails_by() == Cause.PROXY_NAME

    def test_a_proxy_without_tls_that_is_called_with_it(self, fails_by: FailsBy, settings: Settings) -> None:
        settings.UPLOAD_PROXY = self.proxy.url.replace("http:", "https:")
        assert fails_by() == Cause.PROXY_TLS

    def test_a_proxy_that_hangs_up(self, fails_by: FailsBy, settings: Settings) -> None:
        settings.CIS_URL = "http://127.0.0.1:1"
        self.proxy.fail(IDENTITY, *[closes] * 3)
        assert fails_by() == Cause.PROXY


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


class TestCertificates:
    """Who shows which certificate to whom."""

    @pytest.fixture(autouse=True)
    def behind(self, settings: Settings, line: Line) -> Iterator[None]:
        self.settings = settings
        with ExitStack() as self.open:
            yield

    def shows(self, files: tuple[Path, Path], *, trusted: Path | str = "", **options: Any) -> None:
        where = self.settings.CIS_URL
        door = self.open.enter_context(tls_door(where, certificate=files[0], key=files[1], **options))
        self.settings.CIS_URL, self.settings.CA_BUNDLE = door.url, str(trusted)

    def test_one_that_vouches_for_itself(self, fails_by: FailsBy, tmp_path: Path) -> None:
        self.shows(make_certificate(tmp_path))
        assert fails_by() == Cause.TLS_SELF_SIGNED

    def test_one_of_an_inspection_proxy(self, fails_by: FailsBy, authority: Authority) -> None:
        self.shows(authority.sign("inspected"))
        assert fails_by() == Cause.TLS_UNKNOWN_AUTHORITY

    def test_one_that_is_over(self, fails_by: FailsBy, authority: Authority) -> None:
        self.shows(authority.sign("old", end="20200201000000Z"), trusted=authority.root)
        assert fails_by() == Cause.TLS_EXPIRED

    def test_one_that_is_still_to_come(self, fails_by: FailsBy, authority: Authority) -> None:
        self.shows(authority.sign("early", start="20980101000000Z"), trusted=authority.root)
        assert fails_by() == Cause.TLS_NOT_YET_VALID

    def test_one_of_another_name(self, fails_by: FailsBy, authority: Authority) -> None:
        self.shows(authority.sign("other", names="DNS:other.example.org"), trusted=authority.root)
        assert fails_by() == Cause.TLS_WRONG_NAME

    @pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
    def test_a_version_that_is_too_old(self, fails_by: FailsBy, authority: Authority) -> None:
        old = ssl.TLSVersion.TLSv1_1
        self.shows(authority.sign("eleven"), trusted=authority.root, most=old, ciphers="DEFAULT:@SECLEVEL=0")
        assert fails_by() == Cause.TLS_OLD_VERSION

    def test_no_method_in_common(self, fails_by: FailsBy, authority: Authority) -> None:
        weak = {"most": ssl.TLSVersion.TLSv1_2, "ciphers": "AES128-SHA:@SECLEVEL=0"}
        self.shows(authority.sign("weak"), trusted=authority.root, **weak)
        assert fails_by() == Cause.TLS_NO_CIPHER

    def test_no_tls_at_all(self, fails_by: FailsBy) -> None:
        self.settings.CIS_URL = self.settings.CIS_URL.replace("http:", "https:")
        assert fails_by() == Cause.TLS_NOT_SPOKEN

    def test_a_handshake_that_is_cut_off(self, fails_by: FailsBy) -> None:
        proxy = self.open.enter_context(faulty_line())
        proxy.fail(TUNNEL, hangs_up_in_the_tunnel)
        self.settings.UPLOAD_PROXY, self.settings.CIS_URL = proxy.url, FAR
        assert fails_by() == Cause.TLS_CUT_OFF

    @pytest.mark.parametrize("content", [None, b"", b"no certificate"])
    def test_a_bundle_of_authorities_that_is_none(self, fails_by: FailsBy, tmp_path: Path, content: bytes) -> None:
        bundle = tmp_path / "authorities.pem"
        if content is not None:
            bundle.write_bytes(content)
        self.settings.CIS_URL, self.settings.CA_BUNDLE = FAR, str(bundle)
        assert fails_by() == Cause.TLS_CA_BUNDLE
