"""How does the whole system run in one process tree? From the lock to the last process gone."""

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts.setup_link import new_setup_secret
from demo.filling import fill
from licensing_manager import demo_process, instance_lock, ports, process_table, whole_file
from licensing_manager.broker import UnsafeSocketFolderError
from licensing_manager.child_process import Program
from licensing_manager.process_table import Address
from licensing_manager.supervisor import StartFailedError, StopRequested, Supervisor, child_environment
from licensing_manager.wakeups import Wakeups
from servers.registry import note_service_start

Say = Callable[[str], None]


class RefusedError(Exception):
    """The system cannot start here; the text is a sentence and a next step."""


def serve(address: Address, *, say: Say) -> None:
    """Run until a stop signal. Raises RefusedError when it cannot start or a part of it never comes to life."""
    os.umask(0o077)  # reports, bundles, logs and sockets are for this account alone
    with Wakeups() as wakeups, _lock() as lock, contextlib.ExitStack() as ports_held:
        address = _prepare(address, say, ports_held)
        programs = _programs(address, ports_held)
        supervisor = _supervisor(programs, wakeups=wakeups, say=say, lock=lock)
        try:
            supervisor.start()
            _announce(address, supervisor=supervisor, say=say)
            supervisor.watch()
            say("Stopping …")
        except StopRequested:
            say("Stopping …")
        except StartFailedError as failure:
            raise RefusedError("\n".join([str(failure), *failure.last_words])) from failure
        finally:
            supervisor.stop()
            _tidy_up()
            demo_process.remove_if_asked(say=say)


def _tidy_up() -> None:
    (settings.RUN_DIR / "serve.json").unlink(missing_ok=True)
    settings.BROKER_SOCKET.unlink(missing_ok=True)
    if settings.BROKER_SOCKET.parent != settings.RUN_DIR:
        with contextlib.suppress(OSError):  # the private folder for a long path goes with its socket
            settings.BROKER_SOCKET.parent.rmdir()


@contextlib.contextmanager
def _lock() -> Iterator[int]:
    try:
        lock = instance_lock.acquire(settings.RUN_DIR / "serve.lock")
    except instance_lock.AlreadyRunningError as error:
        raise RefusedError(str(error)) from error
    except OSError as error:
        raise _unwritable(error) from error
    try:
        yield lock
    finally:
        os.close(lock)


def _prepare(wanted: Address, say: Say, ports_held: contextlib.ExitStack) -> Address:
    """Where the pages will be; that port is held."""
    _refuse_unwritable_folder()
    try:
        _refuse_failed_checks(say)
        address = Address(wanted.host, ports_held.enter_context(_hold(wanted)).port)
        _migrate()
        note_service_start(at=timezone.now())
        if settings.DEMO:
            fill(now=timezone.now(), tell=say)
    except DatabaseError as error:
        raise RefusedError(f"The database cannot be used: {error}\nCheck DATABASE_URL and that it runs.") from error
    return address


def _programs(address: Address, ports_held: contextlib.ExitStack) -> list[Program]:
    try:
        return process_table.programs(address, ports_held=ports_held)
    except UnsafeSocketFolderError as error:
        raise RefusedError(str(error)) from error
    except OSError as error:
        raise _unwritable(error) from error


def _supervisor(programs: list[Program], *, wakeups: Wakeups, say: Say, lock: int) -> Supervisor:
    try:
        return Supervisor(
            programs,
            log_dir=settings.DATA_DIR / "log",
            folder=Path(settings.BASE_DIR),
            environment=child_environment(settings.DATA_DIR),
            wakeups=wakeups,
            say=say,
            lock=lock,
        )
    except OSError as error:
        raise _unwritable(error) from error


def _refuse_unwritable_folder() -> None:
    probe = settings.DATA_DIR / f".writable.{os.getpid()}"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise _unwritable(error) from error


def _unwritable(error: OSError) -> RefusedError:
    return RefusedError(
        f"The data folder {settings.DATA_DIR} cannot be written: {error.strerror}.\n"
        "Give this account the right to write there, or set DATA_DIR to another folder."
    )


def _refuse_failed_checks(say: Say) -> None:
    found = [message for message in checks.run_checks(databases=[DEFAULT_DB_ALIAS]) if not message.is_silenced()]
    errors = [message for message in found if message.is_serious()]
    if errors:
        raise RefusedError("\n".join(_sentence(message) for message in errors))
    for message in found:
        say(_sentence(message))


def _sentence(message: checks.CheckMessage) -> str:
    hint = f"\n  {message.hint}" if message.hint else ""
    return f"{message.msg}{hint} ({message.id})"


def _hold(address: Address) -> ports.Hold:
    """The port that is wanted, or any for 0. Raises RefusedError."""
    try:
        if not address.port:
            return ports.hold_any(address.host)
        held = ports.hold(address.host, port=address.port)
    except OSError as error:
        raise RefusedError(
            f"This machine has no address {address.host}: {error.strerror}.\nUse: script/server --host 127.0.0.1"
        ) from error
    if held is None:
        raise RefusedError(
            f"Port {address.port} is taken by another program. Use: script/server --port {_other_port(address)}"
        )
    return held


def _other_port(address: Address) -> int:
    candidates = (port for port in (8090, *range(address.port + 1, address.port + 50)) if port < 65536)
    return next((port for port in candidates if ports.is_free(address.host, port=port)), 8090)


def _migrate() -> None:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def _announce(address: Address, *, supervisor: Supervisor, say: Say) -> None:
    """Tell the person and the run file where everything is, once now and once after every restart."""
    secret = new_setup_secret()
    setup_url = f"{address.url}/setup/{secret}/" if secret else None
    connections.close_all()  # the supervisor needs no database any more

    def note() -> None:
        facts = {
            "pid": os.getpid(),
            "web": address.url,
            "receiver": process_table.receiver_url(),
            "setup_url": setup_url,
            "children": supervisor.pids,
        }
        whole_file.write(settings.RUN_DIR / "serve.json", text=json.dumps(facts, indent=2))

    supervisor.changed = note
    note()
    for line in _greeting(address, setup_url):
        say(line)


def _greeting(address: Address, setup_url: str | None) -> list[str]:
    sandbox = "Uploads go to the sandbox receiver on this machine; nothing leaves it."
    lines = [
        "Demo data: nothing of it is real. Remove it with manage.py demo remove." if settings.DEMO else "",
        f"Licensing Manager is ready: {address.url}/",
        f"Set up the first account:   {setup_url}" if setup_url else "",
        f"Data: {settings.DATA_DIR}   Logs: {settings.DATA_DIR / 'log'}",
        sandbox if settings.SANDBOX else f"Uploads go to {urlsplit(settings.CIS_URL).hostname}.",
        "Press Ctrl-C to stop.",
    ]
    return [line for line in lines if line]
