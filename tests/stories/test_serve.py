"""Does the one command run the whole system, and end all of it?"""

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.stories.conftest import StartStack
from tests.stories.running_stack import ROOT, Stack, eventually, processes_of, product_environment

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One system for all that it survives: questions, refused starts beside it, and the death of a part."""
    stack = Stack(tmp_path_factory.mktemp("standing") / "data", environment={})
    stack.wait_until_ready()
    yield stack
    assert not stack.stop()


def test_it_prints_where_everything_is(standing: Stack) -> None:
    assert standing.setup_url
    assert standing.setup_url.startswith(f"{standing.web}/setup/")
    for words in (
        standing.web,
        standing.setup_url,
        str(standing.data_dir),
        "nothing leaves it.",
        "Press Ctrl-C to stop.",
    ):
        assert words in standing.output


def test_its_run_file_names_the_living_processes_and_is_private(standing: Stack) -> None:
    assert set(standing.pids) == {"broker", "receiver", "web", "worker", "beat"}
    assert set(standing.pids.values()) <= set(processes_of(standing.data_dir))
    assert stat.S_IMODE((standing.data_dir / "run" / "serve.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((standing.data_dir / "run").stat().st_mode) == 0o700


def test_a_second_start_in_the_same_folder_is_refused_with_the_way_out(standing: Stack) -> None:
    second = standing.manage("serve", "--port", "1")
    assert second.returncode == 1
    assert f"already runs here (process {standing.process.pid}). Stop it with Ctrl-C there" in second.stderr


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_signal_ends_every_process(stack: Stack, by: signal.Signals) -> None:
    assert stack.stop(by=by) == {}
    assert stack.process.returncode == 0
    assert stack.facts == {}


def test_a_killed_supervisor_leaves_no_process_and_no_obstacle(start_stack: StartStack) -> None:
    first = start_stack()
    first.process.kill()
    first.process.wait()
    eventually(lambda: not processes_of(first.data_dir), within=15)
    second = start_stack(data_dir=first.data_dir)
    assert second.receiver  # the folder is free again, and so is the port of the receiver


def test_two_installations_started_at_once_have_a_receiver_each(start_stack: StartStack, tmp_path: Path) -> None:
    """Both want the same port for it, since neither has one of the last time."""
    with ThreadPoolExecutor(2) as at_once:
        folders = [tmp_path / "one", tmp_path / "other"]
        one, other = at_once.map(lambda folder: start_stack(data_dir=folder), folders)
    assert one.receiver != other.receiver
    assert one.web != other.web
    for stack in (one, other):
        store = f"--store {stack.data_dir / 'receiver'}"
        [line] = [line for number, line in processes_of(stack.data_dir).items() if number == stack.pids["receiver"]]
        assert f"--port {stack.receiver.rpartition(':')[2]} " in line
        assert store in line


def test_a_start_right_after_a_kill_waits_for_the_old_processes(start_stack: StartStack) -> None:
    first = start_stack()
    old = set(first.pids.values())
    first.process.kill()
    first.process.wait()
    second = start_stack(data_dir=first.data_dir)
    assert not old & set(processes_of(second.data_dir))


@pytest.mark.parametrize("name", ["worker", "broker", "web"])
def test_a_killed_part_is_started_again_and_said_so(standing: Stack, name: str) -> None:
    old = standing.kill(name)
    eventually(lambda: standing.pids[name] != old)
    assert f"The {name} ended (signal 9). It starts again in 1 s." in standing.output
    assert standing.process.poll() is None


def test_a_killed_warden_is_replaced(stack: Stack) -> None:
    def wardens() -> set[int]:
        return {number for number, line in processes_of(stack.data_dir).items() if "warden.py" in line}

    (old,) = wardens()
    os.kill(old, signal.SIGKILL)
    eventually(lambda: wardens() - {old})
    stack.process.kill()
    stack.process.wait()
    eventually(lambda: not processes_of(stack.data_dir), within=15)


def test_a_taken_port_names_a_free_one(standing: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = standing.web.rpartition(":")[2]
    monkeypatch.setitem(standing.environment, "DATA_DIR", str(tmp_path / "other"))
    refused = standing.manage("serve", "--port", port)
    assert refused.returncode == 1
    assert f"Port {port} is taken by another program. Use: script/server --port 8090" in refused.stderr


def test_a_folder_that_cannot_be_written_is_refused_with_the_way_out(
    standing: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setitem(standing.environment, "DATA_DIR", str(tmp_path / "file" / "data"))
    refused = standing.manage("serve")
    assert refused.returncode == 1
    assert "cannot be written: Not a directory." in refused.stderr
    assert "set DATA_DIR to another folder" in refused.stderr


def test_a_wrong_destination_is_refused_before_anything_starts(tmp_path: Path) -> None:
    environment = product_environment(tmp_path / "data", extra={"CIS_URL": "cis.example"})
    refused = subprocess.run(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=environment, check=False, capture_output=True, text=True
    )
    assert refused.returncode == 1
    assert "CIS_URL is not an address" in refused.stderr
    assert "Set CIS_URL to something like https://host.example." in refused.stderr
    assert not (tmp_path / "data" / "log").exists()


def test_the_broker_listens_on_no_port(standing: Stack) -> None:
    log = (standing.data_dir / "log" / "broker.log").read_text()
    assert "Ready to accept connections unix" in log
    assert "Ready to accept connections tcp" not in log


def test_a_part_that_cannot_start_stops_all_and_shows_its_last_words(stack: Stack) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    assert stack.stop() == {}
    stack.environment["GRANIAN_BACKLOG"] = "nonsense"  # the web server refuses it and ends
    failed = stack.manage("serve", "--port", str(port))
    assert failed.returncode == 1
    assert "The web ended 3 times while starting" in failed.stderr
    assert "backlog" in failed.stderr
    assert processes_of(stack.data_dir) == {}
