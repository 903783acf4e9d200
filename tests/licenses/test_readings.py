"""Is every kind of report turned into the same kind of reading, and nothing made up?"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from licenses.formats import inventory_export, lmstat, payload_report, udadmin
from licenses.readings import Reading, of_inventory, of_lmstat, of_payload, of_udadmin
from tests.intake import files
from tests.intake.files import LAS_INVENTORY, SAMPLES, pool, report

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def from_lmstat(content: bytes, *, zone: ZoneInfo = BERLIN) -> list[Reading]:
    return of_lmstat(lmstat.parse(content), zone=zone, received_at=NOON)


def from_inventory(content: bytes, *, zone: ZoneInfo = BERLIN) -> list[Reading]:
    return of_inventory(inventory_export.parse(content), zone=zone, received_at=NOON)


def test_a_capture_speaks_of_its_header_in_the_zone_of_the_server() -> None:
    (reading,) = from_lmstat(files.lmstat("F 20 5", header="Mon 1/5/2026 9:20"))
    assert reading.at == datetime(2026, 1, 5, 8, 20, tzinfo=UTC)
    assert (reading.feature, reading.pool, reading.in_use, reading.issued) == ("F", "", 5, 20)
    assert (reading.queued, reading.reserved) == (0, 0)


def test_a_capture_without_a_header_speaks_of_its_receipt() -> None:
    assert [reading.at for reading in from_lmstat(files.lmstat("F 20 5", header=""))] == [NOON]


@pytest.mark.parametrize(
    ("header", "hour"), [("Sun 3/29/2026 2:30", 1), ("Sun 10/25/2026 2:30", 0), ("Sun 10/25/2026 3:30", 2)]
)
def test_the_hours_of_a_change_of_clocks_are_moments_too(header: str, hour: int) -> None:
    (reading,) = from_lmstat(files.lmstat("F 20 5", header=header))
    assert reading.at.astimezone(UTC).hour == hour


def test_who_did_not_answer_says_nothing() -> None:
    found = from_lmstat((SAMPLES / "lmstat" / "several_servers.txt").read_bytes())
    assert [(reading.feature, reading.in_use) for reading in found] == [("f1", 5)]


def test_features_without_counts_say_nothing() -> None:
    found = from_lmstat((SAMPLES / "lmstat" / "instead_of_counts.txt").read_bytes())
    assert [reading.feature for reading in found if reading.in_use is not None] == []


def test_two_blocks_of_one_moment_are_one_number() -> None:
    twice = files.lmstat("F 20 5") + files.lmstat("F 10 2", header="").replace(b"lic1", b"lic2")
    assert [(reading.in_use, reading.issued) for reading in from_lmstat(twice)] == [(7, 30)]


def test_queued_and_reserved_are_kept_apart() -> None:
    found = {reading.feature: reading for reading in from_lmstat((SAMPLES / "lmstat" / "citrix_rows.txt").read_bytes())}
    desktops = found["XDT_PLT_CCS"]
    assert (desktops.in_use, desktops.queued, desktops.reserved) == (66, 3, 11)


def test_holders_are_the_use_of_a_list() -> None:
    found = of_udadmin(udadmin.parse(files.udadmin("ada", "ADA", "ben", devices=("dock-05",))), received_at=NOON)
    assert [(reading.feature, reading.in_use, reading.issued, reading.at) for reading in found] == [
        ("XDT_PLT_UD", 3, None, NOON)
    ]


def test_an_empty_list_is_no_zero() -> None:
    assert of_udadmin(udadmin.parse(files.udadmin()), received_at=NOON) == []


def test_rows_of_one_code_are_added() -> None:
    content = b'"Count","InUseCount","Overdraft","PLD"\n"10","4","1","A_B_UD"\n"5","1","0","A_B_UD"\n'
    (reading,) = from_inventory(content)
    assert (reading.feature, reading.in_use, reading.issued, reading.at) == ("A_B_UD", 5, 15, NOON)


def test_a_sum_with_an_unknown_part_is_unknown() -> None:
    content = b'"Count","InUseCount","PLD"\n"10","4","A_B_UD"\n"5","?","A_B_UD"\n"7","7","C_D_UD"\n'
    assert [reading.feature for reading in from_inventory(content)] == ["C_D_UD"]


def test_what_powershell_calls_available_is_no_total() -> None:
    (reading,) = from_inventory(LAS_INVENTORY)
    assert (reading.feature, reading.in_use, reading.issued) == ("XDT_PLT_UD", 40, None)


def test_samples_of_the_past_are_local_to_the_console() -> None:
    found = from_inventory((SAMPLES / "inventory" / "history.txt").read_bytes())
    assert (datetime(2026, 3, 1, 5, 16, 40, tzinfo=UTC), 12345) in [(one.at, one.in_use) for one in found]


def test_two_pools_of_one_code_and_moment_are_added() -> None:
    text = (SAMPLES / "inventory" / "history.txt").read_text().replace("LicPoolUsage[1]", "LicPoolUsage[0]")
    found = {one.at: one.in_use for one in from_inventory(text.replace("01:40     0", "01:40     3").encode())}
    assert found[datetime(2026, 2, 13, 5, 1, 40, tzinfo=UTC)] == 10


def test_a_peak_of_an_upload_lies_at_the_end_of_its_sample() -> None:
    (reading,) = of_payload(payload_report.parse_report(report(pool(7))))
    assert reading == Reading("XDT_PLT_UD", "2027.0630", datetime(2026, 6, 1, 7, 55, tzinfo=UTC), 7, 100)


@pytest.mark.parametrize("missing", [pool(""), pool(7, stop="")])
def test_a_peak_without_number_or_moment_says_nothing(missing: str) -> None:
    assert of_payload(payload_report.parse_report(report(missing))) == []


def test_a_peak_of_zero_is_a_zero() -> None:
    assert [reading.in_use for reading in of_payload(payload_report.parse_report(report(pool(0))))] == [0]
