"""How does an e-mail leave? To each recipient on its own over one connection, so that each answer is known.

The Message-ID follows from the message, so what is sent twice after a kill is shown once by most mail programs.
"""

import smtplib
import ssl
import time
from collections.abc import Sequence
from email.utils import parseaddr
from functools import cached_property

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alerts.channel_models import Message
from alerts.channels.answer import Answer, Said, words_of
from alerts.content import content_from
from alerts.delivery_policy import TRY_SECONDS
from alerts.message_texts import html_text, plain_text
from servers.installation import in_force
from uploads.trust import trust

HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Precedence": "bulk"}
NO_SERVER = gettext_lazy("No mail server is set. Set EMAIL_URL and EMAIL_FROM, and restart; the message waits.")
NO_TIME = gettext_lazy("Not tried: the mail server took so long for the others that this try ended.")
LOST = (OSError, smtplib.SMTPException)


class _Listening(smtplib.SMTP):
    """Keeps the answer to the text of a message, which `sendmail` throws away."""

    last_answer = ""

    def data(self, msg: bytes | str) -> tuple[int, bytes]:  # type: ignore[override]
        code, text = super().data(msg)
        self.last_answer = f"{code} {words_of(text)}"
        return code, text


class _ListeningTls(_Listening, smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""


class Post(EmailBackend):
    """Django's, with our authorities and an ear."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """What speaks with the mail server."""
        return _ListeningTls if self.use_ssl else _Listening

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        """Whom we believe: CA_BUNDLE, or the public authorities."""
        return trust(in_force().ca_bundle)


def send_email(message: Message, recipients: Sequence[str]) -> list[Answer]:
    """One answer for each recipient, whatever happens on the way."""
    if not settings.EMAIL_URL:
        return [Answer(to=one, said=Said.AGAIN, text=str(NO_SERVER)) for one in recipients]
    post, answers, until = Post(fail_silently=False), list[Answer](), time.monotonic() + TRY_SECONDS
    try:
        for number, one in enumerate(recipients):
            answers.append(_send_one(post, message, to=one))
            if post.connection is None or time.monotonic() > until:  # whoever comes next would wait as long
                why = _("Not tried: %(text)s") % {"text": answers[-1].text} if post.connection is None else str(NO_TIME)
                return answers + [Answer(to=rest, said=Said.AGAIN, text=why) for rest in recipients[number + 1 :]]
    finally:
        _hang_up(post)
    return answers


def email_for(message: Message, *, to: str) -> EmailMultiAlternatives:
    """The e-mail of this message to this recipient; the same each time but for its date."""
    content = content_from(message.content)
    domain = parseaddr(settings.EMAIL_FROM)[1].rpartition("@")[2] or "localhost"
    mail = EmailMultiAlternatives(
        subject=f"[Licensing Manager] {content.subject}",
        body=plain_text(content),
        from_email=settings.EMAIL_FROM,
        to=[to],
        headers=HEADERS | {"Message-ID": f"<{message.uid}@{domain}>"},
    )
    mail.attach_alternative(html_text(content), "text/html")
    return mail


def _send_one(post: Post, message: Message, *, to: str) -> Answer:
    try:
        post.open()
        post.send_messages([email_for(message, to=to)])
        return Answer(to=to, said=Said.DELIVERED, text=getattr(post.connection, "last_answer", ""))
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        return Answer(to=to, said=Said.GONE if code >= 500 else Said.AGAIN, text=f"{code} {words_of(words)}")
    except smtplib.SMTPDataError as refused:  # these words are refused, not this address
        said = Said.REFUSED if refused.smtp_code >= 500 else Said.AGAIN
        return Answer(to=to, said=said, text=f"{refused.smtp_code} {words_of(refused.smtp_error)}")
    except smtplib.SMTPResponseException as refused:  # greeting, sign-in, sender: a matter of EMAIL_URL and EMAIL_FROM
        _hang_up(post)
        text = _("%(answer)s (See EMAIL_URL and EMAIL_FROM.)")
        text %= {"answer": f"{refused.smtp_code} {words_of(refused.smtp_error)}"}
        return Answer(to=to, said=Said.AGAIN, text=text)
    except LOST as error:
        _hang_up(post)
        return Answer(to=to, said=Said.AGAIN, text=f"{type(error).__name__}: {words_of(str(error))}")


def _hang_up(post: Post) -> None:
    """A connection that went wrong is of no use for the next recipient."""
    try:
        post.close()
    except LOST:
        post.connection = None
