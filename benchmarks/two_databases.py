"""On what do the benchmarks of the history run? Two databases of few and of many rows, on SQLite and on PostgreSQL.

Each kind runs in a process of its own, because Django connects once.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

Names = tuple[str, str]
Measure = Callable[[int, Names], int]  # how many rows, what connects to few and to many; the exit code


def run(module: str, measure: Measure, *, about: str, rows: int) -> int:
    """Read the command line of `module` and measure; `rows` is how many there are where nobody says so."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("rows", nargs="?", type=int, default=rows)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows, for a look")
    parser.add_argument("--on", choices=["sqlite", "postgresql"])
    options = parser.parse_args()
    wanted = options.rows // 10 if options.quick else options.rows
    if options.on is None:
        print("quick: a tenth of the work" if options.quick else "")
        sqlite = [sys.executable, "-m", module, str(wanted), "--on", "sqlite"]
        postgres = [sys.executable, "-m", "tests.postgres_server", "--", *sqlite[:-1], "postgresql"]
        return max(subprocess.run(command, check=False).returncode for command in (sqlite, postgres))
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "licensing_manager.settings"}
        os.environ["ALLOWED_HOSTS"] = "testserver"
        import django

        django.setup()
        return measure(wanted, _names(Path(folder), on=options.on))


def _names(folder: Path, *, on: str) -> Names:
    if on == "sqlite":
        return str(folder / "few.sqlite3"), str(folder / "many.sqlite3")
    from django.db import connection

    with connection.cursor() as cursor:
        for name in ("few", "many"):
            cursor.execute(f"CREATE DATABASE {name}")
    return "few", "many"
