"""Does `manage.py receive` start, refuse and end as its user expects?"""

import signal
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from receiver.management.commands.receive import Command
from tests.receiver.running import PASSWORD, PRODUCT_KEY, RunningReceiver, free_port
from tests.receiver.wire import Wire

Start = Callable[..., RunningReceiver]


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_and_leaves_no_process(start: Start, signum: int) -> None:
    receiver = start()
    worker = receiver.worker_pid()
    with socket.create_connection(("127.0.0.1", receiver.port), timeout=5):
        assert receiver.stop(signum=signum) == 0
    assert not Path(f"/proc/{worker}").exists()


def test_it_says_when_the_port_is_in_use(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, said = run(tmp_path, "--port", str(taken.getsockname()[1]), "--store", str(tmp_path / "s"))
    assert code == 1
    assert "already in use" in said
    assert "--port" in said


def test_it_says_when_another_receiver_has_the_port(start: Start, tmp_path: Path) -> None:
    port = start().port
    code, said = run(tmp_path, "--port", str(port), "--store", str(tmp_path / "other"))
    assert (code, "already in use" in said) == (1, True)


def test_it_says_when_the_store_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    code, said = run(tmp_path, "--port", str(free_port()), "--store", str(tmp_path / "file" / "store"))
    assert (code, said.count("\n")) == (1, 1)
    assert "--store" in said


def test_it_says_when_another_receiver_has_the_store(start: Start, tmp_path: Path) -> None:
    used = start().store
    code, said = run(tmp_path, "--port", str(free_port()), "--store", str(used))
    assert (code, "Another receiver" in said) == (1, True)


@pytest.mark.parametrize("host", ["203.0.113.1", "no such host"])
def test_it_says_when_the_address_is_not_ours(tmp_path: Path, host: str) -> None:
    place = ["--port", str(free_port()), "--store", str(tmp_path / "s")]
    code, said = run(tmp_path, *place, "--host", host)
    assert (code, said.count("\n"), host in said) == (1, 1, True)


@pytest.mark.parametrize("arguments", [[], ["--port", "0"], ["--port", "70000"], ["--port", "x"]])
def test_it_exits_with_2_on_wrong_use(tmp_path: Path, arguments: list[str]) -> None:
    code, said = run(tmp_path, *arguments, "--store", str(tmp_path / "s"))
    assert (code, "--port" in said) == (2, True)


@pytest.mark.parametrize(
    "variables",
    [{"PASSWORD": ""}, {"USERNAME": ""}, {"PRODUCT_KEY": "ABC"}, {"IDLE_SECONDS": "0"}, {"SIZE_LIMIT": "x"}],
)
def test_it_exits_with_2_on_wrong_settings(tmp_path: Path, variables: dict[str, str]) -> None:
    place = ["--port", str(free_port()), "--store", str(tmp_path / "s")]
    code, said = run(tmp_path, *place, variables=variables)
    assert (code, "CIS_" in said or "RECEIVER_" in said) == (2, True)


def test_it_keeps_what_it_received_to_its_user(start: Start) -> None:
    store = start().store
    assert stat.S_IMODE(store.stat().st_mode) == 0o700


def test_it_logs_one_line_per_request_and_no_secrets(start: Start) -> None:
    receiver = start()
    wire = Wire(receiver.port)
    token = wire.upload_token()
    wire.chunk(wire.bundle(5, token=token), offset=0, data=b"12345", token=token)
    wire.send("GET", "/a%0Ab?x=hidden")
    wire.close()
    receiver.stop()
    lines = receiver.log.read_text().splitlines()
    assert lines.pop(0).endswith("GET /health/live 200 0")
    assert lines[4].endswith("POST /feeds/api/upload_raw_chunk/ 200 5")
    assert lines[5].endswith("GET /a%0Ab 404 0")
    assert len(lines) == 6
    assert not [secret for secret in (token, PASSWORD, PRODUCT_KEY, "hidden") if secret in str(lines)]


def test_it_shows_no_secret_on_its_command_line(start: Start) -> None:
    receiver = start()
    for pid in (receiver.process.pid, receiver.worker_pid()):
        assert PASSWORD not in Path(f"/proc/{pid}/cmdline").read_text()


def test_it_has_help() -> None:
    text = Command().create_parser("manage.py", "receive").format_help()
    assert "--port" in text
    assert "--store" in text
    assert "--host" in text


def run(folder: Path, *arguments: str, variables: dict[str, str] | None = None) -> tuple[int, str]:
    """A start that fails: its exit code and what it says on stderr."""
    receiver = RunningReceiver(folder / "failing", variables=variables)
    with receiver.launch(*arguments) as process:
        assert process.wait(timeout=60) != 0
    return process.returncode, receiver.log.read_text()
