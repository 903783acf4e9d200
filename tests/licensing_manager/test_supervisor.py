"""Does one tree of processes start, stay alive and end as it should? With small processes that stand for ours."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from licensing_manager import broker, instance_lock, log_files, ports, warden, whole_file
from licensing_manager.child_process import Program, delay_before_restart
from licensing_manager.supervisor import StartFailedError, StopRequested, Supervisor
from licensing_manager.wakeups import Wakeups

SLEEPER = "import time; time.sleep(60)"
Make = Callable[[Sequence[Program]], Supervisor]


def python(code: str) -> list[str]:
    return [sys.executable, "-S", "-c", code]


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def wakeups() -> Iterator[Wakeups]:
    with Wakeups() as wakeups:
        yield wakeups


@pytest.fixture
def supervise(tmp_path: Path, wakeups: Wakeups, said: list[str]) -> Iterator[Make]:
    made: list[Supervisor] = []

    def make(programs: Sequence[Program]) -> Supervisor:
        made.append(
            Supervisor(
                programs, log_dir=tmp_path, folder=tmp_path, environment=os.environ, wakeups=wakeups, say=said.append
            )
        )
        return made[-1]

    yield make
    for supervisor in made:
        supervisor.stop()


def test_it_waits_longer_after_every_death() -> None:
    assert [delay_before_restart(deaths) for deaths in range(1, 8)] == [1, 2, 4, 8, 16, 30, 30]


def test_it_starts_all_and_waits_for_those_that_can_answer(supervise: Make, tmp_path: Path) -> None:
    mark = tmp_path / "ready"
    ready = Program("slow", python(f"open({str(mark)!r}, 'w'); {SLEEPER}"), ready=mark.exists)
    supervisor = supervise([ready, Program("other", python(SLEEPER))])
    supervisor.start(within=10)
    assert mark.exists()
    assert set(supervisor.pids) == {"slow", "other"}


def test_it_starts_nothing_before_what_is_needed_answers(supervise: Make, tmp_path: Path) -> None:
    mark = tmp_path / "needed"
    needed = Program("needed", python(f"open({str(mark)!r}, 'w'); {SLEEPER}"), ready=mark.exists, needed_by_later=True)
    later = Program("later", python(f"import os; print(os.path.exists({str(mark)!r}), flush=True); {SLEEPER}"))
    supervise([needed, later]).start(within=10)
    _until(lambda: log_files.last_lines(tmp_path / "later.log") == ["True"])


def test_it_stops_the_last_started_first(supervise: Make, tmp_path: Path) -> None:
    order = tmp_path / "order"
    supervisor = supervise([_recorder(name, order) for name in ("broker", "web", "beat")])
    supervisor.start(within=10)
    supervisor.stop()
    assert order.read_text().split() == ["beat", "web", "broker"]
    assert supervisor.pids == {}


def test_it_ends_what_does_not_listen_and_its_helpers(supervise: Make, tmp_path: Path) -> None:
    helper = tmp_path / "helper"
    code = (
        "import signal, subprocess, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"p = subprocess.Popen([sys.executable, '-S', '-c', {SLEEPER!r}]);"
        f"open({str(helper)!r}, 'w').write(str(p.pid)); {SLEEPER}"
    )
    deaf = Program("deaf", python(code), ready=lambda: helper.exists() and bool(helper.read_text()), stop_seconds=0.2)
    supervisor = supervise([deaf])
    supervisor.start(within=10)
    supervisor.stop()
    _until(lambda: is_gone(int(helper.read_text())))


def test_it_restarts_what_dies_and_says_so_in_one_line(supervise: Make, said: list[str], wakeups: Wakeups) -> None:
    supervisor = supervise([Program("web", python(SLEEPER), ready=lambda: True)])
    supervisor.start(within=10)
    first = supervisor.pids["web"]
    supervisor.changed = lambda: os.kill(os.getpid(), signal.SIGTERM)
    os.kill(first, signal.SIGKILL)
    supervisor.watch()
    assert supervisor.pids["web"] != first
    assert said == ["The web ended (signal 9). It starts again in 1 s."]


def test_three_deaths_at_the_start_are_the_end_with_the_last_lines_of_the_log(supervise: Make) -> None:
    code = "print(*range(30), sep='\\n'); raise SystemExit(3)"
    supervisor = supervise([Program("web", python(code), ready=lambda: False)])
    with pytest.raises(StartFailedError, match=r"ended 3 times while starting \(exit code 3\)") as failure:
        supervisor.start(within=30)
    assert failure.value.last_words == [str(number) for number in range(10, 30)]


def test_a_part_that_never_answers_is_named(supervise: Make) -> None:
    supervisor = supervise([Program("web", python(SLEEPER), ready=lambda: False)])
    with pytest.raises(StartFailedError, match="The web does not answer"):
        supervisor.start(within=0.1)


def test_a_program_that_is_not_there_is_named(supervise: Make) -> None:
    with pytest.raises(StartFailedError, match="The web cannot be started"):
        supervise([Program("web", ["/nowhere/program"])]).start()


def test_a_stop_signal_ends_the_wait_for_the_start(supervise: Make) -> None:
    supervisor = supervise([Program("web", python(SLEEPER), ready=lambda: False)])
    os.kill(os.getpid(), signal.SIGINT)
    with pytest.raises(StopRequested):
        supervisor.start()


def test_the_warden_ends_what_a_closed_pipe_leaves_behind() -> None:
    assert warden.groups_left_behind(["+10\n", "+11\n", "-10\n"]) == {11}
    orphan = subprocess.Popen(python(SLEEPER), start_new_session=True)
    warden.end({orphan.pid}, grace=0.1)
    assert orphan.wait(timeout=10) < 0


def test_a_lock_of_a_dead_process_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "run" / "serve.lock"
    whole_file.write(path, text="999999999\n")
    with _closing(instance_lock.acquire(path)):
        assert path.read_text() == f"{os.getpid()}\n"


def test_a_lock_of_a_living_process_is_refused_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "serve.lock"
    with _closing(instance_lock.acquire(path)):
        sentence = rf"already runs here \(process {os.getpid()}\)\. Stop it with Ctrl-C there, or .* its own DATA_DIR\."
        with pytest.raises(instance_lock.AlreadyRunningError, match=sentence):
            instance_lock.acquire(path)


def test_a_lock_that_a_dead_process_left_with_its_warden_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "serve.lock"
    with _closing(instance_lock.acquire(path)):
        path.write_text("999999999\n")
        with pytest.raises(instance_lock.AlreadyRunningError):
            instance_lock.acquire(path, patience=0.1)


def test_it_knows_a_taken_port_from_a_free_one() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        assert not ports.is_free("127.0.0.1", port=port)
    assert ports.is_free("127.0.0.1", port=port)


def test_a_large_log_makes_room_and_one_old_one_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * (log_files.ROTATE_BYTES + 1))
    log_files.prepare(log)
    assert not log.exists()
    assert log.with_suffix(".log.1").exists()


def test_the_broker_uses_a_private_socket_and_no_port(tmp_path: Path) -> None:
    socket_path = tmp_path / "run" / "broker.sock"
    broker.prepare(socket=socket_path, data=tmp_path / "broker")
    words = broker.command(socket=socket_path, data=tmp_path / "broker")
    assert words[words.index("--port") + 1] == "0"
    assert words[words.index("--maxmemory-policy") + 1] == "noeviction"
    assert socket_path.parent.stat().st_mode & 0o777 == 0o700


def test_a_socket_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(broker.UnsafeSocketFolderError, match="set DATA_DIR"):
        broker.prepare(socket=tmp_path / "run" / "broker.sock", data=tmp_path / "broker")


def _recorder(name: str, order: Path) -> Program:
    ready = order.with_name(f"{name}.ready")
    code = (
        "import signal, sys\n"
        f"def end(*_):\n    open({str(order)!r}, 'a').write('{name} ')\n    sys.exit()\n"
        f"signal.signal(signal.SIGTERM, end)\nopen({str(ready)!r}, 'w')\n{SLEEPER}"
    )
    return Program(name, python(code), ready=ready.exists)


def _until(question: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not question():
        assert time.monotonic() < deadline


class _closing:  # noqa: N801  # reads like contextlib's, for a descriptor
    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor

    def __enter__(self) -> int:
        return self.descriptor

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)
