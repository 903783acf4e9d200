"""Does a real mail server get one e-mail for each recipient, and is each answer kept and understood?"""

from datetime import timedelta

from pytest_django import Settings

from accounts.models import User
from alerts.channel_models import Channel, Message
from alerts.delivery import send_test
from alerts.severity import Severity
from tests.alerts.delivery.conftest import NOW, lead_to
from tests.alerts.delivery.mail_server import QUEUED, Mailbox, closed_port, silent_server
from tests.alerts.delivery.notices import a_channel, an_alert
from tests.alerts.delivery.sending import again, said, tell

THREE = "ada@company.example, kim@company.example, lee@company.example"
ADA, KIM, LEE = THREE.split(", ")


def mail_channel(by: User, target: str = THREE) -> Channel:
    return a_channel(by, "Mail", way=Channel.Way.EMAIL, target=target)


def test_each_recipient_gets_an_e_mail_of_their_own(ada: User, mailbox: Mailbox) -> None:
    mail_channel(ada)
    message = tell(an_alert(severity=Severity.ACT))
    assert message.state == Message.State.DELIVERED
    assert said(message) == [("delivered", QUEUED)] * 3
    assert [address for address, _ in mailbox.taken] == [ADA, KIM, LEE]
    mail = mailbox.to(KIM)[0]
    assert (mail["To"], mail["From"]) == (KIM, "licenses@company.example")
    assert mail["Subject"] == "[Licensing Manager] Act this week: 120 Desktops licenses expire on 31 May, in 82 days"
    assert mail["Message-ID"] == f"<{message.uid}@company.example>"
    assert (mail["Auto-Submitted"], mail["Precedence"]) == ("auto-generated", "bulk")
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def test_who_does_not_exist_is_not_tried_again_and_the_others_are_told(ada: User, mailbox: Mailbox) -> None:
    channel = mail_channel(ada)
    mailbox.answers[KIM] = ["550 5.1.1 no such mailbox"]
    message = tell()
    assert message.state == Message.State.DELIVERED
    assert said(message)[1] == ("gone", "550 5.1.1 no such mailbox")
    assert [row["to"] for row in message.answers] == [ADA, KIM, LEE]
    channel.refresh_from_db()
    assert channel.broken_at is None


def test_who_has_no_time_is_asked_again_alone(ada: User, mailbox: Mailbox) -> None:
    mail_channel(ada)
    mailbox.answers = {KIM: ["451 4.7.1 greylisted", "250 OK"], LEE: ["550 no such mailbox"]}
    message = tell()
    assert message.state == Message.State.WAITING
    assert again(message).state == Message.State.DELIVERED
    assert mailbox.asked == [ADA, KIM, LEE, KIM]
    assert [mail["Message-ID"] for _, mail in mailbox.taken] == [f"<{message.uid}@company.example>"] * 2
    assert said(message)[1] == ("again", "451 4.7.1 greylisted")
    assert said(message)[3] == ("delivered", QUEUED)


def test_when_nobody_exists_the_channel_is_broken_and_says_so(ada: User, mailbox: Mailbox) -> None:
    channel = mail_channel(ada, "kim@company.example lee@company.example")
    mailbox.answers = {KIM: ["550 no such mailbox"], LEE: ["451 later", "551 moved"]}
    message = tell()
    assert message.state == Message.State.WAITING
    assert again(message).state == Message.State.FAILED
    channel.refresh_from_db()
    assert channel.broken_because == "550 no such mailbox; 551 moved"
    asked = len(mailbox.asked)
    tell(now=NOW + timedelta(days=1))
    assert len(mailbox.asked) == asked


def test_words_that_are_refused_do_not_break_an_address(ada: User, mailbox: Mailbox) -> None:
    channel = mail_channel(ada, ADA)
    mailbox.texts = ["554 5.7.1 looks like spam"]
    message = tell()
    assert (message.state, said(message)) == (Message.State.FAILED, [("refused", "554 5.7.1 looks like spam")])
    channel.refresh_from_db()
    assert channel.broken_at is None


def test_a_text_that_is_put_off_is_sent_again(ada: User, mailbox: Mailbox) -> None:
    mail_channel(ada, ADA)
    mailbox.texts = ["452 disk full"]
    message = tell()
    assert said(message) == [("again", "452 disk full")]
    assert again(message).state == Message.State.DELIVERED


def test_a_refused_sender_is_a_matter_of_the_settings(ada: User, mailbox: Mailbox) -> None:
    channel = mail_channel(ada)
    mailbox.senders = ["550 5.7.1 not your domain"]
    message = tell()
    assert message.state == Message.State.WAITING
    assert said(message)[0] == ("again", "550 5.7.1 not your domain (See EMAIL_URL and EMAIL_FROM.)")
    assert {text.partition(":")[0] for _, text in said(message)[1:]} == {"Not tried"}
    channel.refresh_from_db()
    assert channel.broken_at is None
    assert again(message).state == Message.State.DELIVERED
    assert len(mailbox.taken) == 3


def test_a_password_for_a_server_that_wants_none_is_said(ada: User, mailbox: Mailbox, settings: Settings) -> None:
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = "secret"
    mail_channel(ada, ADA)
    ((meaning, text),) = said(tell())
    assert meaning == "again"
    assert "AUTH" in text
    assert "secret" not in text


def test_tls_that_the_server_does_not_speak_sends_nothing(ada: User, mailbox: Mailbox, settings: Settings) -> None:
    settings.EMAIL_USE_TLS = True
    mail_channel(ada, ADA)
    ((meaning, text),) = said(tell())
    assert (meaning, mailbox.taken) == ("again", [])
    assert "STARTTLS" in text


def test_a_closed_port_is_asked_once_for_all_recipients(ada: User, settings: Settings) -> None:
    lead_to(settings, closed_port())
    mail_channel(ada)
    message = tell()
    assert message.state == Message.State.WAITING
    assert "Connection refused" in said(message)[0][1]
    assert said(message)[1][1].startswith("Not tried: ConnectionRefusedError")
    assert len(message.answers) == 3


def test_a_silent_server_costs_one_wait(ada: User, settings: Settings) -> None:
    with silent_server() as port:
        lead_to(settings, port)
        settings.EMAIL_TIMEOUT = 0.3
        mail_channel(ada)
        message = tell()
    assert message.state == Message.State.WAITING
    assert "timed out" in said(message)[0][1]


def test_without_a_mail_server_it_waits_and_says_what_to_set(ada: User) -> None:
    mail_channel(ada, ADA)
    message = tell()
    assert message.state == Message.State.WAITING
    assert said(message)[0][1].startswith("No mail server is set. Set EMAIL_URL and EMAIL_FROM")


def test_a_title_of_others_makes_no_header(ada: User, mailbox: Mailbox) -> None:
    mail_channel(ada, ADA)
    tell(an_alert("ls1\r\nBcc: eve@example.org\r\n\r\n<script>alert(1)</script>" + "x" * 150))
    (mail,) = mailbox.to(ADA)
    assert mail["Bcc"] is None
    assert len(mailbox.taken) == 1
    assert mail["Subject"].startswith("[Licensing Manager] Plan this month: ls1 Bcc: eve@example.org <script>")
    html = mail.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()


def test_a_test_is_tried_once_and_says_who_asked(ada: User, mailbox: Mailbox) -> None:
    channel = mail_channel(ada, "ada@company.example kim@company.example")
    mailbox.answers[KIM] = ["451 greylisted"]
    message = send_test(channel, by=ada, now=NOW)
    assert (message.state, message.is_test, message.next_try_at) == (Message.State.DELIVERED, True, None)
    assert said(message) == [("delivered", QUEUED), ("again", "451 greylisted")]
    body = mailbox.to(ADA)[0].get_body(("plain",))
    assert body is not None
    assert "This is a test by ada." in body.get_content()
    mailbox.answers[ADA] = ["451 greylisted"]
    assert send_test(channel, by=ada, now=NOW).state == Message.State.FAILED
