"""Is a mail server asked for its certificate, in both ways of TLS, and told nothing when nobody vouches for it?"""

import ssl
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import User
from alerts.channel_models import Message
from tests.alerts.delivery.conftest import lead_to
from tests.alerts.delivery.mail_server import Mailbox, mail_server
from tests.alerts.delivery.notices import a_channel
from tests.alerts.delivery.sending import said, tell
from tests.uploads.certificates import make_certificate

WAYS = {"smtp+ssl": ("ssl_context", "EMAIL_USE_SSL"), "smtp+tls": ("tls_context", "EMAIL_USE_TLS")}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


def told_by_tls(
    ada: User, settings: Settings, certificate: tuple[Path, Path], *, way: str, ca_bundle: str
) -> tuple[Message, Mailbox]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    server_word, setting = WAYS[way]
    with mail_server(**{server_word: context}) as mailbox:
        lead_to(settings, mailbox.port)
        setattr(settings, setting, True)
        settings.CA_BUNDLE = ca_bundle
        a_channel(ada, way="email", target="ada@company.example")
        return tell(), mailbox


@pytest.mark.parametrize("way", WAYS)
def test_a_certificate_that_is_trusted_lets_the_message_through(
    ada: User, settings: Settings, certificate: tuple[Path, Path], way: str
) -> None:
    message, mailbox = told_by_tls(ada, settings, certificate, way=way, ca_bundle=str(certificate[0]))
    assert (message.state, len(mailbox.taken)) == (Message.State.DELIVERED, 1)


@pytest.mark.parametrize("way", WAYS)
def test_a_certificate_that_nobody_vouches_for_gets_nothing(
    ada: User, settings: Settings, certificate: tuple[Path, Path], way: str
) -> None:
    message, mailbox = told_by_tls(ada, settings, certificate, way=way, ca_bundle="")
    assert (message.state, mailbox.asked) == (Message.State.WAITING, [])
    assert "CERTIFICATE_VERIFY_FAILED" in said(message)[0][1]


@pytest.mark.parametrize("way", WAYS)
def test_an_unusable_bundle_is_said(
    ada: User, settings: Settings, certificate: tuple[Path, Path], tmp_path: Path, way: str
) -> None:
    message, mailbox = told_by_tls(ada, settings, certificate, way=way, ca_bundle=str(tmp_path / "none.pem"))
    assert (message.state, mailbox.asked) == (Message.State.WAITING, [])
    assert "CA_BUNDLE" in said(message)[0][1]
