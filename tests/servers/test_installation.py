"""What counts for the whole installation: does a variable win, is everything written down, and is nothing shown?"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import User
from servers.installation import choose, in_force, standings, take_back
from servers.installation_models import InstallationChoice, Setting
from servers.installation_values import InstallationRefused, checked
from servers.sealed_secrets import key_path
from tests.factories import at_once
from tests.uploads.certificates import make_certificate

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
PROXY = "http://ann@proxy.example:3128"


@pytest.fixture(autouse=True)
def nothing_said(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.CHANNEL_KEY = settings.UPLOAD_PROXY = settings.NO_PROXY = settings.CA_BUNDLE = ""
    settings.HISTORY_DAYS = settings.USAGE_DAYS = None


def test_without_any_word_the_defaults_count() -> None:
    found = in_force()
    assert (found.upload_proxy, found.no_proxy, found.ca_bundle) == ("", "", "")
    assert (found.history_days, found.usage_days) == (365, 365)


def test_what_was_chosen_counts_and_says_who_and_when(ada: User) -> None:
    rows = choose({Setting.NO_PROXY: "localhost; .b.example", Setting.HISTORY_DAYS: "90"}, by=ada, now=NOW)
    assert (in_force().no_proxy, in_force().history_days) == ("localhost, .b.example", 90)
    assert [(row.changed_by, row.changed_at) for row in rows] == [("ada", NOW)] * 2


def test_the_same_again_is_no_change(ada: User) -> None:
    choose({Setting.HISTORY_DAYS: "90"}, by=ada, now=NOW)
    assert choose({Setting.HISTORY_DAYS: "090"}, by=ada, now=NOW) == []
    assert InstallationChoice.objects.count() == 1


def test_a_variable_wins_and_says_so(ada: User, settings: Settings) -> None:
    choose({Setting.NO_PROXY: "a.example"}, by=ada, now=NOW)
    settings.NO_PROXY = "b.example"
    assert in_force().no_proxy == "b.example"
    assert {one.setting: one.is_by_variable for one in standings()}[Setting.NO_PROXY]
    with pytest.raises(InstallationRefused, match="NO_PROXY is set where this installation is started"):
        choose({Setting.NO_PROXY: "c.example", Setting.HISTORY_DAYS: "40"}, by=ada, now=NOW)
    assert in_force().history_days == 365  # all or nothing


def test_a_password_is_used_but_neither_stored_in_plain_nor_shown(ada: User) -> None:
    choose({Setting.UPLOAD_PROXY: PROXY}, password="s3cret/@", by=ada, now=NOW)
    assert in_force().upload_proxy == "http://ann:s3cret%2F%40@proxy.example:3128"
    row = InstallationChoice.objects.get()
    assert "s3cret" not in f"{row.value} {row.sealed_password}"
    assert {one.value for one in standings() if one.setting == Setting.UPLOAD_PROXY} == {PROXY}


def test_a_password_stays_with_its_address_and_never_goes_to_another(ada: User) -> None:
    choose({Setting.UPLOAD_PROXY: PROXY}, password="s3cret", by=ada, now=NOW)
    assert choose({Setting.UPLOAD_PROXY: PROXY}, by=ada, now=NOW) == []
    choose({Setting.UPLOAD_PROXY: "http://ann@elsewhere.example:3128"}, by=ada, now=NOW)
    assert in_force().upload_proxy == "http://ann@elsewhere.example:3128"


def test_the_password_of_a_variable_is_not_shown(settings: Settings) -> None:
    settings.UPLOAD_PROXY = "http://ann:s3cret@proxy.example:3128"
    assert "s3cret" not in repr([one.value for one in standings()])


@pytest.mark.django_db(transaction=True)
def test_of_two_who_choose_at_once_one_counts_and_the_other_is_told(ada: User) -> None:
    ended = at_once(lambda: choose({Setting.HISTORY_DAYS: "90"}, by=ada, now=NOW), times=4)
    assert all(isinstance(one, list | InstallationRefused) for one in ended), ended
    assert InstallationChoice.objects.filter(counts=True).count() == 1
    assert in_force().history_days == 90


def test_a_lost_key_leaves_the_proxy_without_its_password(ada: User) -> None:
    choose({Setting.UPLOAD_PROXY: PROXY}, password="s3cret", by=ada, now=NOW)
    key_path().unlink()
    assert in_force().upload_proxy == "http://ann:@proxy.example:3128"


def test_it_can_be_taken_back_unless_others_came_since(ada: User) -> None:
    choose({Setting.HISTORY_DAYS: "90"}, by=ada, now=NOW)
    second = choose({Setting.HISTORY_DAYS: "900", Setting.NO_PROXY: "*"}, by=ada, now=NOW)
    take_back([row.pk for row in second], by=ada, now=NOW)
    assert (in_force().history_days, in_force().no_proxy) == (90, "")
    with pytest.raises(InstallationRefused, match="Somebody changed this since"):
        take_back([row.pk for row in second], by=ada, now=NOW)


def test_only_certificates_are_kept(ada: User, tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    text = certificate.read_text()
    choose({Setting.CA_BUNDLE: f"my notes\n{text}\nmore"}, by=ada, now=NOW)
    assert in_force().ca_bundle.strip() == text.strip()
    with pytest.raises(InstallationRefused, match="private key"):
        choose({Setting.CA_BUNDLE: text + key.read_text()}, by=ada, now=NOW)


def test_a_proxy_is_http_unless_it_says_otherwise() -> None:
    assert checked(Setting.UPLOAD_PROXY, " ann@proxy.example:3128/ ") == PROXY
    assert checked(Setting.UPLOAD_PROXY, "https://[::1]") == "https://[::1]:443"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (Setting.UPLOAD_PROXY, "ftp://proxy.example"),
        (Setting.UPLOAD_PROXY, "proxy.example:port"),
        (Setting.UPLOAD_PROXY, "http://proxy.example:99999"),
        (Setting.UPLOAD_PROXY, "http://a b/"),
        (Setting.UPLOAD_PROXY, "http://proxy.example/path"),
        (Setting.UPLOAD_PROXY, "http://ann:secret@proxy.example"),
        (Setting.UPLOAD_PROXY, "http://[::1"),
        (Setting.NO_PROXY, "<script>"),
        (Setting.NO_PROXY, "a," * 300 + ",".join(f"h{number}" for number in range(201))),
        (Setting.CA_BUNDLE, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"),
        (Setting.CA_BUNDLE, "\0"),
        (Setting.HISTORY_DAYS, "29"),
        (Setting.HISTORY_DAYS, "-40"),
        (Setting.USAGE_DAYS, "36501"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(setting: Setting, value: str) -> None:
    with pytest.raises(InstallationRefused) as refused:
        checked(setting, value)
    assert refused.value.setting == setting
    assert str(refused.value).endswith(".")
