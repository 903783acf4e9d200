"""Does `inspect_report` say what stands in a file, without a server and without a database?"""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from intake.recognise import Kind
from tests.factories import increment, license_file
from tests.intake.files import ONE_OF_EACH, kind_of, own_samples, zipped

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "kind", "encoding", "eol", "bytes", "continued_lines", "servers", "vendors", "use_server", "keyword_counts",
    "features", "unrecognised_lines", "earliest_expiry", "permanent_features", "uncounted_features", "total_counted",
    "pools", "problems",
}  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A license file under a name that says nothing."""
    path = tmp_path / "download (3).tmp"
    path.write_bytes(license_file(increment(expiry="30-jun-2027"), increment("MPS_ENT_CCU", count=5)))
    return path


def inspect(path: object, *options: str) -> tuple[str, object]:
    """What it printed, and its exit code."""
    out = io.StringIO()
    try:
        call_command("inspect_report", str(path), *options, stdout=out)
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


def facts(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(inspect(path, "--json")[0])
    return found


def run(*words: str, stdin: bytes = b"", **environment: str) -> "subprocess.CompletedProcess[bytes]":
    """The command as a person types it."""
    given = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    command = [sys.executable, "manage.py", "inspect_report", *words]
    return subprocess.run(command, cwd=ROOT, env=given | environment, input=stdin, capture_output=True, check=False)


def test_it_prints_the_facts_of_a_license_file(file: Path) -> None:
    found = facts(file)
    assert set(found) == KEYS
    assert (found["kind"], found["servers"], found["vendors"]) == (
        "license_file",
        [["this_host", "HOSTNAME=lic1"]],
        ["CITRIX"],
    )
    assert (found["total_counted"], found["earliest_expiry"], found["problems"]) == (105, "2027-06-30", [])


def test_it_prints_features_in_the_order_of_the_file(file: Path) -> None:
    (first, second) = facts(file)["features"]
    assert (first["feature"], first["expiry"], first["count"]) == ("XDT_PLT_UD", "2027-06-30", 100)
    assert (second["expiry_raw"], second["expiry"]) == ("permanent", None)


def test_it_reads_well_without_json(file: Path) -> None:
    text, code = inspect(file)
    assert code == 0
    assert "kind: license_file" in text
    assert "XDT_PLT_UD 2027.0630 CITRIX: 100, until 2027-06-30" in text
    assert "MPS_ENT_CCU 2027.0630 CITRIX: 5, until for ever" in text


def test_a_finding_is_exit_code_1(file: Path) -> None:
    file.write_bytes(license_file(increment(), "INCREMENT f CITRIX permanent 5"))
    text, code = inspect(file)
    assert code == 1
    assert "line 5: This INCREMENT statement has fewer fixed fields" in text


@pytest.mark.parametrize("content", [b"", b"hello", bytes(100), b"<html>"])
def test_a_file_that_is_not_understood_is_exit_code_1(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert inspect(file)[1] == 1
    found = facts(file)
    assert (found["kind"], found["bytes"]) == ("unknown", len(content))
    assert found["problems"][0]["severity"] == "error"


def test_a_warning_is_no_failure(file: Path) -> None:
    file.write_bytes(license_file(increment(), "a stray note"))
    assert inspect(file)[1] == 0
    assert facts(file)["problems"][0]["line"] == 5


@pytest.mark.parametrize("name", ["gone.lic", "."])
def test_a_file_that_is_not_there_is_exit_code_2(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match="cannot be read") as refused:
        call_command("inspect_report", str(tmp_path / name))
    assert refused.value.returncode == 2


def test_a_file_that_is_too_large_is_exit_code_1(file: Path, settings: Settings) -> None:
    settings.MAX_IMPORT_BYTES = 10
    with pytest.raises(CommandError, match="at most are read") as refused:
        call_command("inspect_report", str(file))
    assert refused.value.returncode == 1


KIND_SAID = {
    Kind.LMSTAT: {"lmstat", "lmstat -i"},
    Kind.PAYLOAD_REPORT: {"payload_report", "payload_manifest"},
    Kind.BUNDLE: {"payload_bundle"},
}


@pytest.mark.parametrize("path", own_samples(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_it_says_kind_and_problems_of_every_sample(path: Path) -> None:
    found = facts(path)
    assert found["kind"] in KIND_SAID.get(kind_of(path), {kind_of(path)})
    assert all({"line", "text", "sentence", "severity"} <= set(problem) for problem in found["problems"])


@pytest.mark.parametrize("kind", ONE_OF_EACH)
def test_it_says_kind_and_problems_of_each_kind(file: Path, kind: Kind) -> None:
    file.write_bytes(ONE_OF_EACH[kind])
    found = facts(file)
    assert found["kind"] in KIND_SAID.get(kind, {kind})
    assert isinstance(found["problems"], list)
    assert inspect(file) == (inspect(file)[0], 0)


def test_a_broken_bundle_is_a_finding(file: Path) -> None:
    file.write_bytes(zipped({"../report.xml": b"<a/>"}))
    text, code = inspect(file)
    assert code == 1
    assert "leads out of its folder" in text


def test_a_broken_result_is_a_finding(file: Path) -> None:
    file.write_bytes(ONE_OF_EACH[Kind.RESULT_FILE][:-20])
    assert inspect(file)[1] == 1
    assert facts(file)["kind"] == "result_file"


def test_a_sparse_file_of_a_gigabyte_is_refused_before_it_is_read(file: Path) -> None:
    with file.open("wb") as sparse:
        sparse.truncate(1024**3)
    with pytest.raises(CommandError, match=r"1,024 MB; 64 MB at most are read") as refused:
        call_command("inspect_report", str(file))
    assert refused.value.returncode == 1


def test_it_reads_no_more_from_standard_input_than_it_may(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.MAX_IMPORT_BYTES = 1024
    endless = io.BytesIO(bytes(10_000))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(endless))
    with pytest.raises(CommandError, match="at most are read"):
        call_command("inspect_report", "-")
    assert endless.tell() == 1025


@pytest.mark.parametrize("kind", [Kind.LMSTAT, Kind.BUNDLE])
def test_it_reads_any_kind_from_standard_input(kind: Kind) -> None:
    done = run("-", "--json", stdin=ONE_OF_EACH[kind])
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["kind"] in KIND_SAID.get(kind, {kind})


def test_it_reads_standard_input() -> None:
    done = run("-", "--json", stdin=license_file())
    assert (done.returncode, json.loads(done.stdout)["total_counted"]) == (0, 100)


def test_it_needs_no_database(file: Path) -> None:
    done = run(str(file), "--json", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["kind"] == "license_file"


def test_wrong_use_is_exit_code_2() -> None:
    assert run().returncode == 2
