"""How long does the fleet page of 10,000 servers take, beside the same page with 100 servers?

    python -m benchmarks.fleet [SERVERS] [--quick]

All of it is real: two database files with the product's settings, filled and judged by the product's rules, and the
product's whole page with fifty rows, asked for by somebody who is signed in. The first page after a change counts
all servers anew; it is printed beside the others and has no limit. Correct means: as many questions for both, counts
that add up, its rows in the right order, and at most 100 KB.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

GOAL, LIMIT, MOST_BYTES = 14, 1.15, 100_000
FEW, ROWS, PAGES = 100, 50, 20
ADDRESS = "/servers/"


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
        found = measure(arguments.servers // 10 if arguments.quick else arguments.servers, folder=Path(folder))
    print(json.dumps(found))
    return 0 if found["correct"] and found["met"] else 1


def measure(servers: int, *, folder: Path, rounds: int = 7) -> dict[str, object]:
    """Both fleets in turn, and the ratio of the medians."""
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    fleets = {count: Fleet(folder / f"{count}.sqlite3", count) for count in (FEW, servers)}
    taken: dict[int, list[float]] = {count: [] for count in fleets}
    first: dict[int, list[float]] = {count: [] for count in fleets}
    for _ in range(rounds):
        for count, fleet in fleets.items():
            fleet.enter()
            first[count].append(fleet.seconds(1))
            taken[count].append(fleet.seconds(PAGES) / PAGES)
    few, many = (fleets[count].page() for count in (FEW, servers))
    ratio = median(taken[servers]) / median(taken[FEW])
    ratios = [one / other for one, other in zip(taken[servers], taken[FEW], strict=True)]
    print(
        f"{servers:,} servers: {many.bytes:,} bytes, {many.questions} questions; milliseconds (medians): "
        f"{FEW} servers {median(taken[FEW]) * 1000:.1f}, {servers:,} servers {median(taken[servers]) * 1000:.1f}; "
        f"counted anew {median(first[FEW]) * 1000:.1f} and {median(first[servers]) * 1000:.1f} (no limit)"
    )
    is_right = few.questions == many.questions and many.bytes <= MOST_BYTES
    is_right = is_right and (few.total, many.total) == (FEW, servers) and few.is_sorted and many.is_sorted
    return {
        "goal": GOAL, "what": "fleet page of 10,000 servers : of 100", "ratio": round(ratio, 2), "limit": LIMIT,
        "met": ratio <= LIMIT, "correct": is_right, "rounds": rounds,
        "spread": [round(min(ratios), 2), round(max(ratios), 2)],
    }  # fmt: skip


class Answer:
    """What stands on a page."""

    def __init__(self, content: bytes, questions: int) -> None:
        self.bytes, self.questions = len(content), questions
        self.total = sum(int(found) for found in re.findall(rb'class="value"><a [^>]*>(\d+)<', content))
        days = [int(found) for found in re.findall(rb"</svg>(\d+) days?<", content)]
        self.is_sorted = len(days) == ROWS and days == sorted(days)


class Fleet:
    """One database with so many servers, and somebody who looks at them."""

    def __init__(self, path: Path, servers: int) -> None:
        from django.core.management import call_command
        from django.test import Client
        from django.utils import timezone

        from accounts.models import User
        from accounts.roles import Role
        from alerts.evaluation import evaluate

        self.path = path
        self.enter()
        call_command("migrate", verbosity=0)
        fill(servers)
        evaluate(now=timezone.now())
        self.client = Client()
        person = User.objects.create_user(username="ada", password="x", role=Role.ADMINISTRATOR)
        self.client.force_login(person, backend="accounts.backends.RoleBackend")

    def enter(self) -> None:
        """Be the database that the product sees."""
        from django.db import connection

        connection.close()
        connection.settings_dict["NAME"] = str(self.path)

    def seconds(self, times: int) -> float:
        """How long so many pages take; the rules have just looked."""
        from django.utils import timezone

        from alerts.reading_installation import EVALUATED
        from uploads.models import Tick

        Tick.note(EVALUATED, at=timezone.now())
        began = time.perf_counter()
        for _ in range(times):
            assert self.client.get(ADDRESS).status_code == 200
        return time.perf_counter() - began

    def page(self) -> Answer:
        """One page, looked at."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.enter()
        self.seconds(1)
        with CaptureQueriesContext(connection) as asked:
            content = self.client.get(ADDRESS).content
        return Answer(content, len(asked))


def fill(count: int) -> None:
    """Servers in twenty groups, with licenses that end on three days each and a report of today."""
    from django.utils import timezone

    from licenses.models import License, LicenseFile
    from servers.models import LicenseServer, ServerGroup
    from uploads.models import Upload

    now = timezone.now()
    groups = ServerGroup.objects.bulk_create(ServerGroup(name=f"Site {number:02}") for number in range(20))
    servers = LicenseServer.objects.bulk_create(
        LicenseServer(
            name=f"ls{number:05}.example.org", product_version=f"11.17.2.0 build 541{number % 5:02}",
            group=groups[number % 20], service_started_at=now, created_at=now - timedelta(days=400),
            reporting_mode=("electronic", "manual")[number % 9 == 0],
        )
        for number in range(count)
    )  # fmt: skip
    files = LicenseFile.objects.bulk_create(
        LicenseFile(server=one, name="a.lic", sha256=f"{one.pk:064}", size=1, encoding="ascii", imported_at=now)
        for one in servers
    )
    licenses: list[Any] = [
        License(
            file=file, line=line, keyword="INCREMENT", feature=f"XDT_PLT_{line}", vendor="CITRIX", version="2099.0101",
            css_date=date(2099, 1, 1), count=100, issued_on=date(2025, 1, 1), license_type="Retail",
            expires_on=now.date() + timedelta(days=1 + (place * 7) % 290 + 30 * line),
        )
        for place, file in enumerate(files)
        for line in range(3)
    ]  # fmt: skip
    License.objects.bulk_create(licenses)
    Upload.objects.bulk_create(
        Upload(
            server=one, program="telemetry", kind=kind, period=now, created_at=now, finished_at=now, state="delivered",
            bundle_sha256="0" * 64, size=1, acknowledged_bytes=1,
        )
        for one in servers
        for kind in ("compliance", "usage")
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
