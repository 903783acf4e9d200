"""Does a page of the upload history take longer the longer the history is?

    python -m benchmarks.history [ROWS] [--quick] [--on sqlite|postgresql]

ROWS is 5,000,000 unless given, a thousand for each server, beside a history of 1,000 rows of one server; both on the
same database, which is SQLite and then PostgreSQL. Of a hundred uploads two failed and one was refused; the rest was
delivered, observed, carried or canceled. The first rows of each filter are compared with what was generated before
anything is timed.

Goal 10 takes the slowest filter at any depth, and the slowest of all combinations that the pages and the API offer.
What is timed is the question as the page asks it, rows and counts, without the template, by how long the processor
works for it in both processes. Goal 11 is the calendar of 90
days of all programs of a server. It is read from the rows of that server: itself the recount that a roll-up is compared
with.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, product
from typing import Any

from benchmarks.parts.processor import Clock, clock
from benchmarks.two_databases import run

ROUNDS = 5
FEW, A_SERVER = 1000, 1000
APART = 8 * 3600  # seconds between two uploads of a server
NEWEST = datetime(2026, 3, 29, 12, tzinfo=UTC)
PROGRAMS = (("telemetry", "compliance"), ("telemetry", "usage"), ("call_home", "diagnostic"), ("ceip", "anonymous"))
CODES = ("CTX_UPLOADER_ERROR_NETWORK_OPEN", "CTX_UPLOADER_ERROR_TIMEOUT", "CTX_UPLOADER_ERROR_SERVER")
SHAPES = ("connection_refused", "read_timeout", "busy")  # what the codes above are the cause of
STOPPED, CREDENTIALS = "stopped", "credentials"
SUCCESS, CANCELED, AUTH = "CTX_UPLOADER_SUCCESS", "CTX_UPLOADER_ERROR_CANCELED", "CTX_UPLOADER_ERROR_AUTH"
# n % 100 → state and trigger; everything else was delivered
KINDS = {
    3: ("failed", "schedule"), 53: ("failed", "schedule"), 7: ("refused", "schedule"), 11: ("canceled", "schedule"),
    13: ("observed", "observed"), 14: ("observed", "observed"), 21: ("carried", "carried"), 22: ("ready", "carried"),
    41: ("delivered", "carried"),
}  # fmt: skip


def facts_of(number: int) -> dict[str, str]:
    """What is generated as upload `number`, counted from the newest."""
    state, trigger = KINDS.get(number % 100, ("delivered", "schedule"))
    origin = trigger if trigger in {"observed", "carried"} else "sent"
    cause = {"failed": SHAPES[number // 100 % 3], "refused": CREDENTIALS, "canceled": STOPPED}.get(state, "")
    program, kind = PROGRAMS[number // 7 % 4]
    return {"program": program, "kind": kind, "state": state, "trigger": trigger, "cause": cause, "origin": origin}


def _case(choices: dict[int, str], other: str, by: str = "n % 100") -> str:
    return f"CASE {by} {' '.join(f'WHEN {key} THEN {value!r}' for key, value in choices.items())} ELSE {other} END"


def columns_of(rows: int, servers: list[int], vendor: str) -> dict[str, str]:
    """An expression of `n` for each column; the same as `facts_of`."""
    step = APART / len(servers)
    at = (
        f"to_timestamp({NEWEST.timestamp()} - n * {step}::double precision)" if vendor == "postgresql"
        else f"strftime('%Y-%m-%d %H:%M:%f000', {NEWEST.timestamp()} - n * {step}, 'unixepoch')"
    )  # fmt: skip
    state = _case({key: value for key, (value, _) in KINDS.items()}, "'delivered'")
    known = _case({7: AUTH, 11: CANCELED, 21: "", 22: ""}, f"'{SUCCESS}'")
    failed = _case(dict(enumerate(CODES)), "''", "n / 100 % 3")
    shape = _case(dict(enumerate(SHAPES)), "''", "n / 100 % 3")
    ended = _case({7: CREDENTIALS, 11: STOPPED}, "''")
    program = _case({key: pair[0] for key, pair in enumerate(PROGRAMS)}, "''", "n / 7 % 4")
    return {
        "id": f"{rows} - n",
        "server_id": f"{servers[0]} + n % {len(servers)}",
        "program": program,
        "kind": _case({key: pair[1] for key, pair in enumerate(PROGRAMS)}, "''", "n / 7 % 4"),
        "period": at,
        "created_at": at,
        "finished_at": at,
        "next_attempt_at": at,
        "trigger": _case({key: value for key, (_, value) in KINDS.items()}, "'schedule'"),
        "state": state,
        "result_code": f"CASE WHEN n % 100 IN (3, 53) THEN {failed} ELSE {known} END",
        "cause": f"CASE WHEN n % 100 IN (3, 53) THEN {shape} ELSE {ended} END",
        "bundle_sha256": "'" + "ab" * 32 + "'",
        "bundle_name": "'upload_1.zip'",
        "size": "760",
        "acknowledged_bytes": "760",
        "attempt_count": "1",
        "destination": "'cis.example:443'",
    }


def generate(rows: int, *, a_server: int = A_SERVER) -> None:
    """Fill the database that is connected, so many rows for each server; indexes are made after the rows."""
    from django.core.management import call_command
    from django.db import connection, models

    from servers.models import LicenseServer
    from uploads.models import Upload

    call_command("migrate", verbosity=0)
    servers = (
        max(rows // a_server, 1) | 1
    )  # shares no divisor with the hundred of KINDS, so each server has all of them
    LicenseServer.objects.bulk_create(
        [LicenseServer(name=f"ls{number}", service_started_at=NEWEST, created_at=NEWEST - timedelta(days=400))
         for number in range(servers)], batch_size=500,
    )  # fmt: skip
    columns = columns_of(
        rows, list(LicenseServer.objects.order_by("pk").values_list("pk", flat=True)), connection.vendor
    )
    fields: list[Any] = [one for one in Upload._meta.concrete_fields if not isinstance(one, models.GeneratedField)]
    given = {
        one.column: one.get_db_prep_save(one.get_default(), connection) for one in fields if one.column not in columns
    }
    names = [*columns, *given]
    series = (
        "SELECT generate_series(0, %s) AS n" if connection.vendor == "postgresql"
        else "WITH RECURSIVE up(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM up WHERE n < %s) SELECT n FROM up"
    )  # fmt: skip
    values = ", ".join([*columns.values(), *("%s" for _ in given)]).replace(
        "%Y-%m-%d %H:%M:%f", "%%Y-%%m-%%d %%H:%%M:%%f"
    )
    values = values.replace(" % ", " %% ")
    with connection.schema_editor() as editor:
        for index in Upload._meta.indexes:
            editor.remove_index(Upload, index)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-500000")
        quoted = ", ".join(f'"{name}"' for name in names)
        cursor.execute(
            f"INSERT INTO uploads_upload ({quoted}) SELECT {values} FROM ({series}) AS numbers",
            [*given.values(), rows - 1],
        )
    with connection.schema_editor() as editor:
        for index in Upload._meta.indexes:
            editor.add_index(Upload, index)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def connect(name: str) -> None:
    """From now on this database is asked; the first question is not timed."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = name
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def ask(query: str, *, of_server: bool) -> Callable[[], list[int]]:
    """The question of a page; gives the numbers of its uploads."""
    from django.http import QueryDict

    from dashboard.history import history_of
    from servers.models import LicenseServer

    def asked() -> list[int]:
        server = LicenseServer.objects.order_by("pk").first() if of_server else None
        found = history_of(QueryDict(query), server=server)
        assert found.has_answer, found.form.errors
        return [one.pk for one in found.page.rows]

    return asked


def singles() -> Iterator[tuple[str, dict[str, str]]]:
    """Each filter alone, at the top and in the middle of the history, which is the same day in both."""
    middle = (NEWEST - timedelta(days=150)).isoformat().replace("+", "%2B")
    facts = [{}, {"program": "telemetry"}, {"state": "delivered"}, {"state": "failed"}, {"cause": CREDENTIALS},
             {"origin": "sent"}, {"origin": "carried"}, {"origin": "observed"}]  # fmt: skip
    for fact in facts:
        words = "&".join(f"{name}={value}" for name, value in fact.items())
        yield words, fact
        yield f"{words}&older={middle}~0", fact
        yield f"{words}&newer={middle}~0", fact


def combinations() -> Iterator[str]:
    """Every combination that is offered, with a common and a rare value of each filter."""
    day = (NEWEST - timedelta(days=100)).date().isoformat()
    for values in product(("", "telemetry", "ceip"), ("", "delivered", "refused"), ("", CREDENTIALS, SHAPES[0]),
                          ("", "sent", "carried"), ("", day)):  # fmt: skip
        pairs = zip(("program", "state", "cause", "origin", "since"), values, strict=True)
        yield "&".join(f"{name}={value}" for name, value in pairs if value)


def is_correct(rows: int) -> bool:
    """Are the newest rows of each filter those that were generated?"""
    for query, fact in singles():
        if "older" in query or "newer" in query:
            continue
        numbers = (number for number in range(rows) if fact.items() <= facts_of(number).items())
        expected = [rows - number for number in islice(numbers, 25)]
        if ask(query, of_server=False)() != expected:
            print(f"wrong rows for {query!r}")
            return False
    return True


def timed(work: dict[str, Callable[[], object]], names: tuple[str, str]) -> dict[str, tuple[list[float], list[float]]]:
    """Seconds of each piece of work on the short and on the long history, round by round; the best of three each."""
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in work}
    for round_number in range(ROUNDS + 1):
        for which, name in enumerate(names):
            connect(name)
            told = clock()
            for label, piece in work.items():
                seconds = min(_once(piece, told) for _ in range(3))
                if round_number:  # the first warms the caches
                    times[label][which].append(seconds)
    return times


def _once(piece: Callable[[], object], told: Clock) -> float:
    began = told()
    piece()
    return told() - began


def worst(
    what: str, times: dict[str, tuple[list[float], list[float]]], *, goal: int, limit: float, correct: bool
) -> None:
    """Print the three slowest ratios, and the goal's line for the slowest."""
    ratios = {label: statistics.median(long) / statistics.median(short) for label, (short, long) in times.items()}
    for label in sorted(ratios, key=ratios.__getitem__)[-3:]:
        short, long = (statistics.median(one) * 1000 for one in times[label])
        print(f"  {label or 'no filter':>60}: {short:6.2f} ms, {long:6.2f} ms, ratio {ratios[label]:.2f}")
    print(f"  median of {len(ratios)} ratios: {statistics.median(ratios.values()):.2f}")
    ratio = max(ratios.values())
    print(json.dumps({"goal": goal, "what": what, "ratio": round(ratio, 2), "limit": limit, "met": ratio <= limit,
                      "correct": correct, "rounds": ROUNDS}))  # fmt: skip


def measure(rows: int, names: tuple[str, str]) -> int:
    """All goals on the database that is connected."""
    from django.db import connection
    from django.utils import timezone

    from dashboard.ticks import strips_of
    from programs.catalog import programs
    from servers.models import LicenseServer

    correct = True
    for name, size in zip(names, (FEW, rows), strict=True):
        connect(name)
        began = time.perf_counter()
        generate(size)
        correct = correct and is_correct(size)
        print(f"{size:,} rows on {connection.vendor} in {time.perf_counter() - began:.0f} s, correct: {correct}")
    if not correct:
        return 1

    def calendar() -> object:
        server = LicenseServer.objects.order_by("pk")[0]
        return strips_of(server, days=90, now=NEWEST, expected_since=dict.fromkeys(programs(), timezone.now()))

    on = f"{rows:,} : 1,000 rows, {connection.vendor}"
    pages = {words: ask(words, of_server=False) for words, _ in singles()}
    pages |= {f"{words} (one server)": ask(words, of_server=True) for words, _ in singles()}
    worst(f"history, slowest filter at any depth, {on}", timed(pages, names), goal=10, limit=1.15, correct=correct)
    every = {words: ask(words, of_server=False) for words in combinations()}
    worst(f"history, slowest combination, {on}", timed(every, names), goal=10, limit=2.0, correct=correct)
    worst(f"90-day calendar, {on}", timed({"calendar": calendar}, names), goal=11, limit=2.0, correct=correct)
    return 0


if __name__ == "__main__":
    sys.exit(run("benchmarks.history", measure, about=__doc__, rows=5_000_000))
