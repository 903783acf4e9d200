"""Does the newest list of a feature say who holds its licenses, and only of that feature?"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from licenses.assignments import Held, held_counts, of_inventory, of_udadmin, record
from licenses.formats import inventory_export, udadmin
from licenses.models import Assignment
from licenses.pseudonyms import pseudonym
from servers.models import LicenseServer
from tests.factories import a_server
from tests.intake import files
from tests.intake.files import SAMPLES

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def server(db: None) -> LicenseServer:
    """A server without anything."""
    return a_server()


def user(name: str, *, feature: str = "F", css: str = "2027.0630", at: datetime | None = None) -> Held:
    return Held(feature, css, "user", name, at)


def keep(server: LicenseServer, rows: Iterable[Held], *, hours: int = 0) -> int:
    return record(server, rows, at=NOON + hours * HOUR)


def held(server: LicenseServer) -> set[tuple[str, str]]:
    return set(Assignment.objects.held().filter(server=server).values_list("feature", "name"))


def test_it_reads_users_and_devices_of_a_list() -> None:
    content = files.udadmin("ada (Mon Jun  1 08:00:01 2026)", devices=("dock-05",))
    ada, dock = of_udadmin(udadmin.parse(content), zone=ZoneInfo("Europe/Amsterdam"))
    assert (ada.feature, ada.css_text, ada.holder, ada.name) == ("XDT_PLT_UD", "2027.0630", "user", "ada")
    assert ada.assigned_at == datetime(2026, 6, 1, 6, 0, 1, tzinfo=UTC)
    assert (dock.holder, dock.name, dock.assigned_at) == ("device", "dock-05", None)


def test_it_reads_the_holders_of_an_inventory_and_guesses_at_no_other_word() -> None:
    content = (
        (SAMPLES / "inventory" / "names_and_holders.txt").read_bytes().replace(b" Device dock-05", b" Robot dock-05")
    )
    found = {(one.holder, one.name, one.css_text) for one in of_inventory(inventory_export.parse(content))}
    assert ("user", "HARBOR\\ben", "2027.0630") in found
    assert not any("dock-05" in name for _, name, _ in found)


def test_the_newest_list_says_who_holds_and_who_has_gone(server: LicenseServer) -> None:
    assert keep(server, [user("ada"), user("ben")]) == 2
    assert keep(server, [user("ben"), user("cleo")], hours=1) == 2
    assert held(server) == {("F", "ben"), ("F", "cleo")}
    ada = Assignment.objects.get(name="ada")
    assert (ada.first_seen_at, ada.last_seen_at, ada.gone_at) == (NOON, NOON, NOON + HOUR)


def test_who_had_gone_already_keeps_the_time_of_going(server: LicenseServer) -> None:
    keep(server, [user("ada"), user("ben")])
    for hours in (1, 2, 3):
        keep(server, [user("ben")], hours=hours)
    assert Assignment.objects.get(name="ada").gone_at == NOON + HOUR


def test_who_comes_back_holds_since_the_new_time(server: LicenseServer) -> None:
    keep(server, [user("ada", at=NOON), user("ben")])
    keep(server, [user("ben")], hours=1)
    keep(server, [user("ada", at=NOON + HOUR), user("ben")], hours=2)
    ada = Assignment.objects.get(name="ada")
    assert (ada.gone_at, ada.assigned_at, ada.first_seen_at) == (None, NOON + HOUR, NOON)


def test_a_list_without_times_takes_none_away(server: LicenseServer) -> None:
    keep(server, [user("ada", at=NOON)])
    keep(server, [user("ada")], hours=1)
    assert Assignment.objects.get().assigned_at == NOON


def test_other_features_and_servers_stay_as_they_were(server: LicenseServer) -> None:
    other = a_server("lic2")
    keep(server, [user("ada"), user("ben", feature="G")])
    keep(other, [user("ada")])
    keep(server, [user("cleo")], hours=1)
    assert held(server) == {("F", "cleo"), ("G", "ben")}
    assert held(other) == {("F", "ada")}


def test_an_older_list_that_comes_late_takes_nobody_away(server: LicenseServer) -> None:
    keep(server, [user("ada"), user("ben")], hours=2)
    keep(server, [user("ada")], hours=1)
    assert held(server) == {("F", "ada"), ("F", "ben")}
    assert Assignment.objects.get(name="ada").last_seen_at == NOON + 2 * HOUR


def test_users_and_devices_of_one_name_are_two_holders(server: LicenseServer) -> None:
    assert keep(server, [user("x"), Held("F", "2027.0630", "device", "x")]) == 2
    assert held_counts(server) == {("F", "2027.0630"): 2}


def test_a_row_that_comes_twice_is_one(server: LicenseServer) -> None:
    assert keep(server, [user("ada"), user("ada")]) == 1


def test_two_support_dates_are_two_assignments(server: LicenseServer) -> None:
    keep(server, [user("ada"), user("ada", css="2026.1231"), user("ben")])
    assert held_counts(server) == {("F", "2027.0630"): 2, ("F", "2026.1231"): 1}
    keep(server, [user("ada"), user("ben")], hours=1)
    assert held_counts(server) == {("F", "2027.0630"): 2}


def test_long_names_are_cut_and_still_found_again(server: LicenseServer) -> None:
    for hours in (0, 1):
        assert keep(server, [user("a" * 400, feature="F" * 200)], hours=hours) == 1
    assert Assignment.objects.get().gone_at is None


def test_thousands_of_holders_are_kept_in_few_steps(
    server: LicenseServer, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    keep(server, [user(f"user{number}") for number in range(2500)])
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        keep(server, [user(f"user{number}") for number in range(1, 2501)], hours=1)
    assert held_counts(server) == {("F", "2027.0630"): 2500}


def test_a_pseudonym_stands_in_the_place_of_the_name(server: LicenseServer, settings: Settings) -> None:
    settings.PSEUDONYMIZE_NAMES = True
    keep(server, [user("Ada"), user("ADA"), user("ben")])
    found = Assignment.objects.order_by("name")
    assert {one.name for one in found} == {pseudonym("ada"), pseudonym("ben")}
    assert all(one.is_pseudonym for one in found)


LISTS = st.lists(st.sets(st.tuples(st.sampled_from("FG"), st.sampled_from("abc")), max_size=5), max_size=6)


@given(lists=LISTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_is_always_the_newest_list_of_each_feature(server: LicenseServer, lists: list[set[tuple[str, str]]]) -> None:
    Assignment.objects.all().delete()
    newest: dict[str, set[tuple[str, str]]] = {}
    for hours, rows in enumerate(lists):
        keep(server, [user(name, feature=feature) for feature, name in rows], hours=hours)
        newest |= {feature: {row for row in rows if row[0] == feature} for feature, _ in rows}
        assert held(server) == {row for rows in newest.values() for row in rows}
