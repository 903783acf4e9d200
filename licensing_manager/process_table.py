"""Which processes make up the embedded system, and with which command lines?"""

import contextlib
import functools
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from licensing_manager import broker, ports, readiness, sandbox_address
from licensing_manager.child_process import Program

LOOPBACK = "127.0.0.1"
MOST_WEB_WORKERS = 4  # ours: pages of one installation need no more, and each takes about 100 MB


@dataclass(frozen=True, slots=True)
class Address:
    """Where the pages are served."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """As a person types it."""
        host = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(self.host, self.host)  # noqa: S104  # compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def programs(web: Address, *, ports_held: contextlib.ExitStack) -> list[Program]:
    """All processes in the order of their start. Writes the receiver's address for the others to read.

    The receiver's port is held until `ports_held` ends.
    """
    table = [_broker()] if settings.EMBEDDED_BROKER else []
    table += [_receiver(ports_held)] if settings.SANDBOX else []
    return [*table, _web(web), _worker(), _beat()]


def receiver_url() -> str | None:
    """Where the sandbox receiver listens; None when uploads go elsewhere."""
    return sandbox_address.read(settings.RUN_DIR) if settings.SANDBOX else None


def _broker() -> Program:
    socket, data = settings.BROKER_SOCKET, settings.DATA_DIR / "broker"
    broker.prepare(socket=socket, data=data)
    return Program(
        name="broker",
        command=broker.command(socket=socket, data=data),
        ready=functools.partial(readiness.answers_ping, settings.REDIS_URL),
        needed_by_later=True,
    )


def _receiver(ports_held: contextlib.ExitStack) -> Program:
    port = ports_held.enter_context(_receiver_port()).port
    sandbox_address.write(settings.RUN_DIR, address=f"http://{LOOPBACK}:{port}")
    store = settings.DATA_DIR / "receiver"
    return Program(
        name="receiver",
        command=_manage("receive", "--port", str(port), "--port-is-held", "--store", str(store)),
        ready=functools.partial(readiness.answers_http, LOOPBACK, port=port),
    )


def _receiver_port() -> ports.Hold:
    """The port of the last time where it is free, so that the address in older results stays true."""
    last = sandbox_address.read(settings.RUN_DIR).rpartition(":")[2]
    known = int(last) if last.isdecimal() else 0
    return (ports.hold(LOOPBACK, port=known) if 0 < known < 65536 else None) or ports.hold_any(LOOPBACK)


def _web(web: Address) -> Program:
    options = {
        "--interface": "wsgi",
        "--host": web.host,
        "--port": str(web.port),
        "--workers": str(min(_cores(), MOST_WEB_WORKERS)),
        "--blocking-threads": "1",
        "--workers-kill-timeout": "3",
    }
    words = [word for pair in options.items() for word in pair]
    return Program(
        name="web",
        command=_module("granian", "--no-ws", *words, "licensing_manager.wsgi:application"),
        ready=functools.partial(readiness.answers_http, web.host, port=web.port),
        needed_by_later=True,  # a person waits for the first page, so it has the processors to itself
    )


def _worker() -> Program:
    options = ["--pool", "prefork", "--concurrency", str(_cores()), "--without-gossip", "--without-mingle"]
    return Program(name="worker", command=_celery("worker", *options), stop_seconds=10.0)


def _beat() -> Program:
    return Program(name="beat", command=_celery("beat", "--schedule", str(settings.RUN_DIR / "beat-schedule")))


def _celery(work: str, *options: str) -> list[str]:
    return _module("celery", "-A", "licensing_manager", work, "--loglevel", "INFO", *options)


def _module(*words: str) -> list[str]:
    return [sys.executable, "-m", *words]


def _manage(*words: str) -> list[str]:
    return [sys.executable, str(Path(settings.BASE_DIR) / "manage.py"), *words]


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
