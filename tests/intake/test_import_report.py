"""Does `import_report` do from the shell what the page does?"""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from intake.models import SourceReport
from licenses.models import License
from servers.models import LicenseServer
from tests.factories import increment, license_file
from tests.intake.files import ONE_OF_EACH

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A license file on disk."""
    path = tmp_path / "citrix.lic"
    path.write_bytes(license_file())
    return path


def import_files(*words: object, server: str = "lic1") -> tuple[str, object]:
    """What it printed, and its exit code."""
    out = io.StringIO()
    try:
        call_command("import_report", *map(str, words), "--server", server, stdout=out)
    except SystemExit as end:
        return out.getvalue(), end.code
    return out.getvalue(), 0


def results(*words: object) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(import_files(*words, "--json")[0])
    return found


def test_it_adds_the_server_when_it_is_new(file: Path) -> None:
    assert import_files(file) == ("citrix.lic: Imported. 1 license line installed.\n", 0)
    assert LicenseServer.objects.get().name == "lic1"
    assert SourceReport.objects.get().door == "shell"


def test_it_finds_the_server_in_any_case(file: Path) -> None:
    import_files(file)
    text, code = import_files(file, server="LIC1")
    assert (LicenseServer.objects.count(), code) == (1, 0)
    assert text.startswith("citrix.lic: Already here. This file is installed already")


def test_it_imports_several_files_and_goes_on_after_a_bad_one(file: Path, tmp_path: Path) -> None:
    (bad := tmp_path / "bad.lic").write_bytes(b"hello")
    (good := tmp_path / "good.lic").write_bytes(license_file(increment("MPS_ENT_CCU", extra="SN=2")))
    text, code = import_files(bad, tmp_path / "gone.lic", file, good)
    assert code == 1
    assert "bad.lic: Not imported. No license lines were found, nor anything else that is read here" in text
    assert "gone.lic: Not imported. The file cannot be read: No such file or directory." in text
    assert License.objects.count() == 2


def test_it_prints_the_lines_with_problems(file: Path) -> None:
    file.write_bytes(license_file(increment(), "INCREMENT f CITRIX permanent 5"))
    text, code = import_files(file)
    assert code == 1
    assert "  line 5: This INCREMENT statement has fewer fixed fields" in text
    assert "    INCREMENT f CITRIX permanent 5" in text


def test_it_prints_one_json_list(file: Path, tmp_path: Path) -> None:
    (first, second) = results(file, tmp_path / "gone.lic")
    assert (first["kind"], first["outcome"], first["server"]) == ("license_file", "imported", "lic1")
    assert {"file", "summary", "sha256", "problems", "problem_count"} <= set(first)
    assert (second["outcome"], second["problems"]) == ("rejected", [])


def test_it_refuses_what_is_too_large_before_reading_it(file: Path, settings: Settings) -> None:
    settings.MAX_IMPORT_BYTES = 10
    text, code = import_files(file)
    assert code == 1
    assert "at most are read" in text
    assert not SourceReport.objects.exists()


def test_a_sparse_file_of_a_gigabyte_is_refused_before_it_is_read(file: Path) -> None:
    with file.open("wb") as sparse:
        sparse.truncate(1024**3)
    text, code = import_files(file)
    assert code == 1
    assert "The file has 1,024 MB; 64 MB at most are read. Nothing was imported." in text


def test_it_imports_every_kind_under_any_name(tmp_path: Path) -> None:
    for kind, content in ONE_OF_EACH.items():
        (tmp_path / f"{kind}.tmp").write_bytes(content)
    found = results(*sorted(tmp_path.glob("*.tmp")))
    assert [(one["file"], one["outcome"]) for one in found] == [
        (f"{kind}.tmp", "imported") for kind in sorted(ONE_OF_EACH)
    ]
    assert [one["kind"] for one in found] == sorted(ONE_OF_EACH)


def test_an_impossible_server_name_is_exit_code_2(file: Path) -> None:
    with pytest.raises(CommandError, match="A server name is a host name") as refused:
        import_files(file, server="a/b")
    assert refused.value.returncode == 2
    assert not LicenseServer.objects.exists()


@pytest.mark.parametrize("words", [[], ["x.lic"], ["--server", "lic1"]])
def test_wrong_use_is_said_at_once(words: list[str]) -> None:
    with pytest.raises(CommandError, match="the following arguments are required"):
        call_command("import_report", *words)
