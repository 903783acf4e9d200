"""Does a message speak the language of the installation in all of its parts, whoever looks at the pages meanwhile?"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import translation
from pytest_django import Settings

from accounts.models import User
from alerts.channel_models import Delivery, Message
from alerts.channels.email_way import email_for
from alerts.channels.webhook import body_of
from alerts.clock import Kind
from alerts.delivery import deliver_due, send_test
from alerts.evaluation import evaluate
from alerts.feeds import atom_for, calendar_for
from alerts.models import Alert, AlertEvent, Condition, Notice
from alerts.preview import NAME_ENDS
from alerts.reacting import snooze
from alerts.routing import route
from alerts.severity import Severity
from servers.models import LicenseServer
from tests.alerts.delivery.conftest import NOW
from tests.alerts.delivery.notices import a_channel, a_notice, an_alert, close
from tests.alerts.looking import expiring
from tests.factories import a_server
from tests.pseudo_language import CODE, plain_words, pseudo_language
from uploads.models import Tick

# What is a name or a fact, and stands in every language as it is.
DATA = (
    "Licensing Manager lic1.example.test Team UTC XDT PLT UD CVADS Call Home telemetry https lm example alerts servers "
    "TLS ada citrix lic"
)


@pytest.fixture(autouse=True)
def installed_in_pseudo(settings: Settings) -> Iterator[None]:
    """The installation speaks it; whoever looks at a page reads English."""
    settings.LANGUAGE_CODE, settings.PUBLIC_URL = CODE, "https://lm.example"
    with pseudo_language(), translation.override("en"):
        yield


def everything_wrong() -> None:
    """Licenses that end, reports that never came: what the rules themselves say about it."""
    server = a_server()
    expiring(server, "31-mar-2026")
    for name in ("dispatch", "beat"):
        Tick.note(name, at=NOW)
    evaluate(now=NOW + timedelta(minutes=1))


def mail_of(message: Message) -> tuple[str, str, str]:
    """Subject, plain text and HTML without its tags."""
    with translation.override("de"):
        mail = email_for(message, to="ada@company.example")
    html = re.sub(r"<[^>]*>", " ", str(mail.alternatives[0][0]))
    return str(mail.subject), str(mail.body), html


def test_a_mail_of_what_the_rules_found_has_no_english_word(ada: User, clock: time_machine.Traveller) -> None:
    a_channel(ada, floor=Severity.UNKNOWN)
    everything_wrong()
    deliver_due(now=NOW + timedelta(minutes=1))
    message = Message.objects.latest("pk")
    assert len(message.content["parts"]) >= 2
    for part in mail_of(message):
        assert plain_words(part, but=DATA) == []
    assert b"\xef\xbc" in body_of(message)  # a webhook has the same words
    assert plain_words(" ".join(Delivery.objects.values_list("because", flat=True)), but=DATA) == []


def test_every_reason_to_tell_has_its_words(ada: User) -> None:
    channel = a_channel(ada)
    one = an_alert("ⅰ", due=date(2026, 3, 11), rung=1, severity=Severity.ACT)
    used = an_alert("ⅱ", rule=Condition.USAGE, due=None, rung=10)
    late = an_alert("ⅲ", due=date(2026, 3, 1), rung=-7)
    lasting = an_alert("ⅳ", rule=Condition.UPLOADS_FAIL, due=None, rung=-7)
    Alert.objects.update(detail="", action="")
    notices = [
        a_notice(one, reason=Notice.Reason.ESCALATED), a_notice(used), a_notice(late), a_notice(lasting),
        a_notice(an_alert("ⅴ", due=None, rung=0), reason=Notice.Reason.WOKEN),
    ]  # fmt: skip
    Notice.objects.update(detail="", action="")
    route(list(Notice.objects.filter(pk__in=[one.pk for one in notices])), now=NOW)
    deliver_due(now=NOW)
    Alert.objects.filter(pk=late.pk).update(closed_because="")
    route([close(late, at=NOW)], now=NOW)
    subject, plain, html = mail_of(Message.objects.filter(channel=channel).earliest("pk"))
    assert plain_words(subject + plain + html, but=DATA) == []


def test_a_test_of_a_channel_speaks_it_too(ada: User) -> None:
    message = send_test(a_channel(ada), by=ada, now=NOW)
    assert [plain_words(part, but=DATA) for part in mail_of(message)] == [[], [], []]
    assert translation.get_language() == "en"


def test_a_calendar_and_a_feed_speak_it(ada: User, clock: time_machine.Traveller) -> None:
    everything_wrong()
    calendar = calendar_for(None, now=NOW, site="https://lm.example").decode().replace("\r\n ", "")
    words = re.findall(r"^(?:SUMMARY|DESCRIPTION|CATEGORIES)[^:]*:(.*)$", calendar, re.MULTILINE)
    assert len(words) > 6
    assert plain_words(" ".join(words).replace("\\n", " "), but=DATA) == []
    feed = atom_for(LicenseServer.objects.get(), since=NOW, site="https://lm.example").decode()
    texts = re.findall(r'>([^<]+)</(?:title|summary)>|term="([^"]+)"', feed)
    assert len(texts) > 6
    told = re.sub(r"&lt;/?p&gt;", " ", " ".join(one for pair in texts for one in pair))
    assert plain_words(told, but=DATA) == []
    assert 'xml:lang="de"' in feed


def test_dates_and_numbers_follow_the_language(ada: User, clock: time_machine.Traveller) -> None:
    everything_wrong()
    alert = Alert.objects.get(rule=Kind.LICENSE_EXPIRY)
    assert "31 Mär" in alert.title
    assert "31 Mär" in alert.detail
    assert plain_words(NAME_ENDS.split(alert.title)[0], but=DATA) == []


def test_what_a_person_causes_is_kept_in_the_language_of_the_installation(ada: User) -> None:
    notice = a_notice(an_alert("ⅰ"))
    channel = a_channel(ada, floor=Severity.ACT)
    because = Delivery.objects.get(notice=notice, channel=channel).because
    assert "ｂｅｌｏｗ" in because
    assert plain_words(because) == []
    snooze([notice.alert], until=NOW + timedelta(days=1), reason="ⅱ", by=ada, now=NOW)
    assert "ｕｎｔｉｌ" in AlertEvent.objects.get().text
