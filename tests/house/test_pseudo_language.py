"""Is everything that the pages say asked of translators, and is every drawing still one with decimal commas?"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import User
from intake.importing import import_report
from intake.models import Door
from programs.catalog import programs_in
from servers.registry import add_server
from tests.dashboard.alerts import a_channel, a_delivery, a_notice, an_alert
from tests.dashboard.conftest import LICENSE, an_upload
from tests.house.pseudo_language import Reader, write_pseudo_catalog
from uploads.states import State

ON_A_SERVER = ("overview", "licenses", "uploads", "server_alerts", "settings", "manual", "audit")
ON_ALL = (
    "servers", "alerts", "closed_alerts", "channels", "add_channel", "thresholds", "why", "feeds",
    "policies", "new_policy", "people", "fleet_uploads", "network_check", "manual_fleet", "account",
)  # fmt: skip
# What is data here, and names that are the same everywhere.
DATA = re.compile(
    r"""lic-ams-01[\w.]*|Licensing\ Manager|Licensing\ Telemetry|Call\ Home|License\ Server\ Event\ Data
    |Customer\ (Experience\ Improvement\ Program|Success\ Services)|SHA-256|sha256|CSV|JSON|UTC|HTTP|REST|TCP
    |\w+tag|Mittwoch|English|Deutsch|Français|Español|日本語|简体中文|ada|\d+\.\d+\.\d+|desktops\.lic|Retail|compliance
    |XDT_PLT_CCS|Virtual\ Apps\ and\ Desktops\ Premium|XenDesktop\ Platinum|Premium|Platinum|concurrent
    |120\ XDT_PLT_CCS\ licenses\ expire|They\ run\ to.*remain\.|Renew\ them.*file\.|Seen\ in\ desktops\.lic\.
    |[\w+/]{43}=|Team\ mail|1\ address|250\ accepted|The\ step\ was\ reached\.|[0-9a-f]{8,}
    |[A-Z]\w+/[\w/-]+""",
    re.VERBOSE,
)


@pytest.fixture(scope="module")
def pseudo_locale(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalog with brackets, in the place of the German one."""
    locale = tmp_path_factory.mktemp("locale")
    write_pseudo_catalog(locale)
    return locale


@pytest.fixture
def reader(pseudo_locale: Path, tmp_path: Path, ada: User) -> Iterator[Client]:
    """An administrator who reads that language."""
    with override_settings(LOCALE_PATHS=[pseudo_locale], LANGUAGE_CODE="de", DATA_DIR=tmp_path):
        programs_in.cache_clear()  # what another test read in German is not what is read here, nor the other way
        client = Client()
        client.force_login(ada, backend="accounts.backends.RoleBackend")
        yield client
    programs_in.cache_clear()


@pytest.fixture
def addresses(db: None) -> list[str]:
    """Pages with something on each: a license, uploads that ended in every way, an alert that one channel heard."""
    server = add_server(name="lic-ams-01.corp.example")
    import_report(server, LICENSE, name="desktops.lic", door=Door.SHELL)
    uploads = [an_upload(server, state=state, days_ago=number) for number, state in enumerate(State.values, start=1)]
    alert = an_alert(server)
    a_delivery(a_notice(alert), a_channel())
    return [
        *(reverse(name) for name in ON_ALL),
        *(reverse(name, args=[server.guid]) for name in ON_A_SERVER),
        *(reverse("upload", args=[server.guid, one.pk]) for one in uploads),
        *(reverse("program", args=[server.guid, code]) for code in ("telemetry", "call_home")),
        reverse("alert", args=[alert.pk]),
        f"{reverse('product', args=[server.guid])}?code=XDT_PLT_CCS",
        f"{reverse('licenses', args=[server.guid])}?reports=1",
    ]


def test_everything_that_a_page_says_was_asked_of_translators(reader: Client, addresses: list[str]) -> None:
    outside: dict[str, str] = {}
    drawn: set[str] = set()
    strangers = [reverse("sign_in"), reverse("setup", args=["closed"]), "/nowhere/"]
    for client, address in [*((reader, one) for one in addresses), *((Client(), one) for one in strangers)]:
        page = Reader(client.get(address).content.decode())
        assert page.depth == 0
        outside |= {said: address for said in page.outside if re.search(r"[^\W\d_]{2,}", DATA.sub("", said))}
        drawn |= set(page.not_numbers)
    assert outside == {}
    assert drawn == set()


@pytest.mark.parametrize(
    ("page", "outside", "drawn"),
    [
        ("<p>⟦Nothing⟧ yet.</p>", ["yet."], []),
        ("<p>⟦See <a>the page⟧</a> here</p>", ["here"], []),
        ('<p title="Why">⟦Nothing⟧</p>', ["Why"], []),
        ('<rect x="12,5%" width="3.5%" y="4"/>', [], ["rect x=12,5%"]),
    ],
)
def test_the_reader_finds_what_is_outside(page: str, outside: list[str], drawn: list[str]) -> None:
    found = Reader(page)
    assert (found.outside, found.not_numbers) == (outside, drawn)
