"""Can an administrator set up who is told, without a secret ever coming back, and see what became of each message?"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from alerts.channel_models import Channel, Message
from servers.models import LicenseServer, ServerGroup
from servers.sealed_secrets import open_sealed
from tests.dashboard.alerts import a_channel
from tests.dashboard.conftest import Login

HOOK = "https://hooks.example.org/services/T0KEN"


def typed(**words: object) -> dict[str, object]:
    """A webhook, as somebody would fill in the form."""
    values: dict[str, object] = {
        "name": "Operations",
        "way": "webhook",
        "target": HOOK,
        "floor": "plan",
        "digest": "none",
        "digest_hour": "7",
        "digest_weekday": "0",
        "time_zone": "Europe/Amsterdam",
        "tells_end": "on",
    }
    return values | words


def added(client: Client, **words: object) -> str:
    return client.post(reverse("add_channel"), typed(**words), follow=True).content.decode()


def log(channel: Channel, number: int = 0, **facts: object) -> Message:
    at = timezone.now() - timedelta(hours=number)
    values: dict[str, object] = {"subject": f"Message {number}", "content": {}, "composed_at": at, "state": "delivered"}
    return Message.objects.create(channel=channel, **(values | facts))


@pytest.fixture
def hook(ada: User, login: Login) -> Channel:
    """A webhook that ada has set up."""
    added(login(ada))
    return Channel.objects.get()


def test_a_signing_secret_is_shown_in_one_answer_and_never_again(ada: User, login: Login) -> None:
    client = login(ada)
    page = added(client)
    secret = re.search(r"whsec_[\w+/=]+", page)
    assert secret
    channel = Channel.objects.get()
    assert open_sealed(channel.secret) == secret[0]
    for url in (reverse("channels"), reverse("channel", args=[channel.pk])):
        page = client.get(url).content.decode()
        assert secret[0] not in page
        assert "T0KEN" not in page
        assert "just now" in page


def test_an_empty_address_keeps_the_one_that_is_there(hook: Channel, ada: User, login: Login) -> None:
    client = login(ada)
    client.post(reverse("channel", args=[hook.pk]), typed(target="", name="Night shift"))
    hook.refresh_from_db()
    assert (hook.name, open_sealed(hook.target)) == ("Night shift", HOOK)
    client.post(reverse("channel", args=[hook.pk]), typed(target="https://hooks.example.org/other"))
    hook.refresh_from_db()
    assert open_sealed(hook.target) == "https://hooks.example.org/other"


def test_every_choice_is_kept_and_shown_again(server: LicenseServer, ada: User, login: Login) -> None:
    group = ServerGroup.objects.create(name="Amsterdam")
    words = {"rules": ["grace", "usage"], "groups": [str(group.pk)], "servers": "lic-ams-01.corp.example"}
    times = {"quiet_from": "20:00", "quiet_until": "06:00", "digest": "weekly", "digest_weekday": "4"}
    added(login(ada), **words, **times, floor="act", is_escalation="on")
    channel = Channel.objects.get()
    assert (channel.rules, list(channel.groups.all()), list(channel.servers.all())) == (
        ["grace", "usage"],
        [group],
        [server],
    )
    page = login(ada).get(reverse("channel", args=[channel.pk])).content.decode()
    assert "quiet 20:00 to 06:00 Europe/Amsterdam" in page
    assert 'value="20:00' in page
    assert '<option value="4" selected>Friday' in page
    assert re.search(r'value="grace"[^>]*checked', page)
    assert "lic-ams-01.corp.example</textarea>" in page


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"target": ""}, "Enter where it leads."),
        ({"target": "ftp://x"}, "Nothing was saved."),
        ({"name": ""}, "Give the channel a name"),
        ({"time_zone": "Mars"}, "not a time zone"),
        ({"quiet_from": "20:00"}, "Quiet hours need a begin and an end."),
        ({"quiet_from": "25:00"}, "Enter a valid time."),
        ({"servers": "nowhere.example"}, "There is no server of this name: nowhere.example."),
        ({"rules": ["wind"]}, "Select a valid choice"),
        ({"way": "pigeon"}, "Select a valid choice"),
        ({"digest_hour": "24"}, "An hour is a number from 0 to 23."),
        ({"digest_hour": "x"}, "Enter a whole number."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    words: dict[str, object], sentence: str, ada: User, login: Login
) -> None:
    page = added(login(ada), **words)
    assert sentence in page
    assert "Nothing was saved." in page
    assert not Channel.objects.exists()


def test_a_test_says_what_was_answered(hook: Channel, ada: User, login: Login) -> None:
    page = login(ada).post(reverse("test_channel", args=[hook.pk]), follow=True).content.decode()
    message = Message.objects.get()
    assert message.is_test
    assert message.answers
    assert "The test of Operations did not arrive: " in page
    assert message.answers[-1]["text"].split("'")[0][:20] in page


@pytest.mark.parametrize(
    ("do", "facts"),
    [("disable", {"is_enabled": False}), ("enable", {"is_enabled": True, "broken_at": None}), ("explode", {})],
)
def test_a_channel_is_stopped_and_started(
    do: str, facts: dict[str, object], hook: Channel, ada: User, login: Login
) -> None:
    Channel.objects.update(broken_at=timezone.now(), broken_because="410 Gone")
    page = login(ada).post(reverse("act_on_channel", args=[hook.pk]), {"do": do}, follow=True).content.decode()
    hook.refresh_from_db()
    assert {name: getattr(hook, name) for name in facts} == facts
    assert facts or "not known here" in page


def test_a_broken_channel_says_why_and_offers_another_try(ada: User, cleo: User, login: Login) -> None:
    a_channel(broken_at=timezone.now(), broken_because="410 Gone: nobody listens there.")
    page = login(ada).get(reverse("channels")).content.decode()
    assert "410 Gone: nobody listens there. Nothing is sent there since" in page
    assert "Try again<" in page
    assert "Try again<" not in login(cleo).get(reverse("channels")).content.decode()


def test_a_removed_channel_is_gone_and_its_log_stays(hook: Channel, ada: User, login: Login) -> None:
    log(hook)
    page = login(ada).post(reverse("act_on_channel", args=[hook.pk]), {"do": "remove"}, follow=True).content.decode()
    assert f'id="c-{hook.pk}"' not in page
    assert "Operations: Message 0" in page
    assert login(ada).get(reverse("channel", args=[hook.pk])).status_code == 404


def test_a_new_secret_ends_the_old_one(hook: Channel, ada: User, login: Login) -> None:
    before = open_sealed(hook.secret)
    page = login(ada).post(reverse("act_on_channel", args=[hook.pk]), {"do": "secret"}).content.decode()
    hook.refresh_from_db()
    assert before not in page
    assert open_sealed(hook.secret) in page
    mail = a_channel()
    words = login(ada).post(reverse("act_on_channel", args=[mail.pk]), {"do": "secret"}, follow=True).content.decode()
    assert "Only a webhook has a secret." in words


def test_the_log_goes_back_page_by_page_with_the_answers(cleo: User, login: Login) -> None:
    channel, client = a_channel(), login(cleo)
    answers = [
        {"try": 1, "to": "a@x.example", "said": "again", "text": "451 later"},
        {"try": 2, "to": "a@x.example", "said": "delivered", "text": "250 ok"},
        {"try": 2, "to": "b@x.example", "said": "gone", "text": "550 no such mailbox"},
    ]
    for number in range(30):
        log(channel, number, attempts=2, answers=answers if number == 0 else [])
    page = client.get(reverse("channels")).content.decode()
    assert "Delivered after 2 tries. a@x.example: 250 ok; b@x.example: 550 no such mailbox" in page
    assert "451 later" not in page
    older = re.search(r'href="\?older=([^"]+)"', page)
    assert older
    rest = client.get(f"{reverse('channels')}?older={older[1]}").content.decode()
    assert [len(re.findall(r"Message \d+<", text)) for text in (page, rest)] == [25, 5]


def test_it_asks_as_often_for_many_channels_as_for_one(ada: User, login: Login) -> None:
    client = login(ada)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asking:
            client.get(reverse("channels"))
        return len(asking)

    log(a_channel())
    queries()
    few = queries()
    for number in range(9):
        log(a_channel(f"Channel {number}"), number)
    assert queries() == few


def test_the_log_of_one_channel_stays_with_it_from_page_to_page(cleo: User, login: Login) -> None:
    mail, chat = a_channel("Mail"), a_channel("Chat")
    for number in range(30):
        log(mail, number)
    log(chat)
    page = login(cleo).get(reverse("channels"), {"channel": mail.pk}).content.decode()
    assert "Delivery log of Mail" in page
    assert "Chat: Message" not in page
    assert f'href="?channel={mail.pk}&amp;older=' in page
    assert "Chat: Message" in login(cleo).get(reverse("channels"), {"channel": "x"}).content.decode()
