"""Does the style guide show every component that the pages are made of, without touching what is kept?"""

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dashboard.style_guide import parts
from servers.models import LicenseServer
from tests.dashboard.conftest import Login

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("signs", "line", "instruments", "lists", "panels")
# What every page has around it, and what stands only inside of components that are shown.
AROUND = {"topbar", "rail", "foot", "theme", "brand_mark", "bell"}
SHOWN_ON_PAGES = {"courier_keys", "leases", "pool_dates", "use", "snooze", "threshold_preview"}
SHOWN_ON_PAGES |= {"fleet_counts", "fleet_facets", "fleet_list", "fleet_value", "fleet_views", "search_results"}
SHOWN_ON_PAGES |= {"dry_run", "policy_acts", "policy_progress"}
SHOWN_ON_PAGES |= {"setting_field", "installation_going", "form_errors_of"}
SHOWN_ON_PAGES |= {"demo_banner", "alert_state", "bytes_sent", "identifies_whom", "bundle_preview"}


def components_in(user: User, login: Login) -> set[str]:
    """The names of the components that the parts of the guide are drawn with."""
    client, found = login(user), set()
    for part in PARTS:
        found |= {str(one.name) for one in client.get(reverse("style_guide", args=[part])).templates}
    return {name.removeprefix("components/").removesuffix(".html") for name in found if name.startswith("components/")}


def test_it_shows_every_component(server: LicenseServer, ada: User, login: Login) -> None:
    every = {path.stem for path in (ROOT / "templates" / "components").glob("*.html")}
    assert every - components_in(ada, login) - AROUND - SHOWN_ON_PAGES == set()


@pytest.mark.parametrize("part", PARTS)
def test_it_changes_nothing_and_stays_small(part: str, server: LicenseServer, ada: User, login: Login) -> None:
    client = login(ada)
    with CaptureQueriesContext(connection) as queries:
        page = client.get(reverse("style_guide", args=[part])).content.decode()
    assert not [one["sql"] for one in queries if re.match(r"INSERT|UPDATE|DELETE", one["sql"])]
    assert len(page) < 60_000
    assert page.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted({one for one in ids if ids.count(one) > 1}) == []


def test_it_has_the_parts_that_the_tests_know() -> None:
    assert tuple(parts(now=timezone.now())) == PARTS


def test_an_unknown_part_is_nothing(ada: User, login: Login) -> None:
    assert login(ada).get(reverse("style_guide", args=["nothing"])).status_code == 404


def test_no_example_leads_to_a_server_of_ours(server: LicenseServer, ada: User, login: Login) -> None:
    pages = "".join(login(ada).get(reverse("style_guide", args=[part])).content.decode() for part in PARTS)
    assert str(server.guid) not in pages.replace(reverse("overview", args=[server.guid]), "")
