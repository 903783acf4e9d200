"""Does any file at all end in a row with a sentence, on any database, and never in an exception?"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.models import Outcome, SourceReport
from intake.recognise import Kind
from licenses.models import License, LicenseFile
from servers.models import LicenseServer
from servers.registry import change_server
from tests.factories import a_server, increment, license_file, receive
from tests.intake.files import ONE_OF_EACH, SAMPLES, bundle, lmstat, pool, report, result, udadmin

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
    assert receive(a_server("lic1"), license_file(*lines)).summary == "1,000 license lines installed."
    assert License.objects.count() == 1000


HISTORY = (SAMPLES / "inventory" / "history.txt").read_text()
SGP = "<SGPMaxDays>9999</SGPMaxDays><SGPClockErrorCode>7</SGPClockErrorCode><DateSampleStopUTC>{}</DateSampleStopUTC>"
FIRST, LAST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"
EXTREMES: dict[str, bytes] = {
    "lmstat in year 1": lmstat("F 1 1", header="Mon 1/1/0001 0:00"),
    "lmstat at the end": lmstat("F 1 1", header="Fri 12/31/9999 23:59"),
    "lmstat of huge numbers": lmstat(*[f"F {'9' * 18} {'9' * 18}"] * 20),
    "lmstat of a long name": lmstat(f"{'F' * 255} 1 1"),
    "lmstat of two long names": lmstat(f"{'F' * 200}a 1 1", f"{'F' * 200}b 2 2"),
    "udadmin in year 1": udadmin("ada (Mon Jan 1 00:00:00 0001)"),
    "udadmin at the end": udadmin("ada (Fri Dec 31 23:59:59 9999)"),
    "udadmin of long names": udadmin(f"{'a' * 300}1", f"{'a' * 300}2", feature="F" * 200),
    "udadmin of two cases": udadmin("ada", "ADA"),
    "history in year 1": HISTORY.replace("13/02/2026", "01/01/0001").encode(),
    "history at the end": HISTORY.replace("13/02/2026", "31/12/9999").encode(),
    "history of huge numbers": HISTORY.replace("12345", "9" * 12).encode(),
    "result in year 1": result(t=-62135596800),
    "result at the end": result(t=253402300799),
    "result of long texts": result("C" * 5000, kind="K" * 5000, target="h" * 5000),
    "report in year 1": bundle(pool(1, stop=FIRST), info=SGP.format(FIRST), at=FIRST),
    "report at the end": bundle(pool(1, stop=LAST), info=SGP.format(LAST), at=LAST),
    "report in a far zone": report(pool(1, stop="9999-12-31T23:59:59-23:00"), pool(1, stop="0001-01-01T00:00+23:00")),
    "report of huge numbers": report(pool("9" * 15), pool("9" * 15), pool("9" * 15)),
    "report of long texts": bundle(
        pool(1, css="9" * 500), info=f"<OS>{'o' * 5000}</OS><GUID>g</GUID><InstallUTC>{FIRST}</InstallUTC>"
    ),
}


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
@pytest.mark.parametrize("case", EXTREMES)
def test_extremes_of_every_kind_end_in_a_row(server: LicenseServer, case: str, zone: str) -> None:
    change_server(server, time_zone=zone)
    found = receive(server, EXTREMES[case])
    assert SourceReport.objects.get() == found
    assert found.summary
    server.refresh_from_db()


@pytest.mark.parametrize("kind", [kind for kind in ONE_OF_EACH if kind not in {Kind.LICENSE_FILE, Kind.BUNDLE}])
@given(data=st.data())
@EXAMPLES
def test_any_kind_with_anything_written_into_it(server: LicenseServer, kind: Kind, data: st.DataObject) -> None:
    text = ONE_OF_EACH[kind].decode()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(HOSTILE | st.text(max_size=5)) + text[at + data.draw(st.integers(0, 3)) :]
    found = receive(server, text.encode(data.draw(st.sampled_from(["utf-8", "utf-16"])), "replace"))
    assert SourceReport.objects.get(pk=found.pk).summary


@given(at=st.integers(0, len(ONE_OF_EACH[Kind.BUNDLE]) - 1), byte=st.integers(0, 255))
@EXAMPLES
def test_a_bundle_with_one_byte_changed(server: LicenseServer, at: int, byte: int) -> None:
    content = ONE_OF_EACH[Kind.BUNDLE]
    assert receive(server, content[:at] + bytes([byte]) + content[at + 1 :]).summary
