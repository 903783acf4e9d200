"""Can what was decided be listed, proved and taken home?"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from programs.models import ConsentDecision
from programs.receipts import receipt
from servers.models import LicenseServer
from servers.registry import add_server
from tests.api.calling import content_of, decides, get, is_problem

VERIFIER = Path(__file__).parents[2] / "script" / "verify_ledger.py"


@pytest.fixture
def decided(as_ada: Client, server: LicenseServer) -> LicenseServer:
    """A server with three decisions."""
    for code, choice in (("ceip", "on"), ("ceip", "off"), ("call_home", "on")):
        assert decides(as_ada, server.guid, code, participation=choice).status_code == 200
    return server


def break_row(number: int) -> None:
    """Changed by somebody who can reach the database."""
    trigger = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
    with connection.cursor() as cursor:
        table = ConsentDecision._meta.db_table
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            cursor.execute(trigger, [table])
            for name, _ in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        cursor.execute(f"UPDATE {table} SET reason = 'other' WHERE sequence = %s", [number])  # ours


def lines_of(client: Client) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content_of(get(client, "/consent-ledger")).splitlines()]


def test_it_lists_decisions_newest_first(as_cleo: Client, decided: LicenseServer) -> None:
    rows = get(as_cleo, "/consent-decisions").json()["results"]
    assert [(row["sequence"], row["program"], row["action"]) for row in rows] == [
        (3, "call_home", "grant"),
        (2, "ceip", "withdraw"),
        (1, "ceip", "grant"),
    ]
    assert rows[0]["previous_hash"] == rows[1]["hash"]
    assert get(as_cleo, "/consent-decisions/3").json() == rows[0]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("program=ceip", [2, 1]),
        ("action=grant", [3, 1]),
        ("server=LS1.example.org&program=ceip&action=withdraw", [2]),
        ("server=ls2.example.org", []),
        ("program=spyware", []),
    ],
)
def test_it_filters(query: str, numbers: list[int], as_cleo: Client, decided: LicenseServer) -> None:
    add_server(name="ls2.example.org")
    assert [row["sequence"] for row in get(as_cleo, f"/consent-decisions?{query}").json()["results"]] == numbers


def test_it_knows_no_other_action(as_cleo: Client, decided: LicenseServer) -> None:
    assert is_problem(get(as_cleo, "/consent-decisions?action=forget"), 400)


@pytest.mark.parametrize("number", [0, 4, 10**18, 10**30])
def test_it_knows_no_other_row(number: int, as_cleo: Client, decided: LicenseServer) -> None:
    assert is_problem(get(as_cleo, f"/consent-decisions/{number}"), 404)
    assert is_problem(get(as_cleo, f"/receipts/{number}"), 404)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
def test_it_offers_no_way_to_change_a_row(method: str, as_ada: Client, decided: LicenseServer) -> None:
    for address in ("consent-decisions/1", "receipts/1", "consent-ledger"):
        assert is_problem(as_ada.generic(method, f"/api/v1/{address}", "{}", "application/json"), 405)


def test_it_gives_the_receipt_with_the_text_that_was_shown(as_cleo: Client, decided: LicenseServer) -> None:
    body = get(as_cleo, "/receipts/2").json()
    assert body == receipt(ConsentDecision.objects.get(pk=2))
    notice = body["pii_processing"]["privacy_notice"]
    assert hashlib.sha256(notice["text"].encode()).hexdigest() == body["ledger"]["text_sha256"]


def test_it_exports_what_the_verifier_accepts(as_cleo: Client, decided: LicenseServer, tmp_path: Path) -> None:
    response = get(as_cleo, "/consent-ledger")
    content = content_of(response)
    assert response["Content-Type"] == "application/jsonl"
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(content)
    done = subprocess.run([sys.executable, str(VERIFIER), str(file)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_it_says_that_the_ledger_is_whole(as_cleo: Client, decided: LicenseServer) -> None:
    body = get(as_cleo, "/consent-ledger/verification").json()
    *_, last = lines_of(as_cleo)
    assert body == {"whole": True, "rows": 3, "head": last["head"], "problem": ""}


def test_it_is_whole_before_the_first_row(as_cleo: Client) -> None:
    assert get(as_cleo, "/consent-ledger/verification").json()["whole"]
    assert lines_of(as_cleo) == [{"rows": 0, "head": "0" * 64}]


def test_it_names_the_first_row_that_was_changed(as_cleo: Client, decided: LicenseServer) -> None:
    break_row(2)
    body = get(as_cleo, "/consent-ledger/verification").json()
    assert (body["whole"], body["rows"]) == (False, 1)
    assert body["problem"].startswith("Row 2:")
