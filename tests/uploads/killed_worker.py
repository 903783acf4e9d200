"""Where exactly is a worker killed? In a process of its own that runs the product's code and dies at a chosen step.

`python -m tests.uploads.killed_worker` reads one order a line and says how the work ended. It loads everything once and
forks for each order, so that a kill costs milliseconds. Nothing in the product knows of it: functions are wrapped in
the fork, and statements are watched on their way to the database.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial, wraps
from typing import Any

RECEIPT = "receipt.json"  # below the data folder, where a killed import finds it
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120


@dataclass(frozen=True, slots=True)
class Step:
    """A moment in the code: before or after the `nth` call of a function, or around the `nth` move of a row.

    `target` is `module:function`, or the word "move": then `when` may also be "within", after the statement and before
    its transaction is committed.
    """

    target: str
    when: str = "after"
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.when} {self.nth} {self.target.rpartition(':')[2]}"


@dataclass(slots=True)
class Order:
    """What the process is to do: `work` names one of WORKS, `facts` are set in the settings and in the policy."""

    work: str
    upload: int
    now: str
    step: Step | None
    database: str
    settings: dict[str, Any] = field(default_factory=dict)
    policy: dict[str, Any] = field(default_factory=dict)
    victim: int = 0  # the number of the database server, or nobody but the process itself


@dataclass(slots=True)
class Workshop:
    """The process that forks. `run` gives back how the fork ended: 0, or -9 for a kill."""

    process: "subprocess.Popen[str]"

    def run(self, order: Order) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asdict(order)) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@contextmanager
def workshop(**variables: str) -> Iterator[Workshop]:
    """Ready for orders, with the settings of the tests and this run's database server, or that of the variables."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", **variables}
    command = [sys.executable, "-m", "tests.uploads.killed_worker"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=-1, stdout=-1, text=True) as process:
        yield Workshop(process)
        assert process.stdin
        process.stdin.close()


def _dies() -> None:
    """As under `kill -9`: nothing after it runs, nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def _database_dies(number: int) -> None:
    """The server goes down at once; the worker lives on and finds out. Nobody connects when this returns."""
    import psycopg
    from django.db import connection

    os.kill(number, signal.SIGQUIT)
    place = connection.get_connection_params()
    while True:
        try:
            psycopg.connect(host=place["host"], user="postgres", dbname="postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            return


def _arm(step: Step, dies: Callable[[], None]) -> None:
    if step.target == "move":
        _arm_move(step, dies)
        return
    module_name, _, name = step.target.partition(":")
    module = importlib.import_module(module_name)
    original, left = getattr(module, name), [step.nth]

    @wraps(original)
    def wrapped(*args: Any, **facts: Any) -> Any:
        left[0] -= 1
        if step.when == "before" and left[0] == 0:
            dies()
        result = original(*args, **facts)
        if step.when == "after" and left[0] == 0:
            dies()
        return result

    setattr(module, name, wrapped)


def _arm_move(step: Step, dies: Callable[[], None]) -> None:
    """Watch for statements that move an upload from one state to another."""
    from django.db import connection, transaction

    left = [step.nth]

    def watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not (sql.startswith('UPDATE "uploads_upload"') and '"state" = ' in sql.partition(" WHERE ")[0]):
            return execute(sql, params, many, context)
        left[0] -= 1
        if left[0] == 0 and step.when == "before":
            dies()
        result = execute(sql, params, many, context)
        if left[0] == 0 and step.when == "within":
            dies()
        if left[0] == 0:
            transaction.on_commit(dies)
        return result

    connection.execute_wrappers.append(watch)


def _works() -> dict[str, Callable[[int], object]]:
    from pathlib import Path

    from django.conf import settings
    from django.utils import timezone

    from accounts.roles import Role
    from alerts.delivery import deliver_due
    from tests.factories import a_person
    from tests.uploads.conftest import begin, licensed_server
    from tests.uploads.courier import gathered
    from tests.uploads.deciding import ELECTRONIC, MANUAL, report
    from uploads.applying import work_on
    from uploads.canceling import cancel_upload
    from uploads.courier_models import ManualReport
    from uploads.courier_receipts import import_receipt
    from uploads.manual_report import give_up
    from uploads.models import Upload
    from uploads.starting import retry_now
    from uploads.transfer import transfer

    return {
        "transfer": lambda pk: transfer(pk, pause=lambda _: None),
        "by hand": lambda pk: report(Upload.objects.get(pk=pk).server, MANUAL, pause=lambda _: None),
        "cancel": lambda pk: cancel_upload(Upload.objects.get(pk=pk), by=a_person(Role.OPERATOR), pause=lambda _: None),
        "electronic": lambda pk: report(Upload.objects.get(pk=pk).server, ELECTRONIC, pause=lambda _: None),
        "gather": lambda pk: gathered(Upload.objects.get(pk=pk).server),
        "give up": lambda _: give_up(ManualReport.objects.get(), by="ben", at=timezone.now()),
        "receipt": lambda _: import_receipt(
            (Path(settings.DATA_DIR) / RECEIPT).read_bytes(), by="ben", now=timezone.now()
        ),
        "begin": lambda number: begin(licensed_server(f"ls{number}.example.org")),
        "deliver": lambda _: deliver_due(now=timezone.now()),
        "policy": lambda pk: work_on(pk, now=timezone.now(), most=2, pause=lambda _: None, send=lambda _: True),
        "retry": lambda pk: retry_now(Upload.objects.get(pk=pk), at=timezone.now()),
    }


def _do(order: dict[str, Any]) -> None:
    import time_machine
    from django.conf import settings
    from django.db import connection

    from uploads import policy

    connection.settings_dict["NAME"] = order["database"]
    for name, value in order["settings"].items():
        setattr(settings, name, value)
    for name, value in order["policy"].items():
        setattr(policy, name, value)
    work = _works()[order["work"]]
    with time_machine.travel(datetime.fromisoformat(order["now"]), tick=False):
        if order["step"]:
            _arm(Step(**order["step"]), partial(_database_dies, order["victim"]) if order["victim"] else _dies)
        work(order["upload"])


def _serve() -> None:
    import django

    django.setup()
    _works()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            try:
                _do(json.loads(line))
                os._exit(0)
            except BaseException:
                import traceback

                traceback.print_exc()
                os._exit(1)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
