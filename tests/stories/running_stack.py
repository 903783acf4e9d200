"""What can a story do with a running system? Ask where it is, use its commands, kill its parts, stop it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

ROOT = Path(__file__).resolve().parent.parent.parent
GUARD = ROOT / "tests" / "child_guard"
PATIENCE = 60.0
OURS = ("DATABASE_URL", "REDIS_URL", "CIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "UPLOAD_PROXY", "CA_BUNDLE")

T = TypeVar("T")


def eventually(question: Callable[[], T], *, within: float = PATIENCE) -> T:
    """The first answer that is true. Fails when there is none in time."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        answer = question()
        if answer:
            return answer
        Event().wait(0.05)
    raise AssertionError(f"This did not become true within {within:.0f} s: {question}")


def product_environment(data_dir: Path, *, extra: Mapping[str, str]) -> dict[str, str]:
    """As a person would run the product: its own settings, nothing of the caller's, and the guard of the network."""
    environment = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in OURS}
    paths = [str(GUARD), *filter(None, [environment.get("PYTHONPATH")])]
    return {
        **environment,
        "DJANGO_SETTINGS_MODULE": "licensing_manager.settings",
        "DATA_DIR": str(data_dir),
        "PYTHONPATH": os.pathsep.join(paths),
        **extra,
    }


def processes_of(data_dir: Path) -> dict[int, str]:
    """Every living process that was started with this data folder, or works in it: number and command line."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if _belongs(folder, data_dir):
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it ended meanwhile, or is not ours
    return found


def _belongs(folder: Path, data_dir: Path) -> bool:
    """The broker writes its title over its environment, but it works in a folder of its own."""
    if f"DATA_DIR={data_dir}".encode() in (folder / "environ").read_bytes().split(b"\0"):
        return True
    return (folder / "cwd").readlink().is_relative_to(data_dir)


class Stack:
    """A `manage.py serve` of our own on any free port. `output` is what it printed."""

    def __init__(self, data_dir: Path, *, environment: Mapping[str, str], options: Sequence[str] = ()) -> None:
        self.data_dir = data_dir
        self.environment = product_environment(data_dir, extra=environment)
        self._log = data_dir.parent / f"{data_dir.name}.output"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", "0", *options],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        """Everything that it printed so far."""
        return self._log.read_text(errors="replace")

    @property
    def facts(self) -> dict[str, Any]:
        """The run file that it writes when it is ready; empty before and after."""
        try:
            facts: dict[str, Any] = json.loads((self.data_dir / "run" / "serve.json").read_text())
        except FileNotFoundError:
            return {}
        return facts

    @property
    def web(self) -> str:
        """The address of the pages, without a slash at its end."""
        return str(self.facts["web"])

    @property
    def receiver(self) -> str:
        """The address of the sandbox receiver."""
        return str(self.facts["receiver"])

    @property
    def setup_url(self) -> str | None:
        """The one-time link for the first account."""
        url: str | None = self.facts["setup_url"]
        return url

    @property
    def pids(self) -> dict[str, int]:
        """The number of each child by name: broker, receiver, web, worker, beat."""
        return dict(self.facts.get("children", {}))

    def wait_until_ready(self) -> None:
        """Until the run file is there. Fails with the output when it ends before."""
        eventually(lambda: self.facts.get("pid") == self.process.pid or self.process.poll() is not None, within=120)
        assert self.process.poll() is None, f"serve ended with {self.process.returncode}:\n{self.output}"

    def kill(self, name: str) -> int:
        """`kill -9` of one child; returns the number that it had."""
        number = self.pids[name]
        os.kill(number, signal.SIGKILL)
        return number

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside it, as a person does who has set DATA_DIR."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )

    def stop(self, *, by: signal.Signals = signal.SIGTERM) -> dict[int, str]:
        """Stop it; returns the processes that it left behind, after ending them."""
        if self.process.poll() is None:
            self.process.send_signal(by)
        try:
            self.process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        left = processes_of(self.data_dir)
        for number in left:
            os.kill(number, signal.SIGKILL)
        return left
