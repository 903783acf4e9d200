"""Does the shell decide as the page does?"""

import hashlib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from programs.models import ConsentDecision
from servers.models import LicenseServer
from tests.catalogs import all_of_consent, speaking


def decide_in_shell(*words: str, server: str = "ls1.example.org") -> str:
    out = StringIO()
    call_command("decide", *words, "--server", server, "--reason", "Ticket 7", stdout=out)
    return out.getvalue()


def test_the_command_decides_and_tells_the_row(server: LicenseServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "root")
    said = decide_in_shell("call_home", "grant")
    row = ConsentDecision.objects.get()
    assert said.endswith(f"In force: row 1, switched on, {row.hash}\n")
    assert (row.door, row.decided_by, row.reason) == ("shell", "root", "Ticket 7")
    assert "row 2, switched off" in decide_in_shell("call_home", "withdraw")


@pytest.mark.parametrize(
    ("words", "server_name", "code"),
    [(("telemetry", "withdraw"), "ls1.example.org", 1), (("call_home", "grant"), "nobody", 2)],
)
def test_the_command_says_what_is_not_possible(
    server: LicenseServer, words: tuple[str, str], server_name: str, code: int
) -> None:
    with pytest.raises(CommandError) as error:
        decide_in_shell(*words, server=server_name)
    assert error.value.returncode == code
    assert not ConsentDecision.objects.exists()


@pytest.mark.parametrize(("language", "kept"), [("de", "de"), ("ja", "en"), ("en", "en")])
def test_the_command_shows_the_text_in_a_language(
    server: LicenseServer, tmp_path: Path, language: str, kept: str
) -> None:
    with speaking(tmp_path / "locale", de=all_of_consent("«")):
        said = decide_in_shell("call_home", "grant", "--language", language)
    row = ConsentDecision.objects.get()
    assert said.startswith("«Switch " if kept == "de" else "Switch ")
    assert (row.language, row.text_sha256) == (
        kept,
        hashlib.sha256(said.rpartition("\nIn force")[0].encode()).hexdigest(),
    )


def test_the_command_knows_its_languages(server: LicenseServer) -> None:
    with pytest.raises(CommandError, match="invalid choice: 'xx'"):
        decide_in_shell("call_home", "grant", "--language", "xx")
