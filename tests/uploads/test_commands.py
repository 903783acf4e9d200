"""Do the two commands do what they print?"""

import hashlib
import json
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from servers.models import LicenseServer, ReportingMode
from servers.registry import change_server
from tests.uploads.conftest import Peer, Worker, begin
from tests.uploads.faulty_line import IDENTITY, Line, answers
from uploads.management.commands import upload_now
from uploads.models import Preview, Upload
from uploads.states import State

Said = tuple[str, str]
KINDS = ["compliance", "usage"]  # what Licensing Telemetry consists of


def run(*words: str) -> Said:
    out, err = StringIO(), StringIO()
    call_command(*words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def by_kind() -> list[Upload]:
    return list(Upload.objects.order_by("kind"))


@pytest.fixture
def at_work(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> Worker:
    """A broker with a worker behind it: what is handed over is sent while the command looks away."""
    waiting: list[int] = []

    def takes(upload_id: int) -> bool:
        waiting.append(upload_id)
        return True

    def looks_away(_: float) -> None:
        while waiting:
            worker.send(Upload.objects.get(pk=waiting.pop()))

    monkeypatch.setattr(upload_now, "hand_over", takes)
    monkeypatch.setattr("uploads.management.commands.upload_now.time.sleep", looks_away)
    return worker


def test_upload_now_starts_an_upload_of_each_kind_and_returns(
    server: LicenseServer, at_work: Worker, clock: time_machine.Traveller
) -> None:
    out, err = run("upload_now", "telemetry", "--server", server.name.upper())
    uploads = by_kind()
    said = [f"Upload {one.pk} of telemetry {one.kind} is waiting for a worker.\n" for one in uploads]
    assert (out, err) == ("".join(said), "")
    assert [(one.kind, one.state) for one in uploads] == [(kind, State.QUEUED) for kind in KINDS]


@pytest.mark.parametrize("kind", KINDS)
def test_upload_now_starts_the_wanted_kind_alone(server: LicenseServer, at_work: Worker, kind: str) -> None:
    out, _ = run("upload_now", "telemetry", "--server", server.name, "--kind", kind)
    upload = Upload.objects.get()
    assert upload.kind == kind
    assert out == f"Upload {upload.pk} of telemetry {kind} is waiting for a worker.\n"


def test_upload_now_waits_until_each_is_delivered(
    line: Line, server: LicenseServer, at_work: Worker, clock: time_machine.Traveller
) -> None:
    out, _ = run("upload_now", "telemetry", "--server", server.name, "--wait")
    uploads = by_kind()
    assert [(one.kind, one.state) for one in uploads] == [(kind, State.DELIVERED) for kind in KINDS]
    ends = [
        f"Upload {one.pk} {one.kind}: Delivered: CTX_UPLOADER_SUCCESS, sha256 {one.bundle_sha256}\n" for one in uploads
    ]
    assert out.endswith("".join(ends))


def test_upload_now_that_lost_one_upload_still_sends_the_other(
    *, line: Line, server: LicenseServer, at_work: Worker, capsys: pytest.CaptureFixture[str]
) -> None:
    line.fail(IDENTITY, answers(403))  # whichever comes first
    with pytest.raises(SystemExit) as ended:
        call_command("upload_now", "telemetry", "--server", server.name, "--wait")
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert sorted(one.state for one in by_kind()) == sorted([State.DELIVERED, State.REFUSED])
    assert all(f"Upload {one.pk} {one.kind}: {one.get_state_display()}: " in said for one in by_kind())


def test_upload_now_ends_with_1_and_the_meaning_when_it_failed(
    *, line: Line, server: LicenseServer, at_work: Worker, capsys: pytest.CaptureFixture[str]
) -> None:
    line.fail(IDENTITY, *[answers(403)] * len(KINDS))
    with pytest.raises(SystemExit) as ended:
        call_command("upload_now", "telemetry", "--server", server.name, "--wait")
    said = capsys.readouterr()
    assert ended.value.code == 1
    assert "Refused, needs a person: CTX_UPLOADER_ERROR_AUTH" in said.out
    assert "did not accept the user name" in said.err


def test_upload_now_ends_with_1_and_the_reason_when_nothing_may_be_sent(server: LicenseServer) -> None:
    change_server(server, reporting_mode=ReportingMode.MANUAL)
    with pytest.raises(CommandError, match="Reports are carried by hand") as error:
        run("upload_now", "telemetry", "--server", server.name)
    assert error.value.returncode == 1


def test_upload_now_says_when_the_broker_does_not_answer(
    server: LicenseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_now, "hand_over", lambda _: False)
    _, err = run("upload_now", "telemetry", "--server", server.name)
    assert err == "The broker does not answer. The upload waits; start Licensing Manager.\n" * len(KINDS)
    assert [(one.kind, one.state) for one in by_kind()] == [(kind, State.QUEUED) for kind in KINDS]


@pytest.mark.parametrize("command", ["upload_now", "preview_payload"])
def test_an_unknown_server_is_wrong_use(db: None, command: str) -> None:
    with pytest.raises(CommandError, match="There is no server named nobody") as error:
        run(command, "telemetry", "--server", "nobody")
    assert error.value.returncode == 2


def test_the_preview_on_paper_is_the_file_and_is_what_is_sent(
    *, line: Line, peer: Peer, worker: Worker, server: LicenseServer, tmp_path: Path, clock: time_machine.Traveller
) -> None:
    out, _ = run("preview_payload", "telemetry", "--server", server.name, "--out", str(tmp_path / "seen.zip"))
    sha256 = hashlib.sha256((tmp_path / "seen.zip").read_bytes()).hexdigest()
    assert f"\nsha256 {sha256}\nNothing was sent.\n" in out
    assert line.seen == []
    clock.shift(3600)
    upload = begin(server, sha256=sha256)
    worker.send(upload)
    assert peer.whole(upload) == [sha256]


def test_the_preview_prints_every_value_as_json(server: LicenseServer) -> None:
    facts = json.loads(run("preview_payload", "telemetry", "--server", server.name, "--json")[0])
    preview = Preview.objects.get()
    assert (facts["sha256"], facts["bytes"], facts["name"]) == (
        preview.bundle_sha256,
        preview.size,
        preview.bundle_name,
    )
    values = {row["element"]: row["value"] for row in facts["elements"]}
    assert values["inventory.feature.ID"] == "MPS_STD_CCU"


def test_an_unknown_kind_is_wrong_use(server: LicenseServer) -> None:
    with pytest.raises(CommandError, match="telemetry has no kind nothing") as error:
        run("preview_payload", "telemetry", "--server", server.name, "--kind", "nothing")
    assert error.value.returncode == 2


def test_a_folder_that_is_not_there_is_failed_work(server: LicenseServer, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No preview was made") as error:
        run("preview_payload", "telemetry", "--server", server.name, "--out", str(tmp_path / "no" / "a.zip"))
    assert error.value.returncode == 1
