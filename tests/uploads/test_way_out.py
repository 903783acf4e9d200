"""Which way does an upload take? Through a proxy or past it, and never to somebody who is not trusted."""

import base64
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pytest_django import Settings

from tests.receiver.running import free_port
from tests.uploads.certificates import make_certificate, tls_door
from tests.uploads.conftest import Peer, Worker, ended
from tests.uploads.faulty_line import BUNDLE, CHUNK, IDENTITY, TUNNEL, Line, answers, faulty_line
from tests.uploads.splicing import splice
from uploads import cis_client
from uploads.models import Upload
from uploads.states import State

pytestmark = pytest.mark.django_db

Files = tuple[Path, Path]


@pytest.fixture
def direct(peer: Peer, settings: Settings) -> str:
    settings.CIS_URL = peer.url
    return peer.url


@pytest.fixture
def proxy(settings: Settings) -> Iterator[Line]:
    with faulty_line() as running:
        settings.UPLOAD_PROXY = running.url
        yield running


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return make_certificate(tmp_path_factory.mktemp("certificates"))


def test_plain_http_passes_a_proxy_in_absolute_form(
    direct: str, proxy: Line, worker: Worker, upload: Upload, peer: Peer
) -> None:
    assert ended(worker.send(upload))[0] == "delivered"
    assert peer.whole(upload) == [upload.bundle_sha256]
    assert proxy.seen[0].line == f"POST {direct}/auth/api/create_identity/ HTTP/1.1"


def test_https_passes_a_proxy_in_a_tunnel(
    *, peer: Peer, proxy: Line, worker: Worker, upload: Upload, settings: Settings, certificate: Files
) -> None:
    with tls_door(peer.url, certificate=certificate[0], key=certificate[1]) as door:
        settings.CIS_URL, settings.CA_BUNDLE = door.url, str(certificate[0])
        assert ended(worker.send(upload))[0] == "delivered"
        assert proxy.seen[0].line.startswith(f"CONNECT {door.url.removeprefix('https://')} ")
    assert set(proxy.steps()) == {TUNNEL}
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_a_tunnel_that_the_proxy_refuses_is_its_fault(
    proxy: Line, worker: Worker, upload: Upload, settings: Settings
) -> None:
    settings.CIS_URL = "https://127.0.0.1:1"
    proxy.fail(TUNNEL, answers(407, b"", Proxy_Authenticate="Basic"))
    assert ended(worker.send(upload)) == ("try_again", "PROXY")
    assert proxy.steps() == [TUNNEL]  # a wrong password three times would lock an account
    assert "407" in upload.attempts.get().evidence


def test_a_407_on_plain_http_is_the_proxys_fault(direct: str, proxy: Line, worker: Worker, upload: Upload) -> None:
    proxy.fail(IDENTITY, answers(407, b"who are you?"))
    assert ended(worker.send(upload)) == ("try_again", "PROXY")
    assert proxy.steps() == [IDENTITY]
    assert upload.attempts.get().http_status == 407


def test_a_proxy_that_is_not_there_is_named(direct: str, worker: Worker, upload: Upload, settings: Settings) -> None:
    settings.UPLOAD_PROXY = f"http://user:secret@127.0.0.1:{free_port()}"
    assert ended(worker.send(upload)) == ("try_again", "PROXY")
    assert "secret" not in upload.attempts.get().evidence


def test_credentials_of_the_proxy_reach_the_proxy_and_nobody_else(
    *, peer: Peer, line: Line, proxy: Line, worker: Worker, upload: Upload, settings: Settings, certificate: Files
) -> None:
    settings.UPLOAD_PROXY = proxy.url.replace("://", "://us%40er:p%3Aw%2Fd@")
    expected = "Basic " + base64.b64encode(b"us@er:p:w/d").decode()
    with tls_door(line.url, certificate=certificate[0], key=certificate[1]) as door:
        settings.CIS_URL, settings.CA_BUNDLE = door.url, str(certificate[0])
        assert ended(worker.send(upload))[0] == "delivered"
    assert {asked.headers["Proxy-Authorization"] for asked in proxy.seen} == {expected}
    assert not any("Proxy-Authorization" in asked.headers for asked in line.seen)
    assert not any("Authorization" in asked.headers for asked in proxy.seen)


@pytest.mark.parametrize("exempt", ["127.0.0.1", "localhost,127.0.0.1", "*", "10.0.0.0/8, 127.0.0.0/8"])
def test_no_proxy_is_honored(
    direct: str, proxy: Line, worker: Worker, upload: Upload, settings: Settings, *, exempt: str
) -> None:
    settings.NO_PROXY = exempt
    assert ended(worker.send(upload))[0] == "delivered"
    assert proxy.seen == []


def test_no_proxy_exempts_only_whom_it_names(
    direct: str, proxy: Line, worker: Worker, upload: Upload, settings: Settings
) -> None:
    settings.NO_PROXY = "example.org,10.0.0.1"
    assert ended(worker.send(upload))[0] == "delivered"
    assert proxy.steps()[0] == IDENTITY


def test_a_variable_of_the_system_is_no_proxy_of_ours(
    *, direct: str, worker: Worker, upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    with faulty_line() as elsewhere:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, elsewhere.url)
        assert ended(worker.send(upload))[0] == "delivered"
        assert elsewhere.seen == []


def test_a_proxy_may_have_a_numeric_address_of_version_six(settings: Settings, direct: str) -> None:
    settings.UPLOAD_PROXY = "http://[::1]:3128"
    pool = cis_client._pool(cis_client.destination_from_settings())
    assert (pool.proxy.host, pool.proxy.port) == ("::1", 3128) or pool.proxy.host == "[::1]"  # type: ignore[union-attr]


def test_a_certificate_of_somebody_unknown_is_not_trusted(
    *, line: Line, worker: Worker, upload: Upload, settings: Settings, certificate: Files
) -> None:
    with tls_door(line.url, certificate=certificate[0], key=certificate[1]) as door:
        settings.CIS_URL = door.url
        assert ended(worker.send(upload)) == ("try_again", "TLS")
    assert (line.seen, worker.pauses) == ([], [])


def test_our_own_authority_is_trusted(
    *, line: Line, peer: Peer, worker: Worker, upload: Upload, settings: Settings, certificate: Files
) -> None:
    with tls_door(line.url, certificate=certificate[0], key=certificate[1]) as door:
        settings.CIS_URL, settings.CA_BUNDLE = door.url, str(certificate[0])
        assert ended(worker.send(upload))[0] == "delivered"
        assert door.opened == 1
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_a_certificate_of_another_name_is_not_trusted(
    *, line: Line, worker: Worker, upload: Upload, settings: Settings, certificate: Files
) -> None:
    with tls_door(line.url, certificate=certificate[0], key=certificate[1]) as door:
        settings.CIS_URL = door.url.replace("127.0.0.1", "localhost")
        settings.CA_BUNDLE = str(certificate[0])
        assert ended(worker.send(upload)) == ("try_again", "TLS")
    assert line.seen == []


def test_a_proxy_with_tls_of_its_own_is_trusted_by_our_authorities(
    *, line: Line, proxy: Line, peer: Peer, worker: Worker, upload: Upload, settings: Settings, certificate: Files
) -> None:
    """TLS with the destination inside of TLS with the proxy; urllib3 alone would ask the system's authorities."""
    files: dict[str, Any] = {"certificate": certificate[0], "key": certificate[1]}
    with tls_door(line.url, **files) as door, tls_door(proxy.url, **files) as proxy_door:
        settings.CIS_URL, settings.CA_BUNDLE = door.url, str(certificate[0])
        settings.UPLOAD_PROXY = proxy_door.url
        assert ended(worker.send(upload))[0] == "delivered"
        assert proxy_door.opened >= 1
    assert set(proxy.steps()) == {TUNNEL}
    assert peer.whole(upload) == [upload.bundle_sha256]


def test_a_proxy_with_tls_that_nobody_vouches_for_gets_no_password(
    proxy: Line, worker: Worker, upload: Upload, settings: Settings, certificate: Files
) -> None:
    with tls_door(proxy.url, certificate=certificate[0], key=certificate[1]) as door:
        settings.CIS_URL, settings.UPLOAD_PROXY = "https://127.0.0.1:1", door.url.replace("://", "://us:pw@")
        assert ended(worker.send(upload)) == ("try_again", "PROXY")
    assert (proxy.seen, upload.cause) == ([], "proxy_tls")


def test_a_destination_may_have_a_numeric_address_of_version_six(
    peer: Peer, worker: Worker, upload: Upload, settings: Settings
) -> None:
    with on_version_six(peer.url) as port:
        settings.CIS_URL = f"http://[::1]:{port}"
        assert ended(worker.send(upload))[0] == "delivered"
        assert upload.destination == f"[::1]:{port}"
    assert peer.whole(upload) == [upload.bundle_sha256]


@contextmanager
def on_version_six(target: str) -> Iterator[int]:
    """A port of ::1 that leads to the receiver."""
    place = (str(urlsplit(target).hostname), urlsplit(target).port or 0)

    def serve() -> None:
        with suppress(OSError):
            while True:
                near, _ = door.accept()
                with near, socket.create_connection(place) as far:
                    splice(near, far)

    with socket.create_server(("::1", 0), family=socket.AF_INET6) as door:
        thread = threading.Thread(target=serve)
        thread.start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)
        cis_client._pool.cache_clear()
        thread.join()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_an_old_version_of_tls_is_not_spoken(
    *, line: Line, worker: Worker, upload: Upload, settings: Settings, certificate: Files
) -> None:
    with tls_door(
        line.url,
        certificate=certificate[0],
        key=certificate[1],
        most=ssl.TLSVersion.TLSv1_1,
        ciphers="DEFAULT:@SECLEVEL=0",
    ) as door:
        settings.CIS_URL, settings.CA_BUNDLE = door.url, str(certificate[0])
        assert ended(worker.send(upload)) == ("try_again", "TLS")
        assert door.opened == 0
    assert (upload.state, upload.cause) == (State.FAILED, "tls_old_version")


def test_a_server_without_tls_is_not_spoken_to(line: Line, worker: Worker, upload: Upload, settings: Settings) -> None:
    settings.CIS_URL = line.url.replace("http:", "https:")
    assert ended(worker.send(upload)) == ("try_again", "TLS")
    assert {BUNDLE, CHUNK} & set(line.steps()) == set()
