"""Does a case number that a person types in close its volumes, and is what cannot be true refused?"""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from tests.uploads.courier import (
    days,
    gathered,
    later,
    manual_server,
)
from uploads.courier_models import ManualReceipt, ManualReport
from uploads.courier_receipt_file import ReceiptRefused
from uploads.courier_receipts import type_in
from uploads.models import Upload
from uploads.states import State


@pytest.fixture
def report(db: None, clock: time_machine.Traveller) -> ManualReport:
    """Six days of one server, in more than two volumes."""
    server = manual_server()
    days(clock, 6)
    return gathered(server, limit=6_500)


def nothing_changed() -> bool:
    assert set(Upload.objects.values_list("state", flat=True)) == {State.CARRIED}
    assert not ManualReceipt.objects.exists()
    return ManualReport.objects.get().is_open


def typed(report: ManualReport, **facts: Any) -> Any:
    words: dict[str, Any] = {"case_number": "CIS-88213", "uploaded_on": timezone.now().date(), "volumes": [1, 2]}
    return type_in(report, **(words | facts), by="ben", now=timezone.now())


def test_a_case_number_closes_its_volumes_and_says_that_it_proves_nothing(report: ManualReport) -> None:
    done = typed(report)
    upload = report.items.earliest("position").upload
    assert upload is not None
    attempt = upload.attempts.last()
    assert attempt is not None
    assert "Typed in by ben and not proved: case number CIS-88213" in attempt.evidence
    assert (upload.state, done.receipt.is_proved) == (State.DELIVERED, False)
    assert {item.volume.number for item in report.items.filter(arrived_at=None)}.isdisjoint({1, 2})
    assert done.open


def test_the_same_words_again_change_nothing(report: ManualReport) -> None:
    first = typed(report)
    again = typed(report, case_number="  CIS-88213 ")
    assert (first.closed > 0, again.closed, again.is_repeat) == (True, 0, True)


def test_a_date_means_its_earliest_moment_and_never_one_before_gathering(
    report: ManualReport, clock: time_machine.Traveller
) -> None:
    later(clock, days=3, hours=5)
    today = timezone.now().date()
    assert typed(report, volumes=[1]).receipt.received_at.hour == 0
    same_day = typed(report, volumes=[2], uploaded_on=report.gathered_at.date()).receipt
    assert same_day.received_at == report.gathered_at
    assert today > report.gathered_at.date()


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"uploaded_on": date(2026, 3, 30)}, "is in the future"),
        ({"uploaded_on": date(2026, 2, 1)}, "before courier-.* was gathered"),
        ({"case_number": "   "}, "Type the case number"),
        ({"case_number": "x" * 101}, "at most 100 signs"),
        ({"case_number": "a\u202eb"}, "Type the case number"),
        ({"volumes": []}, "Choose which volumes were uploaded"),
        ({"volumes": [1, 99]}, "Choose which volumes were uploaded"),
    ],
)
def test_words_that_cannot_be_true_are_refused(report: ManualReport, facts: dict[str, Any], words: str) -> None:
    with pytest.raises(ReceiptRefused, match=words):
        typed(report, **facts)
    assert nothing_changed()
