"""What does the network check say of certificates, through which proxy it may be, and of the hosts that revoke them?"""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from tests.receiver.running import free_port
from tests.uploads.certificates import Authority, tls_door
from tests.uploads.faulty_line import (
    TUNNEL,
    Line,
    answers,
    faulty_line,
)
from tests.uploads.test_network_check import found
from uploads.line_probes import Place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_a_real_destination(settings: Settings) -> None:
    settings.SANDBOX = False


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), name="Example Inspection CA")


class TestCertificates:
    """Who was there, though nobody trusted it."""

    @pytest.fixture(autouse=True)
    def behind(self, settings: Settings, line: Line) -> Iterator[None]:
        self.settings, self.line = settings, line
        with ExitStack() as self.open:
            yield

    def shows(self, files: tuple[Path, Path], *, trusted: Path | str = "") -> None:
        door = self.open.enter_context(tls_door(self.settings.CIS_URL, certificate=files[0], key=files[1]))
        self.settings.CIS_URL, self.settings.CA_BUNDLE = door.url, str(trusted)

    def test_a_trusted_one_is_shown_whole(self, authority: Authority) -> None:
        self.shows(authority.sign("good"), trusted=authority.root)
        checks = found()
        tls = checks["tls"]
        assert (tls.state, checks["login"].state) == ("ok", "ok")
        assert tls.summary.startswith("TLSv1.3, signed by Example Inspection CA, ")
        assert "trusted by CA_BUNDLE only" in tls.summary
        assert "0. good; signed by Example Inspection CA; from 2020-01-01 to 2099-12-31" in tls.evidence
        assert "1. Example Inspection CA" in tls.evidence

    def test_an_inspection_proxy_is_named(self, authority: Authority) -> None:
        self.shows(authority.sign("inspected"))
        checks = found()
        assert (checks["tls"].state, checks["tls"].summary) == ("failed", "Unknown authority")
        assert "signed by Example Inspection CA" in checks["tls"].cause
        assert "CA_BUNDLE" in checks["tls"].fix
        assert checks["login"].state == "skipped"
        assert self.line.seen == [], "nothing may be said to who is not trusted"

    def test_an_old_one_shows_its_dates(self, authority: Authority) -> None:
        self.shows(authority.sign("old", end="20200201000000Z"), trusted=authority.root)
        tls = found()["tls"]
        assert tls.summary == "Certificate expired"
        assert "to 2020-02-01" in tls.evidence

    def test_one_that_ends_soon_is_a_warning(self, authority: Authority) -> None:
        soon = timezone.now() + timedelta(days=5)
        self.shows(authority.sign("soon", end=f"{soon:%Y%m%d}000000Z"), trusted=authority.root)
        checks = found()
        assert (checks["tls"].state, checks["login"].state) == ("warning", "ok")
        assert f"{soon:%Y-%m-%d}" in checks["tls"].cause

    def test_a_server_without_tls(self) -> None:
        self.settings.CIS_URL = self.settings.CIS_URL.replace("http:", "https:")
        assert found()["tls"].summary == "No TLS on this port"

    def test_it_is_looked_at_through_a_tunnel_too(self, authority: Authority) -> None:
        proxy = self.open.enter_context(faulty_line())
        self.settings.UPLOAD_PROXY = proxy.url
        self.shows(authority.sign("tunnel"), trusted=authority.root)
        checks = found()
        assert (checks["proxy"].state, checks["tls"].state, checks["login"].state) == ("ok", "ok", "ok")
        assert set(proxy.steps()) == {TUNNEL}

    def test_it_is_looked_at_through_a_proxy_with_tls(self, authority: Authority) -> None:
        files = authority.sign("both")
        proxy = self.open.enter_context(faulty_line())
        door = self.open.enter_context(tls_door(proxy.url, certificate=files[0], key=files[1]))
        self.settings.UPLOAD_PROXY = door.url
        self.shows(files, trusted=authority.root)
        checks = found()
        assert (checks["proxy"].state, checks["tls"].state, checks["login"].state) == ("ok", "ok", "ok")
        assert "1. Example Inspection CA" in checks["tls"].evidence

    def test_revocation_hosts_are_those_listed_and_those_named(self, authority: Authority) -> None:
        first, second = (self.open.enter_context(faulty_line()) for _ in range(2))
        closed = free_port()
        more = (
            f"authorityInfoAccess=OCSP;URI:{second.url}/ocsp",
            f"crlDistributionPoints=URI:http://127.0.0.1:{closed}/a.crl",
        )
        self.shows(authority.sign("named", more=more), trusted=authority.root)
        check = found(revocation=(Place("127.0.0.1", first.server_port),))["revocation"]
        assert (check.state, check.summary) == ("warning", "1 of 3 not reached")
        assert f"{first.address}, on the vendor's list: reached" in check.evidence
        assert f"{second.address}, named in the certificate: reached" in check.evidence
        assert f"127.0.0.1:{closed}, named in the certificate: ConnectionRefusedError" in check.evidence
        assert (first.seen, second.seen) == ([], []), "nothing is asked there"

    def test_through_a_proxy_the_proxy_is_asked_for_them(self, authority: Authority) -> None:
        proxy, host = (self.open.enter_context(faulty_line()) for _ in range(2))
        self.settings.UPLOAD_PROXY = proxy.url
        self.shows(authority.sign("asked"), trusted=authority.root)
        host.fail("", *[answers(404)] * 9)
        closed = Place("127.0.0.1", free_port())
        check = found(revocation=(Place("127.0.0.1", host.server_port), closed))["revocation"]
        assert (check.state, check.summary) == ("warning", "1 of 2 not reached")
        assert f"{closed}, on the vendor's list: NotHttp" in check.evidence
        assert f"HEAD {host.url}/ HTTP/1.1" in [asked.line for asked in proxy.seen]
