"""Can anything of a demo get outside, and can anything invented get into a real installation?"""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from alerts.channel_book import add_channel
from alerts.channel_models import Channel, Message
from alerts.channel_wish import ChannelWish
from alerts.delivery import DEMO, send_test
from programs.catalog import program
from programs.consent import choose_sharing
from programs.growth import note_growth
from programs.models import ConsentDecision, Door
from programs.texts import sharing_text
from servers.models import LicenseServer
from tests.factories import a_server
from uploads.fence import DEMO_STAYS_HERE, Fenced, ask_fence
from uploads.models import Upload
from uploads.policy import LEASE
from uploads.states import State

pytestmark = pytest.mark.django_db
PAST = datetime(2025, 3, 1, tzinfo=UTC)


def sending(server: LicenseServer) -> Upload:
    now = timezone.now()
    return Upload.objects.create(
        server=server, program="telemetry", kind="compliance", period=now, created_at=now, state=State.SENDING,
        lease_until=now + LEASE, lease_holder="me",
    )  # fmt: skip


def test_an_invented_server_sends_to_the_sandbox_alone(settings: Settings) -> None:
    server = a_server()
    LicenseServer.objects.update(is_demo=True)
    upload = sending(server)
    ask_fence(upload, holder="me")
    settings.SANDBOX = False
    with pytest.raises(Fenced, match=DEMO_STAYS_HERE):
        ask_fence(upload, holder="me")


def test_a_real_server_sends_wherever_it_is_told_to(settings: Settings) -> None:
    settings.SANDBOX = False
    upload = sending(a_server())
    ask_fence(upload, holder="me")
    upload.refresh_from_db()
    assert (upload.state, upload.lease_holder) == (State.SENDING, "me")


def test_a_channel_of_a_demo_tells_nobody(settings: Settings, ada: User) -> None:
    """The port answers nobody: had it been tried, the message would not have arrived."""
    settings.DEMO, now = True, timezone.now()
    wish = ChannelWish(name="Desk", way=Channel.Way.WEBHOOK, target="http://127.0.0.1:9/hook")
    channel, _ = add_channel(wish, by=ada, now=now)
    message = send_test(channel, by=ada, now=now)
    assert message.state == Message.State.DELIVERED
    assert [row["text"] for row in message.answers] == [DEMO]


def test_no_decision_of_a_real_ledger_has_a_date_of_its_own() -> None:
    with pytest.raises(RuntimeError, match="Only a demo has an invented past"):
        note_growth(a_server(), program_code="telemetry", at=timezone.now() - timedelta(days=1))
    assert not ConsentDecision.objects.exists()


def test_a_decision_of_a_demo_is_dated_in_its_past(settings: Settings, dora: User) -> None:
    settings.DEMO = True
    shown = sharing_text(program("call_home"), program("ceip")).sha256
    rows = choose_sharing(a_server(), choice="ceip", by=dora, door=Door.PAGE, text_sha256=shown, at=PAST)
    assert [row.decided_at for row in rows] == [PAST, PAST]
