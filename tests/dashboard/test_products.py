"""Do the pages of products tell contracted, overdraft, used and unknown apart?"""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dashboard.charts import chart_of
from dashboard.products import rows_of
from intake.importing import import_report
from intake.models import Door
from licenses import usage
from licenses.pools import pools_of
from licenses.readings import Reading
from licenses.usage import DayOfUse, latest_use
from servers.models import LicenseServer
from tests.dashboard.conftest import Login

UDADMIN = b"""Usage data is 0 minutes old. Next update in 15 minutes.
Users:
 u01.example XDT_PLT_CCS 2099.0930
 =cmd|calc XDT_PLT_CCS 2099.0930
"""
TWINS = b"""SERVER this_host HOSTNAME=lic-ams-01
VENDOR CITRIX
INCREMENT XDS_PLT_CCS CITRIX 2099.0930 permanent 7 SN=T-1 SIGN="0000"
INCREMENT XDT_PLT_CCS CITRIX 2099.0930 permanent 7 SN=T-1 SIGN="0000"
"""


def read_use(server: LicenseServer, in_use: int, *, hours_ago: float = 1, queued: int = 0) -> None:
    at = timezone.now() - timedelta(hours=hours_ago)
    usage.record(server, [Reading("XDT_PLT_CCS", "", at, in_use, 550, queued)], source="lmstat")


def page(server: LicenseServer, user: User, login: Login, name: str = "licenses", **kwargs: str) -> str:
    return login(user).get(reverse(name, args=[server.guid]), kwargs).content.decode()


def test_it_says_that_use_is_not_known(server: LicenseServer, cleo: User, login: Login) -> None:
    text = page(server, cleo, login)
    assert "Use not known" in text
    assert "500 installed and 50 overdraft" in text
    assert "0 in use" not in text


@pytest.mark.parametrize(
    ("days", "shown"),
    [(0, 'act">today'), (1, 'act">1 day'), (8, 'plan">8 days'), (30, 'plan">30 days'), (31, '">31 days')],
)
def test_it_says_how_long_licenses_run_in_the_color_of_how_much_that_presses(
    days: int, shown: str, server: LicenseServer, cleo: User, login: Login
) -> None:
    end = f"{timezone.now().date() + timedelta(days=days):%d-%b-%Y}".lower()
    file = f"VENDOR CITRIX\nINCREMENT SOON CITRIX 2099.0930 {end} 7 SIGN=0\n"
    import_report(server, file.encode(), name="soon.lic", door=Door.SHELL)
    assert f'<span class="{shown}</span><small><span class="nowrap"><time' in page(server, cleo, login)


def test_it_says_since_when_licenses_are_over(server: LicenseServer, cleo: User, login: Login) -> None:
    file = TWINS.replace(b"2099.0930 permanent 7", b"2008.0101 1-jan-2009 7")
    import_report(server, file, name="old.lic", door=Door.SHELL)
    text = page(server, cleo, login)
    assert 'Expired</span><small><span class="nowrap"><time datetime="2009-01-01">1 Jan 2009</time>,</span> 7' in text
    assert re.search(r'<span class="quiet">\d+ years over</span><small><time datetime="2008-01-01">', text)


def test_it_names_the_product_behind_the_code(server: LicenseServer, cleo: User, login: Login) -> None:
    assert "Virtual Apps and Desktops Premium" in page(server, cleo, login)


@pytest.mark.parametrize(
    ("in_use", "used", "over", "is_full"),
    [(0, 0.0, 0.0, False), (250, 45.45, 0.0, False), (525, 90.91, 4.55, False), (600, 90.91, 9.09, True)],
)
def test_it_draws_use_against_contracted_and_overdraft(
    server: LicenseServer, in_use: int, used: float, over: float, is_full: bool
) -> None:
    read_use(server, in_use)
    [row] = rows_of(pools_of(server, on=date(2026, 1, 1)), latest_use(server))
    assert row.meter is not None
    assert (row.meter.used, row.meter.over, row.meter.cap, row.meter.is_full) == (used, over, 90.91, is_full)


def test_it_keeps_queued_apart_from_used(server: LicenseServer, cleo: User, login: Login) -> None:
    read_use(server, 510, queued=3)
    text = page(server, cleo, login)
    assert "510 in use</strong> of 500" in text
    assert "10 of 50 overdraft" in text
    assert "3 queued" in text


def test_it_counts_a_purchase_with_two_codes_once(server: LicenseServer, cleo: User, login: Login) -> None:
    import_report(server, TWINS, name="twins.lic", door=Door.SHELL)
    rows = {row.code: row for row in rows_of(pools_of(server, on=date(2026, 1, 1)), {})}
    assert rows["XDT_PLT_CCS"].contracted == 507
    assert (rows["XDS_PLT_CCS"].contracted, rows["XDS_PLT_CCS"].is_counted_elsewhere) == (0, True)
    assert "Counted under its new code" in page(server, cleo, login)


def test_it_lists_a_product_without_license_file(server: LicenseServer, cleo: User, login: Login) -> None:
    at = timezone.now() - timedelta(hours=1)
    usage.record(server, [Reading("MPS_ENT_CCU", "", at, 4)], source="lmstat")
    text = page(server, cleo, login)
    assert "No license file names it" in text
    assert "4 in use" in text
    assert "overdraft</strong>" not in text


def test_it_says_when_more_is_used_than_exists(server: LicenseServer, cleo: User, login: Login) -> None:
    read_use(server, 560)
    text = page(server, cleo, login)
    assert "50 of 50 overdraft" in text
    assert "10 more than installed" in text


def test_it_hatches_days_without_reading() -> None:
    days = [DayOfUse(date(2026, 1, day), in_use, None) for day, in_use in ((1, 5), (2, None), (3, 12), (4, 0))]
    chart = chart_of(days, contracted=10, overdraft=2)
    assert [bar.css for bar in chart.bars] == ["bar", "missing", "bar hot", "bar"]
    assert chart.bars[3].height == 0
    assert chart.label.endswith("from 0 to 12. 10 contracted and 2 overdraft. 1 day has no reading.")


@pytest.mark.parametrize(("overdraft", "dy"), [(50, 14), (500, -5)])
def test_no_line_runs_through_the_words_of_another(overdraft: int, dy: int) -> None:
    day = DayOfUse(date(2026, 3, 10), None, None)
    contracted, both = chart_of([day], contracted=500, overdraft=overdraft).limits
    assert (contracted.dy, both.dy) == (dy, -5)


def test_it_shows_a_product_that_only_use_is_known_of(server: LicenseServer, cleo: User, login: Login) -> None:
    at = timezone.now() - timedelta(hours=1)
    usage.record(server, [Reading("MPS_ENT_CCU", "", at, 4)], source="lmstat")
    text = page(server, cleo, login, "product", code="MPS_ENT_CCU")
    assert "from 4 to 4" in text
    assert login(cleo).get(reverse("product", args=[server.guid]), {"code": "NOTHING"}).status_code == 404


@pytest.mark.parametrize(("who", "sees"), [("ada", True), ("dora", True), ("ben", False), ("cleo", False)])
def test_it_shows_names_to_those_who_may_see_them(
    who: str, sees: bool, server: LicenseServer, login: Login, request: pytest.FixtureRequest
) -> None:
    import_report(server, UDADMIN, name="udadmin.txt", door=Door.SHELL)
    text = page(server, request.getfixturevalue(who), login, "product", code="XDT_PLT_CCS")
    assert ("u01.example" in text) is sees
    assert "Held by 2 users and devices" in text


def test_it_exports_days_without_formulas(server: LicenseServer, cleo: User, login: Login) -> None:
    at = timezone.now() - timedelta(hours=1)
    usage.record(server, [Reading("=HYPERLINK(1)", "", at, 4), Reading("XDT", "", at, 5, 6)], source="lmstat")
    response = login(cleo).get(reverse("usage_csv", args=[server.guid]))
    text = b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]
    assert text.splitlines()[0] == "feature,pool,day,in_use,issued", "as the API writes it"
    assert "\n'=HYPERLINK(1),," in text
    assert "lic-ams-01-usage-" in response["Content-Disposition"]


def test_it_takes_a_persons_last_word_on_service_providers(server: LicenseServer, ada: User, login: Login) -> None:
    client, url = login(ada), reverse("override_provider", args=[server.guid])
    assert "Saved. Service provider." in client.post(url, {"override": "yes"}, follow=True).content.decode()
    server.refresh_from_db()
    assert (server.is_provider, server.provider_rule) == (True, "administrator")
    assert "Nothing was changed" in client.post(url, {"override": "maybe"}, follow=True).content.decode()
