"""In which time zone does somebody read, and which zones are there to choose from?"""

from zoneinfo import ZoneInfo, available_timezones

import pytest

from accounts.models import User
from accounts.time_zones import TimeZoneRefused, choose_time_zone, offered, zone_of


def test_nobody_has_a_zone_until_they_choose_one(cleo: User) -> None:
    assert zone_of(cleo) is None


def test_a_choice_is_kept_and_can_be_given_up(cleo: User) -> None:
    choose_time_zone(cleo, "Europe/Amsterdam")
    assert zone_of(User.objects.get(pk=cleo.pk)) == ZoneInfo("Europe/Amsterdam")
    choose_time_zone(cleo, "")
    assert zone_of(User.objects.get(pk=cleo.pk)) is None


@pytest.mark.parametrize("name", ["Europe/Atlantis", "../../etc/passwd", "\0", "utc ", "x" * 5000])
def test_what_is_no_zone_changes_nothing(cleo: User, name: str) -> None:
    choose_time_zone(cleo, "Asia/Tokyo")
    with pytest.raises(TimeZoneRefused, match="not a time zone"):
        choose_time_zone(cleo, name)
    assert User.objects.get(pk=cleo.pk).time_zone == "Asia/Tokyo"


@pytest.mark.parametrize("name", ["Europe/Atlantis", "../outside", "/etc/localtime"])
def test_a_zone_that_this_machine_does_not_know_any_more_is_no_choice(cleo: User, name: str) -> None:
    cleo.time_zone = name  # as if it came from a machine with other zones
    assert zone_of(cleo) is None


def test_every_zone_that_is_offered_can_be_chosen_and_stands_there_once() -> None:
    names = offered()
    assert set(names) <= available_timezones()
    assert len(names) == len(set(names)) > 300
    assert {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"} <= set(names)
