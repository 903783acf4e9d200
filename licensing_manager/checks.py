"""Is this installation set up in a way that can work? Misconfiguration as system checks."""

import re
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from servers.sealed_secrets import is_key

OUTSIDE_OF_A_DEMO = ("CIS_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL")


@register()
def environment_is_readable(**_: Any) -> list[CheckMessage]:
    """Every value that `licensing_manager.environment` could not use."""
    return [Error(problem.sentence, hint=problem.hint, id=problem.id) for problem in settings.ENVIRONMENT.problems]


@register()
def destination_is_usable(**_: Any) -> list[CheckMessage]:
    """A destination outside the sandbox needs credentials, a product key and, for safety, TLS."""
    if settings.SANDBOX:
        return []
    messages: list[CheckMessage] = [
        Error(
            f"{name} is empty, but CIS_URL names a destination outside the sandbox.",
            hint=f"Set {name} or {name}_FILE, or remove CIS_URL to use the sandbox receiver.",
            id="licensing_manager.E010",
        )
        for name in ("CIS_USERNAME", "CIS_PASSWORD", "CIS_PRODUCT_KEY")
        if not getattr(settings, name)
    ]
    return messages + _product_key_messages() + _plain_http_messages()


@register()
def demo_stays_inside(**_: Any) -> list[CheckMessage]:
    """A demo keeps and sends nothing outside of its own folder."""
    if not settings.DEMO:
        return []
    return [
        Error(
            f"{name} is set, but a demo keeps everything in its own folder and sends to its own sandbox alone.",
            hint=f"Unset {name} to look at the demo, or start without --demo to use {name}.",
            id="licensing_manager.E015",
        )
        for name in OUTSIDE_OF_A_DEMO
        if settings.ENVIRONMENT.given(name)
    ]


@register()
def ca_bundle_exists(**_: Any) -> list[CheckMessage]:
    """CA_BUNDLE has to be a file in PEM form."""
    if not settings.CA_BUNDLE or _is_pem(Path(settings.CA_BUNDLE)):
        return []
    return [
        Error(
            f"CA_BUNDLE is {settings.CA_BUNDLE}, which is not a readable file of PEM certificates.",
            hint="Point it at a file that holds one or more BEGIN CERTIFICATE blocks, or remove it.",
            id="licensing_manager.E012",
        )
    ]


@register()
def mail_is_usable(**_: Any) -> list[CheckMessage]:
    """A mail server needs a sender, and where one signs in, a line that nobody reads."""
    if not settings.EMAIL_URL:
        return []
    messages: list[CheckMessage] = []
    if not _is_mail_address(settings.EMAIL_FROM):
        messages.append(
            Error(
                f"EMAIL_FROM is {settings.EMAIL_FROM!r}, but EMAIL_URL names a mail server, which wants a sender.",
                hint="Set EMAIL_FROM to an address that this mail server sends for, such as licenses@company.example.",
                id="licensing_manager.E013",
            )
        )
    if settings.EMAIL_URL.startswith("smtp://") and settings.EMAIL_HOST_PASSWORD:
        messages.append(
            Warning(
                "EMAIL_URL signs in at the mail server over a line without TLS: the password could be read on the way.",
                hint="Write smtp+tls (port 587) or smtp+ssl (port 465) instead of smtp.",
                id="licensing_manager.W002",
            )
        )
    return messages


@register()
def channel_key_is_usable(**_: Any) -> list[CheckMessage]:
    """CHANNEL_KEY has to be a key of Fernet."""
    if not settings.CHANNEL_KEY or is_key(settings.CHANNEL_KEY):
        return []
    return [
        Error(
            "CHANNEL_KEY is not 32 bytes in URL-safe base64.",
            hint="Make one: python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'",
            id="licensing_manager.E014",
        )
    ]


def _is_mail_address(text: str) -> bool:
    try:
        validate_email(parseaddr(text)[1])
    except ValidationError:
        return False
    return True


def _product_key_messages() -> list[CheckMessage]:
    if not settings.CIS_PRODUCT_KEY or re.fullmatch(r"[0-9a-f]{40}", settings.CIS_PRODUCT_KEY):
        return []
    return [
        Error(
            "CIS_PRODUCT_KEY is not 40 lower-case hexadecimal digits.",
            hint="Copy it again; the destination would refuse every upload.",
            id="licensing_manager.E011",
        )
    ]


def _plain_http_messages() -> list[CheckMessage]:
    host = settings.CIS_URL.split("://")[-1].split("/")[0].rsplit(":", 1)[0]
    if settings.CIS_URL.startswith("https://") or host in {"localhost", "127.0.0.1", "[::1]"}:
        return []
    return [
        Warning(
            "CIS_URL uses plain http: tokens and reports could be read on the way.",
            hint="Use https, unless this is a test destination on a network you trust.",
            id="licensing_manager.W001",
        )
    ]


def _is_pem(path: Path) -> bool:
    try:
        return b"-----BEGIN CERTIFICATE-----" in path.read_bytes()
    except OSError:
        return False
