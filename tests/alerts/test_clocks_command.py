"""Does the shell name every deadline, and say by its exit code whether one is over?"""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.clock import Kind
from alerts.clock_search import find_clocks
from servers.models import LicenseServer
from servers.registry import archive_server
from tests.alerts.explaining import NOW, frozen, server
from tests.factories import a_server, increment, license_file, receive

__all__ = ["frozen", "server"]


def clocks(*words: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("clocks", *words, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(str(end.code))
    return out.getvalue(), 0


def test_it_names_what_runs_out_when_why_and_what_to_do(server: LicenseServer) -> None:
    text, code = clocks("--server", "LS1.example.org")
    assert code == 0
    assert "20 days left    2026-03-30 ls1.example.org: 25 XDT_PLT_UD licenses expire\n" in text
    assert "They run to the end of 2026-03-30" in text
    assert "Next: Renew them and import the new license file." in text
    assert "not applicable             ls1.example.org: License burst mode\n" in text


def test_the_nearest_comes_first_and_the_installation_is_among_them(server: LicenseServer) -> None:
    text, _ = clocks()
    assert " Licensing Manager: " in text
    lines = [line for line in text.splitlines() if "left" in line[:16]]
    assert [int(line.split()[0].replace(",", "")) for line in lines] == sorted(
        int(line.split()[0].replace(",", "")) for line in lines
    )


def test_it_exits_1_when_something_is_overdue(server: LicenseServer) -> None:
    receive(server, license_file(increment("MPS_ENT_CCU", expiry="01-mar-2026", extra="SN=OLD")), name="old.lic")
    text, code = clocks("--server", "ls1.example.org")
    assert code == 1
    assert text.startswith("OVERDUE 9 days  2026-03-01 ls1.example.org: 100 MPS_ENT_CCU licenses expired\n")


def test_json_has_the_same_and_more(server: LicenseServer) -> None:
    found = json.loads(clocks("--server", "ls1.example.org", "--json")[0])
    one = next(clock for clock in found if clock["kind"] == "license_expiry")
    assert (one["server"], one["server_name"], one["state"]) == (str(server.guid), "ls1.example.org", "due_soon")
    assert (one["due"], one["days_left"], one["quantity"], one["severity"]) == ("2026-03-30", 20, 25, "plan")
    every = json.loads(clocks("--json")[0])
    assert {clock["kind"] for clock in every if clock["server"] is None} == {
        Kind.CERTIFICATE,
        Kind.DISK_FULL,
        Kind.BACKUP,
        Kind.LEDGER,
        Kind.WATCHDOG,
    }


def test_what_is_not_known_is_null_in_json_and_never_zero(server: LicenseServer) -> None:
    found = json.loads(clocks("--server", "ls1.example.org", "--json")[0])
    unknown = [clock for clock in found if clock["state"] == "unknown"]
    assert unknown
    assert {(clock["days_left"], clock["due"]) for clock in unknown} == {(None, None)}


def test_an_unknown_server_is_wrong_use(db: None) -> None:
    with pytest.raises(CommandError, match="There is no server named nobody") as refused:
        call_command("clocks", "--server", "nobody")
    assert refused.value.returncode == 2


def test_an_archived_server_is_named_only_when_it_is_asked_for(server: LicenseServer) -> None:
    archive_server(server)
    assert "ls1.example.org" not in clocks()[0]
    assert "ls1.example.org" in clocks("--server", "ls1.example.org")[0]


def test_a_name_with_control_characters_stays_on_its_line(server: LicenseServer) -> None:
    LicenseServer.objects.update(name="ls1\x1b[31m\nOVERDUE")
    text, _ = clocks()
    assert "\x1b" not in text
    assert "\nOVERDUE" not in text


def test_a_fleet_costs_as_many_questions_as_one_server(server: LicenseServer) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            find_clocks(now=NOW)
        return len(asked)

    questions()
    before = questions()
    for number in range(5):
        receive(a_server(f"more{number}.example.org"), license_file(increment(expiry="30-mar-2026")))
    assert questions() == before
