"""Do numbers and dates of an inventory mean what the server meant, in every layout?"""

from datetime import date, datetime
from pathlib import Path

import pytest

from licenses.formats.inventory_export import Inventory, RowKind, looks_like_inventory, parse

SAMPLES = Path(__file__).parents[2] / "samples" / "inventory"
COLUMNS = "PLD,Count,Overdraft,InUseCount,PooledAvailable"


def sample(name: str) -> Inventory:
    return parse((SAMPLES / name).read_bytes())


def pools(*rows: str) -> Inventory:
    return parse("\n".join([COLUMNS, *rows]).encode())


def test_it_does_not_count_the_start_up_license() -> None:
    parsed = sample("inventory_us_list.txt")
    start_up = parsed.pools[0]
    assert (start_up.code, start_up.is_system, start_up.available) == ("CITRIX", True, 4000)
    assert list(parsed.sums()) == ["XDT_PLT_UD", "MPS_PLT_CCU"]


def test_it_does_not_take_the_start_up_license_for_an_expired_one() -> None:
    start_up = sample("inventory_us_list.txt").pools[0]
    assert (start_up.expires_on, start_up.expires_known) == (None, True)
    assert start_up.expires_text == "12/31/1999 7:00:00 PM"


def test_it_knows_no_expiry_where_another_license_prints_1999() -> None:
    pool = sample("inventory_us_list.txt").pools[2]
    assert (pool.expires_on, pool.expires_known, pool.css_date) == (None, False, date(2026, 11, 30))


def test_it_reads_american_dates_and_says_that_a_day_may_be_off() -> None:
    pool = sample("inventory_us_list.txt").pools[1]
    assert (pool.expires_on, pool.date_tolerance_days, pool.date_order_certain) == (date(2027, 6, 29), 1, True)


def test_it_keeps_both_numbers_of_powershell_and_concludes_nothing() -> None:
    pool = sample("inventory_us_list.txt").pools[1]
    assert (pool.in_use, pool.available, pool.overdraft) == (40, 110, 10)
    assert (pool.total, pool.contracted) == (None, None)


def test_it_keeps_every_field_as_written_and_joins_wrapped_values() -> None:
    raw = dict(sample("inventory_us_list.txt").pools[1].raw)
    assert raw["LocalizedLicenseProductName"] == "Virtual Apps and Desktops with a very long localized name"
    vendor = dict(sample("wmi_pools_list.txt").pools[0].raw)["VendorString"]
    assert vendor.endswith(";ODP=0;NUDURMIN=2880;NUDURMAX=525600")


def test_it_takes_an_empty_cell_for_unknown() -> None:
    assert sample("inventory_us_list.txt").pools[2].in_use is None


def test_it_adds_up_several_rows_of_one_code() -> None:
    parsed = pools("MPS_ENT_CCU,2160,0,1636,524", "MPS_ENT_CCU,22,2,22,0")
    assert parsed.sums()["MPS_ENT_CCU"].total == 2182
    assert parsed.sums()["MPS_ENT_CCU"].in_use == 1658
    assert parsed.sums()["MPS_ENT_CCU"].contracted == 2180


def test_it_takes_the_overdraft_out_of_the_count() -> None:
    pool = pools("XDT_ENT_UD,137,12,133,4").pools[0]
    assert (pool.total, pool.overdraft, pool.contracted) == (137, 12, 125)


def test_it_does_not_know_what_was_contracted_without_an_overdraft_column() -> None:
    assert parse(b"PLD,Count\nXDT_ENT_UD,137").pools[0].contracted is None


def test_it_reads_quoted_csv_with_line_ends_in_cells() -> None:
    parsed = parse(b'"PLD","Count","VendorString"\r\n"MPS_ENT_CCU","5","one\r\ntwo, ""three"""\r\n')
    assert dict(parsed.pools[0].raw)["VendorString"] == 'one\ntwo, "three"'
    assert parsed.pools[0].end_line == 3


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("before", ["", "#TYPE Selected.ManagementObject\n", "sep=;\n", "\n"])
def test_it_reads_every_dialect(delimiter: str, before: str) -> None:
    parsed = parse((before + "PLD,Count\nMPS_ENT_CCU,5\n".replace(",", delimiter)).encode())
    assert parsed.sums()["MPS_ENT_CCU"].total == 5
    assert parsed.problems == ()


def test_it_loses_one_row_to_a_lost_quote_and_not_the_file() -> None:
    parsed = pools('"MPS_ENT_CCU,1,0,0,1', "XDT_ENT_UD,137,12,133,4", *["XDT_ENT_UD,1,0,0,1"] * 30)
    assert parsed.sums()["XDT_ENT_UD"].total == 167
    assert [(one.line, one.end_line) for one in parsed.problems] == [(2, 2)]


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_it_keeps_formulas_as_text_and_warns(cell: str) -> None:
    parsed = parse(f'PLD,Count,Note\nMPS_ENT_CCU,5,"{cell}"'.encode())
    assert dict(parsed.pools[0].raw)["Note"] == cell
    assert [(one.line, one.severity) for one in parsed.problems] == [(2, "warning")]


@pytest.mark.parametrize("text", [COLUMNS, '#TYPE x\n"PLD","Count"', "<<<citrix_licenses>>>"])
def test_it_takes_an_empty_answer_for_unknown(text: str) -> None:
    parsed = parse(text.encode())
    assert parsed.is_empty_answer
    assert parsed.sums() == {}
    assert "unknown and not zero" in parsed.problems[0].sentence


def test_it_says_when_day_and_month_could_be_swapped() -> None:
    pool = sample("inventory_ambiguous.csv").pools[0]
    assert (pool.expires_on, pool.date_order_certain) == (date(2027, 4, 3), False)
    raw = (SAMPLES / "inventory_ambiguous.csv").read_bytes()
    settled = parse(raw, day_first=False)
    assert (settled.pools[0].expires_on, settled.date_order_certain) == (date(2027, 3, 4), True)


def test_it_tells_the_activation_service_from_the_file_inventory() -> None:
    parsed = sample("las_inventory_list.txt")
    assert parsed.pools[0].source is RowKind.LAS_INVENTORY


def test_it_never_adds_two_sources() -> None:
    parsed = parse(b"PLD,Count\nMPS_ENT_CCU,5\n\n<<<citrix_licenses>>>\nMPS_ENT_CCU 5 1\n")
    assert parsed.sums()["MPS_ENT_CCU"].total == 5
    assert parsed.sums(source=RowKind.CHECKMK)["MPS_ENT_CCU"].in_use == 1


def test_it_reads_dates_of_wmi() -> None:
    licenses = sample("wmi_licenses.csv").licenses
    assert [one.expires_on for one in licenses] == [date(2027, 6, 30), date(2027, 6, 30), None, None]
    assert [one.expires_known for one in licenses] == [True, True, True, False]


def test_it_gives_samples_to_their_pool() -> None:
    samples = sample("history.txt").usage_samples
    assert [(one.pem, one.count) for one in samples] == [("XDT_ENT_UD", 0), ("XDT_ENT_UD", 12345), (None, 7)]
    assert samples[1].at == datetime(2026, 3, 1, 6, 16, 40)


def test_it_reads_how_far_the_history_goes_back() -> None:
    server = sample("history.txt").historical_servers[0]
    assert (server.version, server.first_sample_at) == ("v11.17.2.0 build 51000", datetime(2026, 2, 13, 6, 1, 40))


def test_it_reads_names_in_tables_with_empty_cells() -> None:
    names = sample("names_and_holders.txt").feature_names
    assert [(one.code, one.model) for one in names] == [("XDT_PLT_UD", "User/Device"), ("CITRIX", "")]


def test_it_tells_users_from_devices() -> None:
    details = sample("names_and_holders.txt").usage_details
    assert [(one.kind, one.name, one.css_date) for one in details] == [
        ("User", "HARBOR\\ben", date(2027, 6, 30)),
        ("Device", "dock-05", date(2027, 6, 30)),
    ]


def test_it_reads_an_editor_export_in_utf_16_with_doubled_line_ends() -> None:
    text = "Count=5\r\r\nInUseCount=1\r\r\nPLD=MPS_ENT_CCU\r\r\nOverdraft=0\r\r\n"
    assert parse(text.encode("utf-16")).pools[0].contracted == 5


def test_it_masks_signatures_in_unexpected_columns() -> None:
    assert "5EED" not in repr(parse(b"PLD,Count,SIGN\nMPS_ENT_CCU,5,5EED5EED5EED"))


def test_it_counts_more_use_than_there_is() -> None:
    assert sample("agent_dump.txt").pools[1].in_use == 30


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Count : 5\nName : ada",
        "Note: ada\nDatetime: never",
        "<root><PLD>MPS_ENT_CCU</PLD></root>",
        "SERVER this_host ANY\nINCREMENT F CITRIX 2027.0630 permanent 5 SN=1",
        "a\nb\nc\nd\nPLD : MPS_ENT_CCU\nCount : 5",
        "Users of F:  (Total of 10 licenses issued;  Total of 3 licenses in use)",
    ],
)
def test_it_claims_nothing_else(text: str) -> None:
    assert looks_like_inventory(text) is None


def test_it_names_the_kind() -> None:
    assert looks_like_inventory("PLD,Count") == "citrix_gt_license_pool"
    assert looks_like_inventory("<<<citrix_licenses>>>\n") == "checkmk"


def test_it_names_a_column_in_a_sentence_only_by_its_beginning() -> None:
    name = "N" * 5000
    problems = parse(f'"PLD","Count","{name}"\n"XDT_PLT_UD","1","=1+1"\n'.encode()).problems
    assert any("formula" in problem.sentence for problem in problems)
    assert all(len(problem.sentence) < 300 for problem in problems)
