"""Is a service provider told by the strongest sign, with its evidence, and does a person have the last word?"""

from datetime import date

import pytest
from django.utils import timezone

from licenses.service_provider import Detection, detect, remember
from servers.models import LicenseServer, ProviderOverride
from servers.registry import change_server
from tests.factories import a_server, increment, license_file, receive
from tests.intake.files import bundle, lmstat, pool

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)
CSP = increment(expiry="31-dec-2099", extra="VENDOR_STRING=;LT=RetailCSP;GP=720 SN=1")
SAYS = increment("MPS_ENT_CCU", extra='VENDOR_STRING=";LT=Retail;X=Service_Provider" SN=2')
PLAIN = increment("MPS_ENT_CCU", extra="VENDOR_STRING=;LT=Retail SN=3")
BILLS = bundle(pool(2, more="<CountUsersBillable>2</CountUsersBillable>"), info="<OrgID>7</OrgID>")


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A server without anything."""
    return a_server("lic1")


def seen(server: LicenseServer, *lines: str, on: date = DAY) -> Detection:
    if lines:
        receive(server, license_file(*lines))
    return detect(server, on=on)


def kept(server: LicenseServer) -> tuple[bool, str]:
    server.refresh_from_db()
    return (server.is_provider, server.provider_rule)


def test_nothing_is_no_sign(server: LicenseServer) -> None:
    assert seen(server) == Detection(is_provider=False, rule="", evidence="")
    assert seen(server, PLAIN) == Detection(is_provider=False, rule="", evidence="")


@pytest.mark.parametrize("license_type", ["CSP", "RetailCSP", "csp", "CSP-Base"])
def test_the_license_type_decides_first(server: LicenseServer, license_type: str) -> None:
    found = seen(server, CSP.replace("RetailCSP", license_type), PLAIN)
    assert (found.is_provider, found.rule) == (True, "license_type")
    assert found.evidence == f"License type {license_type.upper()}: XDT_PLT_UD in citrix.lic, line 4."


def test_the_license_type_comes_before_the_words_of_another_line(server: LicenseServer) -> None:
    assert seen(server, SAYS, CSP).rule == "license_type"


@pytest.mark.parametrize("words", ["Service_Provider", "SERVICE PROVIDER", "service-provider"])
def test_the_words_of_a_vendor_string_decide_second(server: LicenseServer, words: str) -> None:
    found = seen(server, SAYS.replace("Service_Provider", words))
    assert (found.is_provider, found.rule) == (True, "vendor_string")
    assert found.evidence == "The vendor string says it: MPS_ENT_CCU in citrix.lic, line 4."


def test_what_the_server_reports_decides_third(server: LicenseServer) -> None:
    receive(server, BILLS)
    found = seen(server, PLAIN)
    assert (found.is_provider, found.rule) == (True, "payload")
    assert found.evidence == "A report of this server counts billable users for an organization."


def test_files_come_before_reports(server: LicenseServer) -> None:
    receive(server, BILLS)
    assert seen(server, CSP).rule == "license_type"


@pytest.mark.parametrize("notice", ["CSP Industries", "Service Provider Ltd", "csp"])
def test_a_notice_is_the_name_of_a_company(server: LicenseServer, notice: str) -> None:
    found = seen(server, increment("MPS_ENT_CCU", extra=f'NOTICE="{notice}" SN=1'), f"# {notice}")
    assert not found.is_provider


def test_other_vendors_are_not_asked(server: LicenseServer) -> None:
    assert not seen(server, increment(vendor="tool", extra="VENDOR_STRING=;LT=CSP SN=1")).is_provider


@pytest.mark.parametrize("on", [date(2027, 1, 1), date(2020, 1, 1)])
def test_licenses_that_are_not_in_force_are_not_asked(server: LicenseServer, on: date) -> None:
    line = increment(expiry="31-dec-2026", extra="VENDOR_STRING=;LT=CSP START=1-jan-2026 SN=1")
    assert seen(server, line).is_provider
    assert not detect(server, on=on).is_provider


@pytest.mark.parametrize("override", [ProviderOverride.YES, ProviderOverride.NO])
@pytest.mark.parametrize("line", [CSP, PLAIN])
def test_a_person_has_the_last_word_either_way(server: LicenseServer, override: ProviderOverride, line: str) -> None:
    change_server(server, provider_override=override)
    found = seen(server, line)
    assert (found.is_provider, found.rule) == (override == ProviderOverride.YES, "administrator")
    assert found.evidence == f"Set by hand to {override.label}."


def test_a_hint_is_shown_and_decides_nothing(server: LicenseServer) -> None:
    found = seen(server, increment(expiry="31-dec-2099"), increment("CITRIX", count=4000, extra="SN=0"))
    assert (found.is_provider, found.rule) == (False, "")
    assert found.hint.startswith("All licenses are for users and devices and all of them expire")


@pytest.mark.parametrize(
    "line", [increment(), increment("XDT_PLT_CCS", expiry="31-dec-2099"), increment("NEW", expiry="31-dec-2099")]
)
def test_one_other_license_is_no_hint(server: LicenseServer, line: str) -> None:
    assert seen(server, increment(expiry="31-dec-2099", extra="SN=1"), line).hint == ""


def test_it_is_remembered_with_rule_and_evidence(server: LicenseServer) -> None:
    receive(server, license_file(CSP))
    assert kept(server) == (True, "license_type")
    assert server.provider_evidence == "License type RETAILCSP: XDT_PLT_UD in citrix.lic, line 4."


def test_every_import_renews_it(server: LicenseServer) -> None:
    receive(server, license_file(CSP))
    receive(server, license_file(PLAIN))
    assert kept(server) == (False, "")
    receive(server, BILLS)
    assert kept(server) == (True, "payload")


def test_an_import_of_anything_sees_that_licenses_ended(server: LicenseServer) -> None:
    receive(server, license_file(CSP))
    LicenseServer.objects.filter(pk=server.pk).update(is_provider=False, provider_rule="")
    receive(server, lmstat("F 9 4"))
    assert kept(server) == (True, "license_type")


def test_it_writes_only_what_changed(server: LicenseServer) -> None:
    today = timezone.now().date()
    receive(server, license_file(CSP))
    LicenseServer.objects.filter(pk=server.pk).update(name="renamed")
    remember(server, on=today)
    server.refresh_from_db()
    assert server.name == "renamed"


def test_a_changed_override_is_remembered_when_asked(server: LicenseServer) -> None:
    receive(server, license_file(CSP))
    server.refresh_from_db()
    change_server(server, provider_override=ProviderOverride.NO)
    remember(server, on=DAY)
    assert kept(server) == (False, "administrator")


def test_long_evidence_is_cut(server: LicenseServer) -> None:
    receive(server, license_file(CSP.replace("RetailCSP", "CSP" + "x" * 2000)))
    assert kept(server) == (True, "license_type")
    assert len(server.provider_evidence) == 512
