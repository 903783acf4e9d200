"""Does every trouble lead to a page that is there, on one server and on all?"""

import pytest
from django.urls import reverse

from accounts.models import User
from alerts.clock import INSTALLATION, Kind
from alerts.models import RULES, Condition
from dashboard.alert_places import OF_A_PRODUCT, place_of
from servers.models import LicenseServer
from tests.dashboard.conftest import Login

OF_THE_INSTALLATION = INSTALLATION | {Condition.CHANNEL_SILENT, Condition.POLICY_WAITS}
WITHOUT_A_PAGE = {Kind.BACKUP, Kind.WATCHDOG}  # mended outside: the words say how


@pytest.mark.parametrize("rule", [rule for rule, _ in RULES if rule not in WITHOUT_A_PAGE])
def test_a_trouble_of_one_server_leads_to_a_page(rule: str, server: LicenseServer, cleo: User, login: Login) -> None:
    place = place_of(rule, server)
    assert place
    assert login(cleo).get(place.url).status_code == 200
    assert str(server.guid) in place.url or rule in OF_THE_INSTALLATION


@pytest.mark.parametrize("rule", sorted(OF_A_PRODUCT))
def test_a_trouble_of_a_product_leads_to_the_product(
    rule: str, server: LicenseServer, cleo: User, login: Login
) -> None:
    place = place_of(rule, server, feature="XDT_PLT_CCS")
    assert place
    assert "XDT_PLT_CCS" in login(cleo).get(place.url).content.decode()


@pytest.mark.parametrize("rule", [rule for rule, _ in RULES])
def test_a_trouble_of_many_servers_leads_to_a_page_of_all_or_nowhere(
    rule: str, server: LicenseServer, cleo: User, login: Login
) -> None:
    place = place_of(rule, None, feature="XDT_PLT_CCS")
    assert place is None or login(cleo).get(place.url).status_code == 200


def test_failed_uploads_of_many_servers_stand_on_one_page() -> None:
    place = place_of(Condition.UPLOADS_FAIL, None)
    assert place
    assert place.url == reverse("fleet_uploads") + "?state=failed"
