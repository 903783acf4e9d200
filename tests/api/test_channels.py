"""Can a program set up ways to people, test them, and read what was answered, without learning a secret?"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from alerts.channel_models import Channel
from api.models import KeyedRequest
from servers.models import LicenseServer, ServerGroup
from servers.sealed_secrets import open_sealed
from tests.alerts.delivery.hook_receiver import Receiver, hook_receiver
from tests.api.calling import V1, get, is_problem, patch, post

MAIL = {"name": "Ops", "way": "email", "target": "eve@example.org, bob@example.org"}


@pytest.fixture(autouse=True)
def no_way_out(settings: Settings) -> None:
    """No mail server, no proxy, and the key in this test's own folder."""
    settings.CHANNEL_KEY = settings.PUBLIC_URL = settings.EMAIL_URL = ""
    settings.UPLOAD_PROXY = settings.NO_PROXY = settings.CA_BUNDLE = ""


@pytest.fixture
def hooks() -> Iterator[Receiver]:
    """A receiver of webhooks."""
    with hook_receiver() as running:
        yield running


def hook(receiver: Receiver) -> dict[str, Any]:
    return {"name": "Hook", "way": "webhook", "target": receiver.url, "plain_http": True}


def made(client: Client, wish: dict[str, Any] = MAIL, **more: object) -> dict[str, Any]:
    response = post(client, "/channels", wish | more)
    assert response.status_code == 201, response.content
    body: dict[str, Any] = response.json()
    return body


def test_a_channel_shows_what_it_tells_and_nothing_secret(as_ada: Client, server: LicenseServer) -> None:
    group = ServerGroup.objects.create(name="Amsterdam")
    body = made(as_ada, groups=[group.name], servers=["LS1.example.org"], floor="act", rules=["backup"])
    assert (body["groups"], body["servers"]) == (["Amsterdam"], [str(server.guid)])
    assert (body["floor"], body["rules"], body["shown"], body["secret"]) == (
        "act",
        ["backup"],
        "eve@example.org, bob@example.org",
        "",
    )
    assert (body["created_by"], body["is_enabled"], body["digest"]) == ("ada", True, "none")
    again = get(as_ada, f"/channels/{body['id']}").json()
    assert again.keys() == body.keys() - {"secret"}
    assert "target" not in again


def test_the_secret_of_a_webhook_is_shown_once_and_signs_the_test(as_ada: Client, hooks: Receiver) -> None:
    body = made(as_ada, hook(hooks))
    assert body["secret"].startswith("whsec_")
    answer = post(as_ada, f"/channels/{body['id']}/test").json()
    assert (answer["state"], answer["is_test"]) == ("delivered", True)
    [one] = answer["answers"]
    assert (one["said"], one["number"]) == ("delivered", 1)
    assert "204" in one["text"]
    assert hooks.seen[0].is_signed_with(body["secret"])


def test_a_new_secret_ends_the_old_one(as_ada: Client, hooks: Receiver) -> None:
    body = made(as_ada, hook(hooks))
    fresh = post(as_ada, f"/channels/{body['id']}/secret").json()["secret"]
    assert fresh != body["secret"]
    post(as_ada, f"/channels/{body['id']}/test")
    assert hooks.seen[0].is_signed_with(fresh)
    assert not hooks.seen[0].is_signed_with(body["secret"])


def test_a_repeat_adds_no_second_and_keeps_no_secret(as_ada: Client, hooks: Receiver) -> None:
    first = post(as_ada, "/channels", hook(hooks), key="k").json()
    second = post(as_ada, "/channels", hook(hooks), key="k")
    assert second.json() == {**first, "secret": ""}
    assert Channel.objects.count() == 1
    assert first["secret"] not in str(KeyedRequest.objects.values().get())


def test_a_change_leaves_what_it_does_not_name(as_ada: Client, server: LicenseServer) -> None:
    body = made(as_ada, servers=[str(server.guid)], quiet_from="22:00", quiet_until="06:00", digest="daily")
    target = Channel.objects.get().target
    response = patch(as_ada, f"/channels/{body['id']}", {"floor": "watch", "quiet_from": None, "quiet_until": None})
    changed = response.json()
    assert (changed["floor"], changed["quiet_from"], changed["changed_by"]) == ("watch", None, "ada")
    same = ("name", "way", "shown", "servers", "digest", "time_zone", "secret")
    assert {name: changed[name] for name in same} == {name: body[name] for name in same}
    assert Channel.objects.get().target == target


def test_a_new_address_counts_and_the_old_one_is_gone(as_ada: Client) -> None:
    body = made(as_ada)
    assert patch(as_ada, f"/channels/{body['id']}", {"target": "zoe@example.org"}).json()["shown"] == "zoe@example.org"
    assert open_sealed(Channel.objects.get().target) == "zoe@example.org"


def test_it_is_disabled_and_enabled_again_which_mends_it(as_ada: Client) -> None:
    pk = made(as_ada)["id"]
    assert patch(as_ada, f"/channels/{pk}", {"is_enabled": False}).json()["is_enabled"] is False
    Channel.objects.update(broken_at=timezone.now(), broken_because="550 no such user")
    body = patch(as_ada, f"/channels/{pk}", {"is_enabled": True}).json()
    assert (body["is_enabled"], body["broken_at"]) == (True, None)


def test_a_removed_channel_is_gone_and_its_messages_stay(as_ada: Client, as_cleo: Client, hooks: Receiver) -> None:
    pk = made(as_ada, hook(hooks))["id"]
    post(as_ada, f"/channels/{pk}/test")
    body = as_ada.delete(f"{V1}/channels/{pk}").json()
    assert (body["removed_by"], body["is_enabled"]) == ("ada", False)
    assert is_problem(get(as_cleo, f"/channels/{pk}"), 404)
    assert is_problem(as_ada.delete(f"{V1}/channels/{pk}"), 404)
    assert get(as_cleo, "/channels").json()["results"] == []
    [message] = get(as_cleo, f"/channels/{pk}/messages").json()["results"]
    assert message["answers"][0]["said"] == "delivered"


def test_a_test_that_does_not_arrive_says_why(as_ada: Client) -> None:
    answer = post(as_ada, f"/channels/{made(as_ada)['id']}/test").json()
    assert answer["state"] == "failed"
    assert answer["answers"][0]["text"]


@pytest.mark.parametrize(
    ("wish", "status", "field"),
    [
        ({}, 400, "name"),
        (MAIL | {"target": "nobody"}, 422, "target"),
        (MAIL | {"way": "pigeon"}, 422, "way"),
        (MAIL | {"floor": "red"}, 422, "floor"),
        (MAIL | {"rules": ["nothing"]}, 422, "rules"),
        (MAIL | {"time_zone": "Mars/Olympus"}, 422, "time_zone"),
        (MAIL | {"quiet_from": "22:00"}, 422, "quiet_until"),
        (MAIL | {"quiet_from": "25:00"}, 400, "quiet_from"),
        (MAIL | {"digest_hour": 24}, 400, "digest_hour"),
        (MAIL | {"servers": ["nowhere"]}, 400, "servers"),
        (MAIL | {"groups": ["nothing"]}, 400, "groups"),
        (MAIL | {"name": "x\x00"}, 400, "name"),
        (MAIL | {"name": "x\u2028y"}, 422, "name"),
        (MAIL | {"secret": "mine"}, 400, "secret"),
        ({"name": "Hook", "way": "webhook", "target": "http://hooks.example/x"}, 422, "target"),
        ({"name": "Hook", "way": "webhook", "target": "file:///etc/passwd"}, 422, "target"),
        ({"name": "Chat", "way": "apprise", "target": "nothing://x"}, 422, "target"),
    ],
)
def test_a_wish_that_cannot_be_had_is_told_by_its_field(
    wish: dict[str, Any], status: int, field: str, as_ada: Client
) -> None:
    response = post(as_ada, "/channels", wish)
    assert is_problem(response, status)
    assert field in response.json()["errors"]
    assert not Channel.ever.exists()


def test_a_refusal_does_not_tell_what_was_typed_as_an_address(as_ada: Client) -> None:
    response = post(as_ada, "/channels", {"name": "Chat", "way": "apprise", "target": "slack://hush-hush"})
    assert is_problem(response, 422)
    assert "hush" not in response.content.decode()


def test_a_change_that_cannot_be_had_changes_nothing(as_ada: Client) -> None:
    pk = made(as_ada)["id"]
    before = Channel.objects.values().get()
    assert is_problem(patch(as_ada, f"/channels/{pk}", {"is_enabled": False, "floor": "red"}), 422)
    assert Channel.objects.values().get() == before


def test_a_name_is_there_once(as_ada: Client) -> None:
    made(as_ada)
    response = post(as_ada, "/channels", MAIL | {"name": "OPS"})
    assert is_problem(response, 422)
    assert "name" in response.json()["errors"]
