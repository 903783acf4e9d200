"""How do the tests run a real receiver? As the command does, in a process group of its own."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import urllib3

ROOT = Path(__file__).resolve().parents[2]
USERNAME, PASSWORD, PRODUCT_KEY = "ada", 'quo"te\\slash é', "0123456789abcdef0123456789abcdef01234567"
BARE = (
    "from django.conf import settings; from django.core.management import execute_from_command_line as run;"
    "import sys; settings.configure(INSTALLED_APPS=['receiver']); run(['manage.py', *sys.argv[1:]])"
)
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class RunningReceiver:
    """A receiver over one store; it can be killed and started again, on a new port each time."""

    def __init__(self, store: Path, *, variables: dict[str, str] | None = None) -> None:
        self.store = store
        self.log = store.parent / f"{store.name}.log"
        self.port = 0
        self._variables = variables or {}
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> "RunningReceiver":
        self.port = free_port()
        self._process = self.launch("--port", str(self.port), "--store", str(self.store))
        assert self.process.stdout is not None
        assert select.select([self.process.stdout], [], [], START_SECONDS)[0], "it says nothing"
        return self.ready()

    def ready(self) -> "RunningReceiver":
        """Itself, once it answers."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                urllib3.request("GET", f"http://127.0.0.1:{self.port}/health/live", retries=False, timeout=5)
            except urllib3.exceptions.HTTPError:
                self._fail_if_ended()
            else:
                return self
        raise AssertionError(f"no receiver on port {self.port}: {self.log.read_text()}")

    def launch(self, *arguments: str) -> subprocess.Popen[str]:
        """The command itself, whatever comes of it; settings of its own keep other parts out."""
        with self.log.open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-c", BARE, "receive", *arguments],
                cwd=ROOT,
                env=self._environment(),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )

    @property
    def process(self) -> subprocess.Popen[str]:
        assert self._process is not None
        return self._process

    def stop(self, *, signum: int = signal.SIGTERM) -> int:
        """End it politely; the exit code."""
        self.process.send_signal(signum)
        return self.wait()

    def kill(self) -> None:
        """SIGKILL the main process and its worker at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.wait()

    def ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def worker_pid(self) -> int:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return int(children.split()[-1])

    def wait(self) -> int:
        """Until the main process has ended; its exit code."""
        code = self.process.wait(timeout=30)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def _environment(self) -> dict[str, str]:
        secrets = {"USERNAME": USERNAME, "PASSWORD": PASSWORD, "PRODUCT_KEY": PRODUCT_KEY}
        given = {f"RECEIVER_{name}": value for name, value in (secrets | self._variables).items()}
        return {**os.environ, **given, "PYTHONPATH": str(ROOT)}

    def _fail_if_ended(self) -> None:
        try:
            code = self.process.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            return
        raise AssertionError(f"the receiver ended with {code}: {self.log.read_text()}")
