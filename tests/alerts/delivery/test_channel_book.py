"""Is a wrong address told at once, is nothing secret shown, and does the evidence outlive the channel?"""

from datetime import time

import pytest
from django.db import connection
from pytest_django import Settings

from accounts.models import User
from alerts.channel_book import (
    ChannelRefused,
    ChannelWish,
    add_channel,
    change_channel,
    change_secret,
    disable,
    enable,
    remove_channel,
)
from alerts.channel_models import Channel, Delivery
from alerts.routing import route
from servers.models import ServerGroup
from servers.sealed_secrets import key_path, open_sealed
from tests.alerts.delivery.conftest import NOW
from tests.alerts.delivery.notices import a_channel, a_notice, an_alert

HOOK = "https://hooks.example/T0/secret-path?token=secret"


@pytest.mark.parametrize(
    ("way", "target", "shown"),
    [
        ("email", "ada@example.org", "ada@example.org"),
        ("email", " a@x.org; b@x.org,\nA@X.org c@x.org d@x.org", "a@x.org, b@x.org, c@x.org and 1 more"),
        ("webhook", HOOK, "https://hooks.example/…"),
        ("webhook", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("webhook", "http://[::1]:8080/", "http://[::1]:8080"),
        ("webhook", "https://10.1.2.3/hook", "https://10.1.2.3/…"),
        ("apprise", "slack://TOKENA123/TOKENB123/tokencdefghijklmnopqrstuv", "Slack (slack://…)"),
        ("apprise", "json://ada:secret@127.0.0.1:9/path", "JSON (json://…)"),
    ],
)
def test_an_address_is_kept_sealed_and_shown_without_secrets(ada: User, way: str, target: str, shown: str) -> None:
    channel = a_channel(ada, way=way, target=target)
    assert channel.shown == shown
    assert target.strip()[:12] not in channel.target
    assert "secret" not in channel.shown
    assert open_sealed(channel.target)


@pytest.mark.parametrize(
    ("way", "target", "sentence"),
    [
        ("email", "", "Enter an e-mail address"),
        ("email", "ada", "“ada” is no e-mail address"),
        ("email", "Ada <ada@example.org>", "“Ada”, “<ada@example.org>” are no e-mail addresses"),
        ("email", " ".join(f"a{n}@x.org" for n in range(51)), "These are 51 addresses"),
        ("webhook", "", "Enter where it leads"),
        ("webhook", "hooks.example/x", "begins with https://"),
        ("webhook", "ftp://hooks.example", "begins with https://"),
        ("webhook", "https://", "begins with https://"),
        ("webhook", "https://[::1", "This is no address"),
        ("webhook", "https://x:port/", "This is no address"),
        ("webhook", "https://hooks.example/a b", "spaces or control characters"),
        ("webhook", "https://hooks.example/\r\nX: y", "spaces or control characters"),
        ("webhook", "https://ada:pw@hooks.example", "Leave user name and password out"),
        ("webhook", "http://hooks.example/x", "Plain http"),
        ("webhook", "http://169.254.169.254/latest", "no address of a receiver"),
        ("webhook", "https://[::ffff:169.254.169.254]/", "no address of a receiver"),
        ("webhook", "https://[fe80::1]/", "no address of a receiver"),
        ("webhook", "https://0.0.0.0/", "no address of a receiver"),
        ("webhook", "https://h.example/" + "x" * 2000, "longer than 2,000"),
        ("apprise", "nothing://x", "Apprise does not understand"),
        ("apprise", "slack://", "Apprise does not understand"),
        ("apprise", "file:///etc/passwd", "Apprise does not understand"),
        ("apprise", "syslog://", "speaks to this machine"),
        ("apprise", "dbus://", "speaks to this machine"),
        ("apprise", "macosx://", "speaks to this machine"),
        ("apprise", "fcm://project/token?keyfile=/etc/passwd", "keyfile names a file"),
        ("apprise", "slack://TOKENA123/TOKENB123/tokencdefghijklmnopqrstuv/?template=/etc/passwd", "template names a"),
        ("apprise", "discord://1234567890/abcdefghijkl?template=/etc/passwd", "template names a file"),
        ("pigeon", "home", "Choose one of: email, webhook, apprise"),
    ],
)
def test_a_wrong_address_says_so_at_once(ada: User, way: str, target: str, sentence: str) -> None:
    with pytest.raises(ChannelRefused, match=sentence):
        a_channel(ada, way=way, target=target)
    assert not Channel.ever.exists()


def test_plain_http_beyond_this_machine_needs_a_word(ada: User) -> None:
    assert a_channel(ada, target="http://hooks.example/x", plain_http=True).shown == "http://hooks.example/…"


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"floor": "loud"}, "floor"),
        ({"rules": ["report_age", "moon_phase"]}, "rules"),
        ({"digest": "yearly"}, "digest"),
        ({"digest_hour": 24}, "digest_hour"),
        ({"digest_weekday": 7}, "digest_weekday"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"quiet_from": time(22)}, "quiet_until"),
        ({"quiet_from": time(22), "quiet_until": time(22)}, "quiet_until"),
    ],
)
def test_every_wrong_field_has_its_sentence(ada: User, wish: dict[str, object], field: str) -> None:
    whole = {"name": "Team", "way": "email", "target": "nobody", **wish}
    with pytest.raises(ChannelRefused) as refused:
        add_channel(ChannelWish(**whole), by=ada, now=NOW)  # type: ignore[arg-type]
    assert set(refused.value.problems) == {field, "target"}


def test_two_channels_have_two_names(ada: User) -> None:
    a_channel(ada, "Team")
    with pytest.raises(ChannelRefused, match="a channel of this name"):
        a_channel(ada, "TEAM")
    assert Channel.objects.count() == 1


def test_the_secret_of_a_webhook_is_told_once_and_kept_sealed(ada: User) -> None:
    told: list[str] = []
    channel = a_channel(ada, secret_to=told)
    assert told[0].startswith("whsec_")
    assert len(told[0]) > 40
    assert open_sealed(channel.secret) == told[0]
    assert change_channel(channel, wish_of(channel, name="Crew"), by=ada, now=NOW) == ""
    assert open_sealed(channel.secret) == told[0]
    assert change_secret(channel, by=ada, now=NOW) == open_sealed(Channel.objects.get().secret) != told[0]


def test_a_change_without_an_address_keeps_the_address(ada: User) -> None:
    channel = a_channel(ada)
    group = ServerGroup.objects.create(name="Amsterdam")
    change_channel(channel, wish_of(channel, name="Crew", groups=[group], rules=["usage"]), by=ada, now=NOW)
    kept = Channel.objects.get()
    assert (kept.name, kept.rules, list(kept.groups.all())) == ("Crew", ["usage"], [group])
    assert (kept.shown, kept.changed_by) == (channel.shown, "ada")


def test_a_refused_change_changes_nothing(ada: User) -> None:
    channel = a_channel(ada)
    with pytest.raises(ChannelRefused):
        change_channel(channel, wish_of(channel, name="Crew", target="nowhere"), by=ada, now=NOW)
    assert Channel.objects.get().name == "Team"


def test_another_way_needs_another_address_and_leaves_no_secret(ada: User) -> None:
    channel = a_channel(ada)
    with pytest.raises(ChannelRefused, match="Enter an e-mail address"):
        change_channel(channel, wish_of(channel, way="email"), by=ada, now=NOW)
    change_channel(Channel.objects.get(), wish_of(channel, way="email", target="a@x.org"), by=ada, now=NOW)
    assert (Channel.objects.get().way, Channel.objects.get().secret) == ("email", "")


def test_a_new_address_mends_a_broken_channel_and_a_lost_secret(ada: User) -> None:
    channel = a_channel(ada)
    Channel.objects.update(broken_at=NOW, broken_because="Gone.")
    key_path().unlink()
    secret = change_channel(Channel.objects.get(), wish_of(channel, target="https://new.example"), by=ada, now=NOW)
    mended = Channel.objects.get()
    assert mended.broken_at is None
    assert open_sealed(mended.secret) == secret != ""


def test_a_key_that_cannot_be_used_changes_nothing(ada: User, settings: Settings) -> None:
    settings.DATA_DIR.mkdir()
    key_path().write_text("no key")
    with pytest.raises(ChannelRefused, match="Nothing was changed"):
        a_channel(ada)
    assert not Channel.ever.exists()


def test_disabling_and_enabling_says_who_did_it(ada: User) -> None:
    channel = a_channel(ada)
    disable(channel, by=ada, now=NOW)
    assert not Channel.objects.get().is_enabled
    Channel.objects.update(broken_at=NOW, broken_because="Gone.")
    enable(channel, by=ada, now=NOW)
    kept = Channel.objects.get()
    assert (kept.is_enabled, kept.broken_at, kept.broken_because, kept.changed_by) == (True, None, "", "ada")


def test_a_removed_channel_forgets_its_address_and_keeps_what_was_told(ada: User) -> None:
    channel = a_channel(ada)
    route([a_notice(an_alert())], now=NOW)
    remove_channel(channel, by=ada, now=NOW)
    assert not Channel.objects.exists()
    kept = Channel.ever.get()
    assert (kept.target, kept.secret, kept.removed_by) == ("", "", "ada")
    delivery = Delivery.objects.get()
    assert (delivery.channel, delivery.verdict) == (kept, "skipped")
    assert delivery.because == "ada removed the channel before it was told."
    a_channel(ada)  # its name is free again


def test_nothing_secret_stands_in_the_database(ada: User) -> None:
    told: list[str] = []
    a_channel(ada, target=HOOK, secret_to=told)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM alerts_channel")
        row = str(cursor.fetchall())
    assert "hooks.example" in row
    assert not [word for word in ("secret-path", "token=", told[0]) if word in row]


def wish_of(channel: Channel, **changes: object) -> ChannelWish:
    """The channel as it is, with changes."""
    return ChannelWish(**({"name": channel.name, "way": channel.way} | changes))  # type: ignore[arg-type]
