"""How long does it take to judge twelve clocks of each of 10,000 servers, beside reading the same rows?

    python -m benchmarks.clocks [SERVERS] [--quick]

All of it is real: a database file of its own with the product's settings, and the product's reading and judging. The
yardstick reads the rows that the judging needs, with `values_list`: servers with their newest reports, licenses,
leases, burst mode, failing uploads and use. That every ladder is looked up and every step judged is printed beside it,
and has no limit. Correct means: twelve clocks a server, the same number of questions for a tenth of the
servers, and the days that a handful of servers must have.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

GOAL, LIMIT = 13, 3.0
NOW = datetime(2026, 3, 10, 9, 42, tzinfo=UTC)
PRODUCTS = ("XDT_PLT_UD", "MPS_PLT_CCU", "PVS_STD_CCS")


def main() -> int:
    """Run it in a scratch folder; 0 when it is correct and within its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("servers", nargs="?", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true", help="a tenth of the servers")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lm-") as folder:
        os.environ.update(DATA_DIR=folder, DJANGO_SETTINGS_MODULE="licensing_manager.settings")
        for name in ("DATABASE_URL", "REDIS_URL", "CIS_URL"):
            os.environ.pop(name, None)
        import django

        django.setup()
        found = measure(arguments.servers // 10 if arguments.quick else arguments.servers)
    print(json.dumps(found))
    return 0 if found["correct"] and found["met"] else 1


def measure(servers: int, *, rounds: int = 5) -> dict[str, object]:
    """Both ways in turn, and the ratio of their medians."""
    from django.core.management import call_command

    from alerts.clocks import clocks_from, read_facts
    from alerts.thresholds import Ladders
    from alerts.troubles import troubles

    call_command("migrate", verbosity=0)
    fill(servers // 10)
    few = questions(lambda: clocks_from(read_facts(now=NOW)))
    fill(servers - servers // 10, first=servers // 10)
    many = questions(lambda: clocks_from(read_facts(now=NOW)))
    taken: dict[str, list[float]] = {"read": [], "clocks": [], "troubles": []}
    for _ in range(rounds):
        taken["read"].append(seconds(read_the_rows))
        taken["clocks"].append(seconds(lambda: clocks_from(read_facts(now=NOW))))
        taken["troubles"].append(seconds(lambda: troubles(read_facts(now=NOW), Ladders.read())))
    clocks = clocks_from(read_facts(now=NOW))
    counts = [len(some) for pk, some in clocks.items() if pk is not None]
    ratios = [one / other for one, other in zip(taken["clocks"], taken["read"], strict=True)]
    print(f"{servers:,} servers, {sum(counts):,} clocks, {many} questions; seconds (medians): ", end="")
    print(", ".join(f"{name} {median(values):.2f}" for name, values in taken.items()))
    print(f"with every ladder and step: {median(taken['troubles']) / median(taken['read']):.2f} x (no limit)")
    ratio = median(taken["clocks"]) / median(taken["read"])
    return {
        "goal": GOAL, "what": "twelve clocks of each server, judged : the same rows read", "ratio": round(ratio, 2),
        "limit": LIMIT, "met": ratio <= LIMIT, "correct": few == many and set(counts) == {12} and is_right(clocks),
        "rounds": rounds, "spread": [round(min(ratios), 2), round(max(ratios), 2)],
    }  # fmt: skip


def fill(count: int, *, first: int = 0) -> None:
    """Servers that report daily, with two products, an activation and use; one in ten fails. Twelve clocks each."""
    from licenses.models import ActivationLease, DailyPeak, GracePeriod, License, LicenseFile
    from servers.models import LicenseServer
    from uploads.models import Upload

    numbers = range(first, first + count)
    servers = LicenseServer.objects.bulk_create(
        LicenseServer(
            name=f"ls{number:05}.example.org", product_version="11.17.2.0 build 53100", service_started_at=NOW,
            time_zone="Europe/Amsterdam", created_at=NOW - timedelta(days=400), licensing_mode="las_online",
        )
        for number in numbers
    )  # fmt: skip
    files = LicenseFile.objects.bulk_create(
        LicenseFile(server=one, name="a.lic", sha256=f"{one.pk:064}", size=1, encoding="ascii", imported_at=NOW)
        for one in servers
    )
    License.objects.bulk_create(
        License(
            file=file, line=line, keyword="INCREMENT", feature=PRODUCTS[line], vendor="CITRIX", version="2027.0630",
            css_date=date(2027, 6, 30), count=100, expires_on=date(2026, 4, 1) + timedelta(days=file.pk % 300 + line),
            issued_on=date(2025, 1, 1), license_type="Retail",
        )
        for file in files
        for line in range(2)
    )  # fmt: skip
    ActivationLease.objects.bulk_create(
        ActivationLease(server=one, code=code, quantity=9, expires_on=date(2027, 1, 1), last_seen_at=NOW)
        for one in servers
        for code in PRODUCTS[:1]
    )
    GracePeriod.objects.bulk_create(
        GracePeriod(server=one, noted_at=NOW, ends_at=NOW + timedelta(days=15), source="x") for one in servers
    )
    DailyPeak.objects.bulk_create(
        DailyPeak(server=one, feature=code, day=NOW.date() - timedelta(days=day), in_use=50, issued=100, samples=1)
        for one in servers
        for code in PRODUCTS
        for day in range(7)
    )
    Upload.objects.bulk_create(
        Upload(
            server=one, program="telemetry", kind=kind, period=at, created_at=at, finished_at=at, state="delivered",
            bundle_sha256="0" * 64, size=1, acknowledged_bytes=1,
        )
        for one in servers
        for kind in ("compliance", "usage")
        for at in (NOW - timedelta(days=day, hours=one.pk % 24) for day in range(1, 11))
    )  # fmt: skip
    Upload.objects.bulk_create(
        Upload(
            server=one, program="telemetry", kind="compliance", period=NOW, created_at=NOW, state="failed",
            cause="name_unknown", next_attempt_at=NOW,
        )
        for one in servers[::10]
    )  # fmt: skip


def read_the_rows() -> int:
    """The same rows and columns by the same questions, as plain tuples."""
    from alerts import reading
    from licenses.models import ActivationLease, GracePeriod, License
    from servers.models import LicenseServer
    from uploads.models import Upload

    reports = {f"last_{kind}": reading._last(kind) for kind in ("compliance", "usage")}
    licenses = License.objects.filter(file__retired_at__isnull=True, file__server__archived_at__isnull=True)
    rows = [
        LicenseServer.objects.order_by("name").annotate(**reports).values_list(*reading.SERVER_FIELDS, *reports),
        licenses.order_by().values_list("file__server_id", *reading.LICENSE_FIELDS),
        ActivationLease.objects.values_list("server_id", "code", "quantity", "expires_on", "last_seen_at"),
        GracePeriod.objects.values_list("server_id", "noted_at", "ends_at"),
        Upload.objects.filter(state="failed").order_by().values_list("server_id", "program", "cause", "created_at"),
        reading.highest_use(None, now=NOW),
    ]
    return sum(len(list(one)) for one in rows)


def questions(work: Callable[[], object]) -> int:
    """How often the database is asked."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


def is_right(clocks: dict[int | None, list[object]]) -> bool:
    """A few dates that must come out."""
    from alerts.clock import Kind

    one = clocks[min(pk for pk in clocks if pk is not None)]
    days = {clock.kind: clock.days_left for clock in one}  # type: ignore[attr-defined]
    return (days[Kind.GRACE], days[Kind.ACTIVATION_LEASE], days[Kind.CSS_DATE]) == (15, 30, 477)


def seconds(work: Callable[[], object]) -> float:
    """How long the processor takes: all of it, SQLite too, is in our process, and others may work on the machine."""
    began = time.process_time()
    work()
    return time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
