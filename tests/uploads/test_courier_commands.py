"""Do both commands say what they did, and end as scripts expect?"""

import json
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from servers.models import LicenseServer
from tests.uploads.courier import days, gathered, later, manual_server, taken, volumes_of
from uploads.courier_models import ManualReport
from uploads.models import Upload
from uploads.states import State


@pytest.fixture
def by_hand(db: None, clock: time_machine.Traveller) -> LicenseServer:
    server = manual_server()
    days(clock, 3)
    return server


def refused(*arguments: object) -> tuple[int, str]:
    with pytest.raises(CommandError) as caught:
        call_command(*[str(one) for one in arguments])
    return caught.value.returncode, str(caught.value)


def test_it_writes_the_volumes_and_says_their_digests(
    by_hand: LicenseServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("export_report", "--server", "LS1.example.org", "--out", str(tmp_path / "out"))
    said = capsys.readouterr()
    report = ManualReport.objects.get()
    for volume in report.volumes.all():
        path = tmp_path / "out" / volume.file_name
        assert f"{path}  {path.stat().st_size:,} bytes  sha256 {volume.sha256}" in said.out
    assert f"{report}: 6 bundles in 2 volumes, signed with {report.signed_with}" in said.out
    assert said.err == ""
    assert [entry.event for entry in report.custody.all()] == ["gathered", "handed_out", "handed_out"]


def test_missing_days_are_named_and_are_no_failure(
    by_hand: LicenseServer, tmp_path: Path, clock: time_machine.Traveller, capsys: pytest.CaptureFixture[str]
) -> None:
    later(clock, days=2)
    days(clock, 1)
    call_command("export_report", "--all", "--out", str(tmp_path))
    assert "Missing: ls1.example.org, Product usage: day 3 is missing (2026-03-04), no report was made." in (
        capsys.readouterr().err
    )


def test_it_is_run_again_after_a_kill(by_hand: LicenseServer, tmp_path: Path) -> None:
    out = tmp_path / "out"
    arguments = ["export_report", "--all", "--out", str(out), "--max-bytes", "5000"]
    call_command(*arguments)
    files = {path: path.read_bytes() for path in out.iterdir()}
    sorted(files)[1].unlink()
    call_command(*arguments)
    assert {path: path.read_bytes() for path in out.iterdir()} == files


def test_what_cannot_be_gathered_is_failed_work(by_hand: LicenseServer, tmp_path: Path) -> None:
    code, words = refused("export_report", "--all", "--out", tmp_path, "--max-bytes", "100")
    assert (code, "Allow at least" in words) == (1, True)
    call_command("export_report", "--all", "--out", str(tmp_path))
    assert refused("export_report", "--all", "--out", tmp_path, "--more")[0] == 1
    (tmp_path / "file").write_text("")
    code, words = refused("export_report", "--all", "--out", tmp_path / "file" / "below")
    assert (code, "could not be written" in words) == (1, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["--out", "x"],
        ["--all"],
        ["--all", "--server", "ls1", "--out", "x"],
        ["--all", "--out", "x", "--max-bytes", "-1"],
        ["--all", "--out", "x", "--max-bytes", "much"],
    ],
)
def test_wrong_use_is_told_as_such(db: None, arguments: list[str]) -> None:
    with pytest.raises(CommandError, match="Error: "):  # as a shell sees it, this is exit 2
        call_command("export_report", *arguments)
    assert not ManualReport.objects.exists()


def test_a_server_that_nobody_knows_is_wrong_use(db: None, tmp_path: Path) -> None:
    assert refused("export_report", "--server", "nobody", "--out", tmp_path)[0] == 2


def a_receipt(server: LicenseServer, folder: Path, *, skip: int = 0) -> tuple[Path, str]:
    paths = volumes_of(gathered(server), folder)
    data = taken(folder / "store", paths[skip:])
    target = folder / "receipt.json"
    target.write_bytes(data)
    return target, json.loads(data)["receipt"]["receiver"]["fingerprint"]


def test_a_receiver_is_trusted_only_when_it_is_said(
    by_hand: LicenseServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, fingerprint = a_receipt(by_hand, tmp_path)
    code, words = refused("import_receipt", path)
    assert (code, f"Then run: import_receipt {path} --trust {fingerprint}" in words) == (1, True)
    call_command("import_receipt", str(path), "--trust", fingerprint)
    said = capsys.readouterr().out
    report = ManualReport.objects.get()
    assert f"6 bundles of {report} arrived at {timezone.now():%F %T} UTC." in said
    assert f"{report} is closed" in said
    assert "may be deleted on the page Manual reporting" in said
    assert set(Upload.objects.values_list("state", flat=True)) == {State.DELIVERED}
    call_command("import_receipt", str(path))
    assert "was imported before; nothing changed" in capsys.readouterr().out


def test_it_names_what_is_still_open(
    by_hand: LicenseServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, fingerprint = a_receipt(by_hand, tmp_path, skip=1)
    call_command("import_receipt", str(path), "--trust", fingerprint)
    assert (
        "Volume 1 of 2 is missing: days 0 to 2 of ls1.example.org (License server report)." in capsys.readouterr().out
    )


def test_a_file_that_is_not_there_is_wrong_use(db: None, tmp_path: Path) -> None:
    assert refused("import_receipt", tmp_path / "none.json")[0] == 2


def test_what_is_no_receipt_is_failed_work(db: None, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("{}")
    code, words = refused("import_receipt", path)
    assert (code, "is no receipt" in words) == (1, True)
