"""What does an answer cost beside an empty one: a list of the API, its repeat with the ETag, and a page of history?

    python -m benchmarks.web [--quick]

Each request goes through the whole of Django, with 50 uploads on a database of its own, and by the time of the
processor; the web server is left out, which makes an empty answer cheaper and every ratio larger than a client sees.
An empty list stands for an empty view: it has the same rights, filters and question, and no row. Correct means: 50
rows with the right numbers, 304 without a body for who has the newest, and as many rows on the page as a page has.

The list is made by a serializer of the REST framework, so "five times as fast as one" is not measured: it is one. Pages
have no ETag, because relative times and the token of a form differ at every look; their cost has no limit here.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

ROUNDS, ROWS, A_PAGE = 7, 50, 25
LIST, EMPTY = f"/api/v1/uploads?limit={ROWS}", f"/api/v1/uploads?limit={ROWS}&created_after=2100-01-01T00:00:00Z"


def main() -> int:
    """Run it in a scratch folder; 0 when everything is correct and within its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the requests")
    times = 4 if parser.parse_args().quick else 40
    with tempfile.TemporaryDirectory(prefix="lm-") as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "licensing_manager.settings"}
        os.environ["ALLOWED_HOSTS"] = "testserver"
        for name in ("DATABASE_URL", "REDIS_URL", "CIS_URL"):
            os.environ.pop(name, None)
        import django

        django.setup()
        asked, correct = prepared()
        taken: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(ROUNDS):
            for name, ask in asked.items():
                taken[name].append(seconds(ask, times))
    print(", ".join(f"{name} {median(values) / times * 1000:.1f} ms" for name, values in taken.items()))
    lines = [
        goal("list of 50 uploads : an empty list", taken["list"], taken["empty"], most=1.25, correct=correct),
        goal("conditional GET of an unchanged list, speed : an empty list", taken["empty"], taken["unchanged"],
             least=0.7, correct=correct),
        goal("page of 25 uploads : an empty list (no limit)", taken["page"], taken["empty"], correct=correct),
    ]  # fmt: skip
    print("\n".join(json.dumps(line) for line in lines))
    return 0 if all(line["met"] and line["correct"] for line in lines) else 1


def prepared() -> tuple[dict[str, Callable[[], Any]], bool]:
    """What is asked for, by somebody who is signed in, and whether the answers are right."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User
    from accounts.roles import Role
    from benchmarks.history import generate

    settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["user"] = None  # nobody asks that often but we
    generate(1000)
    user = User.objects.create(username="ada", role=Role.ADMINISTRATOR)
    client = Client()
    client.force_login(user, backend="accounts.backends.RoleBackend")
    tag = {"If-None-Match": client.get(LIST)["ETag"]}
    asked = {
        "list": lambda: client.get(LIST),
        "empty": lambda: client.get(EMPTY),
        "unchanged": lambda: client.get(LIST, headers=tag),
        "page": lambda: client.get("/uploads/"),
    }
    unchanged = asked["unchanged"]()
    correct = [one["id"] for one in asked["list"]().json()["results"]] == [*range(1000, 1000 - ROWS, -1)]
    correct = (
        correct and asked["empty"]().json()["results"] == [] and asked["page"]().content.count(b'id="u-') == A_PAGE
    )
    return asked, correct and (unchanged.status_code, unchanged.content) == (304, b"")


def seconds(ask: Callable[[], Any], times: int) -> float:
    """Of the processor, for so many answers."""
    began = time.process_time()
    for _ in range(times):
        ask()
    return time.process_time() - began


def goal(
    what: str, over: list[float], under: list[float], *, most: float = 0, least: float = 0, correct: bool
) -> dict[str, Any]:
    """One line for a ratio; without a limit it is met."""
    ratio, each = median(over) / median(under), [one / other for one, other in zip(over, under, strict=True)]
    met = (not most and not least) or (ratio <= most if most else ratio >= least)
    return {
        "goal": 12, "what": what, "ratio": round(ratio, 2), "limit": most or least or None, "met": met,
        "correct": correct, "rounds": ROUNDS, "spread": [round(min(each), 2), round(max(each), 2)],
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
