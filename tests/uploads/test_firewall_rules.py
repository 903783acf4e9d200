"""Are the rules for the network team exactly those that the configuration in force needs?"""

import csv
import io
from datetime import UTC, datetime

import pytest
from pytest_django import Settings

from uploads.check_plan import REGISTRATION_HOSTS, REVOCATION_HOSTS, Plan, named_in, plan_from_settings
from uploads.firewall_rules import HEADINGS, Rule, as_csv, as_text, rules
from uploads.line_probes import Certificate, Place

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_a_real_destination(settings: Settings) -> None:
    settings.SANDBOX = False
    settings.CIS_URL = "https://reports.example.org"


def plan() -> Plan:
    return plan_from_settings(seconds=1)


def doors(found: tuple[Rule, ...]) -> list[tuple[str, int]]:
    return [(rule.host, rule.port) for rule in found]


def test_a_destination_of_your_own_needs_one_door() -> None:
    [rule] = rules(plan(), machine="worker-1", address="10.0.0.7")
    assert (rule.source, rule.host, rule.port, rule.protocol, rule.evidence) == (
        "workers (worker-1, 10.0.0.7)", "reports.example.org", 443, "TCP, HTTPS", "CIS_URL",
    )  # fmt: skip


def test_an_odd_port_and_plain_http_are_as_configured(settings: Settings) -> None:
    settings.CIS_URL = "http://[fd00::7]:8080"
    [rule] = rules(plan())
    assert (rule.source, rule.host, rule.port, rule.protocol) == ("workers", "fd00::7", 8080, "TCP, HTTP")


def test_with_a_proxy_the_workers_need_the_proxy_and_the_proxy_the_destination(settings: Settings) -> None:
    settings.UPLOAD_PROXY = "http://us:secret-word@proxy.example.org:3128"
    found = rules(plan())
    assert doors(found) == [("proxy.example.org", 3128), ("reports.example.org", 443)]
    assert found[1].source == "proxy (proxy.example.org)"
    assert "secret-word" not in as_csv(found) + as_text(found)


def test_an_exempted_destination_needs_no_proxy(settings: Settings) -> None:
    settings.UPLOAD_PROXY, settings.NO_PROXY = "http://proxy.example.org:3128", ".example.org"
    assert doors(rules(plan())) == [("reports.example.org", 443)]


def test_the_vendors_service_needs_what_the_vendor_lists(settings: Settings) -> None:
    settings.CIS_URL = "https://cis.citrix.com"
    found = rules(plan())
    assert doors(found)[0] == ("cis.citrix.com", 443)
    assert {(host, 443) for host in REGISTRATION_HOSTS} | {(host, 80) for host in REVOCATION_HOSTS} == set(
        doors(found)[1:]
    )
    assert all("license server" in rule.source for rule in found[1:])


@pytest.mark.parametrize("url", ["https://notcitrix.com", "https://citrix.com.example.org", "https://cis.citrix.com.x"])
def test_a_name_that_only_looks_like_the_vendors_is_not(settings: Settings, url: str) -> None:
    settings.CIS_URL = url
    assert len(rules(plan())) == 1


def test_hosts_that_the_certificate_named_are_added_once(settings: Settings) -> None:
    settings.CIS_URL = "https://cis.citrix.com"
    named = (Place("ocsp.digicert.com", 80), Place("crl.example.org", 80))
    found = rules(plan(), named=named)
    assert doors(found).count(("ocsp.digicert.com", 80)) == 1
    assert [rule.evidence for rule in found if rule.host == "crl.example.org"] == ["named in the certificate"]


def test_the_sandbox_needs_none(settings: Settings) -> None:
    settings.SANDBOX = True
    assert rules(plan()) == ()
    assert as_text(()) == "No rule is needed: nothing leaves this machine.\n"


def test_they_can_be_carried_as_csv_and_as_text(settings: Settings) -> None:
    settings.CIS_URL = "https://cis.citrix.com"
    found = rules(plan())
    rows = list(csv.reader(io.StringIO(as_csv(found))))
    assert rows[0] == [str(one) for one in HEADINGS]
    assert len(rows) == len(found) + 1
    lines = as_text(found).splitlines()
    assert len(lines) == 2 * len(found)
    assert lines[:2] == [
        "1. From workers to cis.citrix.com, port 443, TCP, HTTPS",
        "   Log-in, uploads and registration (source: CIS_URL)",
    ]


def test_what_a_certificate_names_is_taken_only_where_it_is_a_host() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    hostile = (
        "http://crl.example.org/a.crl", "http://crl.example.org:8080/b", "ldap:///CN=x", "http://[::1", "http://",
        "http://=cmd|'x'!A1/", "file:///etc/passwd", "http://crl.example.org/twice", "http://a b/", "",
    )  # fmt: skip
    found = named_in([Certificate("a", "b", at, at, hostile)])
    assert [str(place) for place in found] == ["crl.example.org:80", "crl.example.org:8080"]
