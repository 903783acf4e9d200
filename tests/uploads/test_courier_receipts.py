"""Does a receipt close exactly what it lists, and is every other one refused without a change?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from programs.catalog import kind_name
from programs.schedule import days_left
from servers.models import LicenseServer
from tests.uploads.courier import (
    a_day,
    believe,
    facts_of,
    forged,
    gathered,
    imported,
    later,
    paths,
    receipt,
    report,
    signed,
    taken,
)
from uploads.courier_models import ManualReceipt, ManualReport
from uploads.courier_open import still_open
from uploads.courier_receipt_file import ReceiptRefused, read_receipt
from uploads.courier_receipts import UnknownReceiver, import_receipt
from uploads.manual_report import give_up
from uploads.models import Attempt, Upload
from uploads.reporting import reporting_of
from uploads.states import State

__all__ = ["paths", "receipt", "report"]


def nothing_changed() -> bool:
    assert set(Upload.objects.values_list("state", flat=True)) == {State.CARRIED}
    assert not ManualReceipt.objects.exists()
    return ManualReport.objects.get().is_open


def test_a_receipt_for_everything_closes_everything(report: ManualReport, receipt: bytes) -> None:
    done = imported(receipt)
    assert (done.closed, done.open, done.is_repeat) == (12, (), False)
    assert done.report.state == ManualReport.State.CLOSED
    upload = Upload.objects.earliest("pk")
    assert (upload.state, upload.acknowledged_bytes, upload.result_code) == (
        State.DELIVERED, upload.size, "CTX_UPLOADER_SUCCESS")  # fmt: skip
    attempt = upload.attempts.last()
    assert attempt is not None
    assert (attempt.verdict, attempt.bytes_sent, attempt.number) == (Attempt.Verdict.DELIVERED, 0, 2)
    assert attempt.evidence.startswith("Receipt ")
    assert [entry.event for entry in report.custody.all()] == ["gathered", "receipt", "closed"]


def test_it_counts_for_the_ninety_days_from_when_it_was_received(
    report: ManualReport, receipt: bytes, clock: time_machine.Traveller
) -> None:
    received = timezone.now()
    later(clock, days=20)
    imported(receipt)
    server = LicenseServer.objects.get()
    last = reporting_of(server).last_success
    assert last == received
    assert days_left(last, now=timezone.now()) == 70


def test_the_same_receipt_again_changes_nothing(report: ManualReport, receipt: bytes) -> None:
    imported(receipt)
    before = (list(Upload.objects.values()), list(report.custody.values()), Attempt.objects.count())
    again = import_receipt(receipt, by="ada", now=timezone.now())
    assert (again.closed, again.is_repeat) == (0, True)
    assert (list(Upload.objects.values()), list(report.custody.values()), Attempt.objects.count()) == before


def test_a_volume_that_is_missing_is_named_and_stays_open(
    report: ManualReport, paths: list[Path], tmp_path: Path
) -> None:
    done = imported(taken(tmp_path / "store", [paths[0], *paths[2:]]))
    [left] = done.open
    items = list(report.items.filter(volume__number=2))
    where = f"days {items[0].day} to {items[-1].day}" if len(items) > 1 else f"day {items[0].day}"
    assert left.sentence == (
        f"Volume 2 of {len(paths)} is missing: {where} of ls1.example.org ({kind_name(items[0].kind)}).")  # fmt: skip
    open_ones = Upload.objects.filter(state=State.CARRIED)
    assert set(open_ones.values_list("pk", flat=True)) == {item.upload_id for item in items}
    report.refresh_from_db()
    assert report.is_open
    rest = imported(taken(tmp_path / "store", [paths[1]]))
    assert (rest.closed, rest.open, rest.report.state) == (len(items), (), ManualReport.State.CLOSED)


def test_a_receipt_for_a_part_of_a_volume_names_the_rest(report: ManualReport, receipt: bytes) -> None:
    key = Ed25519PrivateKey.generate()
    facts = facts_of(receipt)
    part = signed(facts | {"bundles": facts["bundles"][:-1]}, key)
    done = imported(part)
    assert done.closed == 11
    assert "arrived in part only; missing: day " in done.open[0].sentence


def test_an_unknown_receiver_is_named_and_closes_nothing(receipt: bytes) -> None:
    with pytest.raises(UnknownReceiver, match="an administrator can trust it") as caught:
        import_receipt(receipt, by="ben", now=timezone.now())
    assert caught.value.fingerprint == facts_of(receipt)["receiver"]["fingerprint"]
    assert nothing_changed()


def test_a_changed_receiver_is_told_as_such(receipt: bytes) -> None:
    believe(receipt)
    other = signed(facts_of(receipt), Ed25519PrivateKey.generate())
    with pytest.raises(UnknownReceiver, match="It is another key than those that are trusted here"):
        import_receipt(other, by="ben", now=timezone.now())
    assert nothing_changed()


CHANGES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "one bundle more": lambda facts: {"bundles": [*facts["bundles"], {"sha256": "ab" * 32, "bytes": 1}]},
    "one bundle less": lambda facts: {"bundles": facts["bundles"][1:]},
    "another export": lambda facts: {"export": "0" * 32},
    "another time": lambda facts: {"received_at": "2026-03-30T00:00:00+00:00"},
    "another field": lambda facts: {"note": "x"},
    "another key": lambda facts: {"receiver": facts["receiver"] | {"public_key": "A" * 43 + "="}},
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_changed_on_the_way_is_refused(receipt: bytes, change: str) -> None:
    believe(receipt)
    with pytest.raises(ReceiptRefused, match=r"it was changed on the way, or it is forged"):
        import_receipt(forged(receipt, **CHANGES[change](facts_of(receipt))), by="ben", now=timezone.now())
    assert nothing_changed()


FOREIGN: dict[str, tuple[Callable[[dict[str, Any]], dict[str, Any]], str]] = {
    "an export of others": (lambda facts: {"export": "0" * 32}, "was not gathered here"),
    "a digest that is not in it": (
        lambda facts: {"bundles": [*facts["bundles"], {"sha256": "ab" * 32, "bytes": 1}]},
        r"lists 1 bundle that courier-.* does not hold, for example abababab",
    ),
    "another size": (
        lambda facts: {"bundles": [facts["bundles"][0] | {"bytes": 1}]}, "another size than it has",
    ),
    "no bundle": (lambda facts: {"bundles": []}, "it lists no bundle"),
    "a size that is no number": (
        lambda facts: {"bundles": [facts["bundles"][0] | {"bytes": True}]}, "cannot be read",
    ),
    "two sizes": (
        lambda facts: {"bundles": [facts["bundles"][0], facts["bundles"][0] | {"bytes": 5}]}, "two sizes",
    ),
    "a time without a zone": (lambda facts: {"received_at": "2026-03-10T10:00:00"}, "with a time zone"),
    "no time": (lambda facts: {"received_at": None}, "when it was received"),
    "another format": (lambda facts: {"format": "x/1"}, "does not say"),
    "an export that is none": (lambda facts: {"export": ["a"]}, "its export cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("case", FOREIGN)
def test_what_a_trusted_receiver_signs_wrongly_is_refused_whole(receipt: bytes, case: str) -> None:
    change, words = FOREIGN[case]
    facts = facts_of(receipt)
    data = signed(facts | change(facts), Ed25519PrivateKey.generate())
    believe(data)
    with pytest.raises(ReceiptRefused, match=words):
        import_receipt(data, by="ben", now=timezone.now())
    assert nothing_changed()


def test_a_receipt_of_another_set_is_not_taken_for_this_one(
    report: ManualReport, receipt: bytes, clock: time_machine.Traveller
) -> None:
    later(clock, days=1)
    a_day()
    other = gathered(LicenseServer.objects.get(), more=True)
    with pytest.raises(ReceiptRefused, match=f"is for {report}, not for {other}"):
        imported(receipt, expected=other)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"receipt": {}, "receipt": {}}',
        b'{"receipt": NaN}',
        b'{"receipt": {"format": "licensing-manager.courier-receipt/1", "receiver": []}}',
    ],
    ids=["empty", "half", "list", "null", "no text", "deep", "twice", "nan", "no key"],
)
def test_what_is_no_receipt_is_told(data: bytes) -> None:
    with pytest.raises(ReceiptRefused, match=r"This file is no receipt of a receiver of ours: .*\. Nothing was closed"):
        read_receipt(data)


def test_a_file_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("uploads.policy.LARGEST_RECEIPT_BYTES", 1024 * 1024)
    with pytest.raises(ReceiptRefused, match="it has more than 1 MB"):
        read_receipt(b" " * (1024 * 1024 + 1))


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_byte_that_is_flipped_is_found(receipt: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(receipt) - 1))
    bit = data.draw(st.integers(0, 7))
    changed = bytearray(receipt)
    changed[place] ^= 1 << bit
    try:
        found = read_receipt(bytes(changed))
    except ReceiptRefused:
        return
    assert found == read_receipt(receipt), "only what is not signed may differ: spaces between the words"


def test_a_clock_that_is_ahead_never_closes_in_the_future(report: ManualReport, receipt: bytes) -> None:
    data = signed(facts_of(receipt) | {"received_at": "2031-01-01T00:00:00+00:00"}, Ed25519PrivateKey.generate())
    imported(data)
    assert set(Upload.objects.values_list("finished_at", flat=True)) == {timezone.now()}


def test_a_receipt_for_what_was_given_up_is_believed_everywhere(report: ManualReport, receipt: bytes) -> None:
    give_up(report, by="ben", at=timezone.now())
    other = gathered(LicenseServer.objects.get())
    assert other.pk != report.pk, "another limit is another set"
    done = imported(receipt)
    assert (done.closed, done.report.pk) == (12, report.pk)
    other.refresh_from_db()
    assert (other.state, list(still_open(other))) == (ManualReport.State.CLOSED, [])


def test_receipts_cannot_be_rewritten(receipt: bytes) -> None:
    imported(receipt)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        ManualReceipt.objects.update(is_proved=False, case_number="x")
