"""Does any file at all end in a row with a sentence, on any database, and never in an exception?"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.models import Outcome, SourceReport
from licenses.models import License, LicenseFile
from servers.models import LicenseServer
from tests.factories import a_server, increment, license_file, receive

pytestmark = pytest.mark.django_db
EXAMPLES = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
LONG = "x" * 5000
WHOLE = license_file(
    increment(extra='VENDOR_STRING=;LT=Retail;GP=720 OVERDRAFT=5 NOTICE="Häfen & Söhne" SN=1'),
    increment("MPS_ENT_CCU", expiry="30-jun-2027", extra="START=1-jan-2026 SN=2"),
    "PACKAGE p CITRIX COMPONENTS=a:1:2",
)
HOSTILE = st.sampled_from(
    [
        "\x00",
        "\ufeff",
        "\ufffd",
        "𝔸",
        "\x1b[31m",
        "\u202e",
        "'",
        '"',
        "\\\n",
        "{}",
        "%s",
        "--",
        "9" * 30,
        LONG,
        "=",
        "\x85",
    ]
)


def fits(server: LicenseServer, content: bytes) -> SourceReport:
    """Whatever came of it, the row as the database gives it back is whole."""
    report = SourceReport.objects.get(pk=receive(server, content).pk)
    assert report.summary
    assert len(report.problems) <= report.problem_count
    assert LicenseFile.objects.in_force().exists() is (report.outcome != Outcome.REJECTED)
    SourceReport.objects.all().delete()
    LicenseFile.objects.all().delete()
    return report


@given(content=st.binary(max_size=300))
@EXAMPLES
def test_any_bytes(server: LicenseServer, content: bytes) -> None:
    fits(server, content)


@given(data=st.data())
@EXAMPLES
def test_a_license_file_with_anything_written_into_it(server: LicenseServer, data: st.DataObject) -> None:
    text = WHOLE.decode()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(HOSTILE | st.text(max_size=5)) + text[at + data.draw(st.integers(0, 3)) :]
    fits(server, text.encode(data.draw(st.sampled_from(["utf-8", "utf-16"])), "replace"))


@given(at=st.integers(0, len(WHOLE) - 1), byte=st.integers(0, 255))
@EXAMPLES
def test_a_license_file_with_one_byte_changed(server: LicenseServer, at: int, byte: int) -> None:
    fits(server, WHOLE[:at] + bytes([byte]) + WHOLE[at + 1 :])


@pytest.mark.parametrize(
    "line",
    [
        increment(LONG),
        increment(vendor=LONG),
        increment(version=LONG),
        increment(expiry=LONG),
        increment(count="9" * 5000),
        increment(extra=f"SN={LONG}"),
        increment(extra=f'NOTICE="{LONG}"'),
        increment(extra=f"VENDOR_STRING=;LT={LONG}"),
        increment(extra="OVERDRAFT=999999999 SN=1"),
        increment(extra="ISSUED=31-feb-2026 START=1-jan-1 SN=1"),
        increment(extra='NOTICE="a\x00b"'),
        increment(version="0001.0101"),
        increment(expiry="31-dec-9999"),
        f"SERVER {LONG} HOSTNAME={LONG}\n{increment()}",
    ],
    ids=lambda line: line[:40],
)
def test_one_extreme_value(server: LicenseServer, line: str) -> None:
    assert fits(server, license_file(line)).outcome == Outcome.IMPORTED


def test_a_nul_in_a_value_is_kept_as_the_sign_for_unknown(server: LicenseServer) -> None:
    receive(server, license_file(increment(extra='NOTICE="a\x00b" SN=1')))
    assert License.objects.get().notice == "a\ufffdb"


def test_a_thousand_lines_are_one_import() -> None:
    lines = [increment(f"F{at}", extra=f"SN={at}") for at in range(1000)]
    assert receive(a_server("lic1"), license_file(*lines)).summary == "1000 license lines installed."
    assert License.objects.count() == 1000
