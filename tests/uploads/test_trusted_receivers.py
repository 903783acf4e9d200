"""Whose receipts are believed, and until when?"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests.uploads.courier import facts_of, imported, paths, receipt, report, taken
from uploads.courier_models import ManualReport, TrustedReceiver
from uploads.courier_receipt_file import ReceiptRefused
from uploads.courier_receipts import UnknownReceiver, distrust_receiver, import_receipt, trust_receiver
from uploads.manual_report import give_up

__all__ = ["paths", "receipt", "report"]


@pytest.mark.parametrize("text", ["", "12", "g" * 64, "a" * 65])
def test_only_a_fingerprint_is_trusted(db: None, text: str) -> None:
    with pytest.raises(ReceiptRefused, match="64 hexadecimal digits"):
        trust_receiver(text, by="ada", at=timezone.now())
    assert not TrustedReceiver.objects.exists()


def test_a_fingerprint_may_be_typed_as_it_is_read(db: None) -> None:
    written = ":".join(["AB"] * 32)
    assert trust_receiver(f" {written} ", by="ada", at=timezone.now()).fingerprint == "ab" * 32
    trust_receiver("ab" * 32, by="eve", at=timezone.now() + timedelta(1))
    assert TrustedReceiver.objects.get().confirmed_by == "ada"


def test_a_receiver_that_is_not_believed_any_more_is_a_stranger_again(
    report: ManualReport, receipt: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    imported(receipt)
    with caplog.at_level("INFO", logger="uploads.courier_receipts"):
        distrust_receiver(TrustedReceiver.objects.get(), by="ada")
    fingerprint = facts_of(receipt)["receiver"]["fingerprint"]
    assert caplog.messages[-1:] == [f"ada does not believe the receiver {fingerprint} any more"]
    report.refresh_from_db()
    assert report.state == ManualReport.State.CLOSED
    with pytest.raises(UnknownReceiver):
        import_receipt(receipt, by="ben", now=timezone.now())


def test_a_receiver_stays_while_it_confirmed_only_a_part(
    report: ManualReport, paths: list[Path], tmp_path: Path
) -> None:
    imported(taken(tmp_path / "store", paths[:1]))
    with pytest.raises(ReceiptRefused, match=f"confirmed a part of {report}, and the rest is still on its way"):
        distrust_receiver(TrustedReceiver.objects.get(), by="ada")
    give_up(report, by="ben", at=timezone.now())
    distrust_receiver(TrustedReceiver.objects.get(), by="ada")
    assert not TrustedReceiver.objects.exists()
