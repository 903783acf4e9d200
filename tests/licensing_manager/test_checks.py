"""Is every misconfiguration reported with its id and a way out, before anything starts?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.checks import CheckMessage
from django.test import override_settings

from licensing_manager import checks
from licensing_manager.environment import Environment

ROOT = Path(__file__).resolve().parent.parent.parent
PEM = "-----BEGIN CERTIFICATE-----\n"
OUTSIDE = {
    "SANDBOX": False,
    "CIS_URL": "https://cis.example",
    "CIS_USERNAME": "ada",
    "CIS_PASSWORD": "secret",
    "CIS_PRODUCT_KEY": "0123456789" * 4,
}


def test_a_complete_destination_has_nothing_to_report() -> None:
    with override_settings(**OUTSIDE):
        assert checks.destination_is_usable() == []


def test_the_sandbox_needs_nothing() -> None:
    with override_settings(SANDBOX=True, CIS_USERNAME=""):
        assert checks.destination_is_usable() == []


@pytest.mark.parametrize("name", ["CIS_USERNAME", "CIS_PASSWORD", "CIS_PRODUCT_KEY"])
def test_a_destination_without_credentials_is_an_error(name: str) -> None:
    with override_settings(**{**OUTSIDE, name: ""}):
        (message,) = checks.destination_is_usable()
    assert message.id == "licensing_manager.E010"
    assert name in message.msg
    assert f"{name}_FILE" in str(message.hint)


@pytest.mark.parametrize("key", ["short", "A" * 40, "0123456789" * 5])
def test_a_product_key_in_another_form_is_an_error(key: str) -> None:
    with override_settings(**{**OUTSIDE, "CIS_PRODUCT_KEY": key}):
        assert _ids(checks.destination_is_usable()) == ["licensing_manager.E011"]


def test_a_plain_http_destination_is_a_warning_unless_it_is_this_machine() -> None:
    with override_settings(**{**OUTSIDE, "CIS_URL": "http://cis.example:8080/base"}):
        assert _ids(checks.destination_is_usable()) == ["licensing_manager.W001"]
    for here in ("http://localhost:8084", "http://127.0.0.1", "http://[::1]:8084"):
        with override_settings(**{**OUTSIDE, "CIS_URL": here}):
            assert checks.destination_is_usable() == []


def test_a_ca_bundle_has_to_be_a_file_of_certificates(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    with override_settings(CA_BUNDLE=str(bundle)):
        assert _ids(checks.ca_bundle_exists()) == ["licensing_manager.E012"]
        bundle.write_text("no certificate")
        assert _ids(checks.ca_bundle_exists()) == ["licensing_manager.E012"]
        bundle.write_text(PEM)
        assert checks.ca_bundle_exists() == []


def test_a_mail_server_wants_a_sender() -> None:
    with override_settings(EMAIL_URL="smtp+tls://mail.example:587", EMAIL_FROM="", EMAIL_HOST_PASSWORD="x"):
        assert _ids(checks.mail_is_usable()) == ["licensing_manager.E013"]
    with override_settings(EMAIL_URL="smtp+tls://mail.example:587", EMAIL_FROM="Licenses <l@company.example>"):
        assert checks.mail_is_usable() == []
    with override_settings(EMAIL_URL="", EMAIL_FROM=""):
        assert checks.mail_is_usable() == []


def test_a_password_for_a_mail_server_without_tls_is_a_warning() -> None:
    mail = {"EMAIL_URL": "smtp://mail.example", "EMAIL_FROM": "l@company.example"}
    with override_settings(**mail, EMAIL_HOST_PASSWORD="secret"):
        assert _ids(checks.mail_is_usable()) == ["licensing_manager.W002"]
    with override_settings(**mail, EMAIL_HOST_PASSWORD=""):
        assert checks.mail_is_usable() == []


def test_a_channel_key_has_the_form_of_one() -> None:
    with override_settings(CHANNEL_KEY="secret"):
        assert _ids(checks.channel_key_is_usable()) == ["licensing_manager.E014"]
    for good in ("", Fernet.generate_key().decode()):
        with override_settings(CHANNEL_KEY=good):
            assert checks.channel_key_is_usable() == []


def test_every_wrong_value_of_the_environment_becomes_an_error_with_its_hint() -> None:
    environment = Environment({"A": "maybe"})
    environment.flag("A", default=False)
    with override_settings(ENVIRONMENT=environment):
        (message,) = checks.environment_is_readable()
    assert (message.id, message.hint) == ("licensing_manager.E001", "Set A to 1 or 0.")


@pytest.mark.parametrize(
    ("name", "value", "id"),
    [
        ("BEHIND_TLS", "perhaps", "E001"),
        ("UPLOAD_LEASE_SECONDS", "1", "E002"),
        ("CIS_URL", "cis.example", "E003"),
        ("REDIS_URL", "http://broker.example", "E003"),
        ("DATABASE_URL", "postgres://host:port/name", "E004"),
        ("SECRET_KEY_FILE", "/nowhere/secret", "E005"),
        ("EMAIL_URL", "smtps://mail.example", "E003"),
        ("EMAIL_URL", "smtp://mail.example", "E013"),
        ("CHANNEL_KEY", "secret", "E014"),
        ("PUBLIC_URL", "licenses.example", "E003"),
        ("CIS_URL", "https://cis.example", "E010"),
    ],
)
def test_a_wrong_variable_fails_the_command(name: str, value: str, id: str, tmp_path: Path) -> None:
    done = _check(tmp_path, **{name: value})
    assert done.returncode == 1
    assert f"licensing_manager.{id}" in done.stderr
    assert name.removesuffix("_FILE") in done.stderr or id == "E010"


def test_a_data_folder_that_cannot_be_written_fails_the_command(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = _check(tmp_path / "file" / "data")
    assert done.returncode == 1
    assert "licensing_manager.E006" in done.stderr
    assert "set DATA_DIR to another folder" in done.stderr


def _check(data_dir: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), **variables}
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)


def _ids(messages: list[CheckMessage]) -> list[str | None]:
    return [message.id for message in messages]
