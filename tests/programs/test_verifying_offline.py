"""Does a stranger with Python and an exported file find every change?"""

import json
import subprocess
import sys
from functools import cache
from io import StringIO
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programs.ledger import export_lines, verify
from programs.models import GENESIS, ConsentDecision
from tests.house.source_tree import ROOT
from tests.programs.conftest import GRANT, WITHDRAW, Deciding
from tests.programs.test_ledger import without_triggers

SCRIPT = ROOT / "script" / "verify_ledger.py"
REASONS = ("Because.", "Überlegt: „ja“ \U0001f600", 'quo"te\\ \n line\u2028', "")


def check(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """As a stranger runs it: isolated from everything that is installed."""
    return subprocess.run([sys.executable, "-I", "-S", SCRIPT, *arguments], check=False, capture_output=True, text=True)


@cache
def script() -> ModuleType:
    module = ModuleType("verify_ledger")
    exec(compile(SCRIPT.read_text(encoding="utf-8"), SCRIPT, "exec"), module.__dict__)
    return module


def is_whole(data: bytes) -> bool:
    try:
        script().verify(data)
    except SystemExit as end:
        return not str(end.code).startswith("CHANGED: ")
    return True


@pytest.fixture
def exported(dora_decides: Deciding) -> bytes:
    for number, reason in enumerate(REASONS):
        dora_decides((GRANT, WITHDRAW)[number % 2], reason=reason.replace("\u2028", ""))
    return b"".join(export_lines())


def test_it_is_short_and_needs_python_alone() -> None:
    source = SCRIPT.read_text(encoding="utf-8")
    assert len(source.splitlines()) < 60
    assert {line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))} <= {
        "hashlib",
        "json",
        "sys",
        "typing",
    }


def test_an_exported_ledger_is_whole(exported: bytes, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(exported)
    head = ConsentDecision.objects.get(sequence=4).hash
    done = check(str(file), head)
    assert (done.returncode, done.stdout) == (0, f"Whole: 4 rows, head {head}\n")
    assert json.loads(exported.splitlines()[0])["reason"] == "Because."


@pytest.mark.django_db
def test_an_empty_ledger_is_whole() -> None:
    assert is_whole(b"".join(export_lines()))


def test_another_head_is_found(exported: bytes, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(exported)
    assert "its head is" in check(str(file), GENESIS).stderr
    assert check(str(file), GENESIS).returncode == 1


def test_it_says_how_it_is_used() -> None:
    assert check().returncode == 2
    assert "FILE [HEAD]" in check().stderr


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_byte_that_was_flipped_is_found(exported: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(exported) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != exported[place]))
    assert not is_whole(exported[:place] + bytes([other]) + exported[place + 1 :])


def test_every_single_bit_that_was_flipped_is_found(exported: bytes) -> None:
    assert is_whole(exported)
    for place, byte in enumerate(exported):
        changed = exported[:place] + bytes([byte ^ 1 << place % 8]) + exported[place + 1 :]
        assert not is_whole(changed), place


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_piece_that_is_missing_or_added_is_found(exported: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(exported)))
    end = data.draw(st.integers(start, len(exported)))
    piece = data.draw(st.binary(max_size=20))
    changed = exported[:start] + piece + exported[end:]
    assert is_whole(changed) is (changed == exported)


@given(st.binary(max_size=200))
def test_no_file_makes_it_fail_in_another_way(data: bytes) -> None:
    assert not is_whole(data)


@pytest.mark.parametrize("lines", [[1, 0], [0], [0, 1, 1], [1]])
def test_lines_that_were_moved_are_found(exported: bytes, lines: list[int]) -> None:
    rows = exported.splitlines(keepends=True)
    assert not is_whole(b"".join([*(rows[number] for number in lines), *rows[2:]]))


def command(**options: Any) -> str:
    out = StringIO()
    call_command("verify_ledger", stdout=out, stderr=out, **options)
    return out.getvalue()


def test_the_command_checks_and_exports(exported: bytes, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    assert command(export=file) == f"Whole: 4 rows, head {verify().head}\n"
    assert file.read_bytes() == exported


def test_the_command_ends_with_1_at_a_broken_row(exported: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    without_triggers("UPDATE programs_consentdecision SET reason = 'x' WHERE sequence = 3")
    with pytest.raises(SystemExit) as end:
        call_command("verify_ledger")
    assert end.value.code == 1
    assert "BROKEN after 2 good rows. Row 3: its content" in capsys.readouterr().err


def test_the_command_says_where_it_cannot_write(exported: bytes, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="could not be written"):
        command(export=tmp_path)
