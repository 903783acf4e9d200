"""Do whole pages, and the list of the API, take longer the longer the history is?

    python -m benchmarks.pages [ROWS] [--quick] [--on sqlite|postgresql]

ROWS is 1,000,000 unless given, 5,000 for each of 201 servers, beside a history of 1,000 rows of one server; both on the
same database. Each request goes through the whole of Django: middleware, rights, view, questions, template. What is
compared is the 95th percentile of its times, short and long history in turns; first every answer is looked at.

The time is that of the processor, in our process and in that of the database, so that other work on the machine does
not count.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.parts.processor import clock
from benchmarks.two_databases import run

ROUNDS, TIMES = 5, 12  # so that the 95th percentile is taken of 60 times
FEW, A_SERVER = 1000, 5000
LIMIT = 1.5  # ours: on top of what a page does anyway, the tail of its times stays where it was
Ask = Callable[[], Any]


def addresses() -> dict[str, str]:
    """The pages by name; ids of the database that is connected."""
    from benchmarks.history import CREDENTIALS
    from servers.models import LicenseServer
    from uploads.models import Upload

    server = LicenseServer.objects.order_by("pk")[0]
    of_server = f"/servers/{server.guid}/"
    one = {state: Upload.objects.filter(state=state).select_related("server")[0] for state in ("delivered", "failed")}
    delivered, failed = (f"/servers/{one[state].server.guid}/uploads/{one[state].pk}/" for state in one)
    return {
        "overview": of_server,
        "history of a server, with its calendar": f"{of_server}uploads/",
        "history of a server, failed": f"{of_server}uploads/?state=failed",
        "a delivered upload": delivered,
        "a failed upload": failed,
        "uploads of all servers": "/uploads/",
        "uploads of all servers, failed": "/uploads/?state=failed",
        "uploads of all servers, one cause": f"/uploads/?cause={CREDENTIALS}",
        "REST, uploads": "/api/v1/uploads",
        "REST, delivered uploads sent from here": "/api/v1/uploads?state=delivered&origin=sent",
        "REST, uploads of a server": f"/api/v1/uploads?server={server.guid}",
    }


def asking() -> dict[str, Ask]:
    """A signed-in person for the database that is connected, and what they ask for. Each answer was right once."""
    from django.test import Client

    from accounts.models import User
    from accounts.roles import Role

    user, _ = User.objects.get_or_create(username="ada", defaults={"role": Role.ADMINISTRATOR})
    client = Client()
    client.force_login(user, backend="accounts.backends.RoleBackend")
    found: dict[str, Ask] = {}
    for name, address in addresses().items():
        answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code, answer.content[:500])
        if name.startswith("REST"):
            assert len(answer.json()["results"]) >= 1, address
        found[name] = lambda address=address: client.get(address)
    return found


def measure(names: tuple[str, str], *, on: str) -> int:
    """Times of every page on both databases, and a line for the slowest."""
    from benchmarks.history import connect

    times: dict[str, tuple[list[float], list[float]]] = {}
    for round_number in range(ROUNDS + 1):
        for which, name in enumerate(names):
            connect(name)
            told = clock()
            for label, ask in asking().items():
                for _ in range(TIMES):
                    began = told()
                    ask()
                    if round_number:  # the first warms the caches
                        times.setdefault(label, ([], []))[which].append(told() - began)
    tails = {label: tuple(statistics.quantiles(one, n=20)[-1] for one in both) for label, both in times.items()}
    middles = {label: tuple(statistics.median(one) for one in both) for label, both in times.items()}
    for label, (short, long) in tails.items():
        print(f"  {label:>40}: p95 {short * 1000:6.1f} ms, {long * 1000:6.1f} ms, ratio {long / short:.2f};"
              f" median ratio {middles[label][1] / middles[label][0]:.2f}")  # fmt: skip
    ratio = max(long / short for short, long in tails.values())
    print(json.dumps({"goal": "ours", "what": f"p95 of the slowest page or list, {on}", "ratio": round(ratio, 2),
                      "limit": LIMIT, "met": ratio <= LIMIT, "correct": True, "rounds": ROUNDS}))  # fmt: skip
    return 0


def prepared(rows: int, names: tuple[str, str]) -> int:
    """Fill two databases and measure."""
    from django.conf import settings
    from django.db import connection

    from benchmarks.history import connect, generate

    settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["user"] = None  # nobody asks that often but we
    for name, size in zip(names, (FEW, rows), strict=True):
        connect(name)
        began = time.perf_counter()
        generate(size, a_server=A_SERVER)
        print(f"{size:,} rows on {connection.vendor} in {time.perf_counter() - began:.0f} s")
    return measure(names, on=f"{rows:,} : 1,000 rows, {connection.vendor}")


if __name__ == "__main__":
    sys.exit(run("benchmarks.pages", prepared, about=__doc__, rows=1_000_000))
