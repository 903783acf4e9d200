"""Which rows of the history go after their days, and which stay for ever?"""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from programs.models import ConsentDecision
from servers.models import LicenseServer
from tests.uploads.conftest import licensed_server
from uploads import retention
from uploads.models import Attempt, Trigger, Upload
from uploads.result_file import SUCCESS
from uploads.retention import tidy
from uploads.states import State

DAY = timedelta(days=1)


def row(server: LicenseServer, *, days_ago: int, **facts: object) -> Upload:
    """A row of the history as it was left so long ago."""
    at = timezone.now() - days_ago * DAY
    values: dict[str, object] = {
        "state": State.DELIVERED,
        "bundle_sha256": f"{days_ago:064x}",
        "bundle_deleted_at": at,
        "finished_at": at,
        "result_code": SUCCESS,
    }
    kind = {"program": "telemetry", "kind": "compliance", "period": at, "created_at": at}
    return Upload.objects.create(server=server, **(kind | values | facts))


def days_left(server: LicenseServer) -> list[int]:
    rows = Upload.objects.filter(server=server).order_by("-period")
    return [(timezone.now() - upload.period) // DAY for upload in rows]


@pytest.fixture
def still(clock: time_machine.Traveller) -> None:
    """The clock stands."""


@pytest.mark.usefixtures("still")
def test_the_history_goes_after_its_days_but_for_the_first_and_the_last(
    server: LicenseServer, settings: Settings
) -> None:
    settings.HISTORY_DAYS = 30
    for days_ago in (100, 60, 31, 29, 5):
        row(server, days_ago=days_ago)
    other = licensed_server("ls2.example.org")
    row(other, days_ago=500)
    assert tidy(now=timezone.now()).rows == 2
    assert days_left(server) == [5, 29, 100]
    assert days_left(other) == [500]


@pytest.mark.usefixtures("still")
def test_the_last_arrival_stays_even_when_it_is_old(server: LicenseServer, settings: Settings) -> None:
    settings.HISTORY_DAYS = 30
    for days_ago in (400, 300, 200):
        row(server, days_ago=days_ago)
    tidy(now=timezone.now())
    assert days_left(server) == [200, 400]


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize(
    ("facts", "stays"),
    [
        ({"state": State.CANCELED}, False),
        ({"state": State.CANCELED, "bundle_sha256": "", "bundle_deleted_at": None}, False),
        ({"state": State.OBSERVED, "trigger": Trigger.OBSERVED, "bundle_deleted_at": None}, False),
        ({"state": State.OBSERVED, "trigger": Trigger.OBSERVED, "result_code": "", "finished_at": None}, False),
        (
            {"state": State.OBSERVED, "trigger": Trigger.OBSERVED, "result_code": "CTX_UPLOADER_ERROR_NETWORK_OPEN"},
            True,
        ),
        ({"state": State.FAILED, "next_attempt_at": "soon"}, True),
        ({"state": State.REFUSED, "next_attempt_at": "soon"}, True),
        ({"state": State.READY}, True),
        ({"state": State.CARRIED}, True),
    ],
)
def test_failures_and_what_is_open_stay_for_ever(server: LicenseServer, facts: dict[str, object], stays: bool) -> None:
    row(server, days_ago=900)
    if "next_attempt_at" in facts:
        facts = {**facts, "next_attempt_at": timezone.now() + DAY}
    row(server, days_ago=500, **facts)
    row(server, days_ago=1)
    tidy(now=timezone.now())
    assert days_left(server) == [1, 500, 900] if stays else [1, 900]


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize(("verdict", "stays"), [("try_again", True), ("refused", True), ("abandoned", False)])
def test_what_arrived_after_failures_stays_with_its_attempts(
    server: LicenseServer, verdict: str, *, stays: bool
) -> None:
    for days_ago in (900, 500, 1):
        upload = row(server, days_ago=days_ago)
        Attempt.objects.create(upload=upload, number=1, started_at=upload.period, verdict="delivered")
    failed = Upload.objects.get(bundle_sha256=f"{500:064x}")
    Attempt.objects.create(upload=failed, number=2, started_at=failed.period, verdict=verdict)
    tidy(now=timezone.now())
    assert Attempt.objects.count() == (4 if stays else 2)


def test_it_works_in_portions(server: LicenseServer, monkeypatch: pytest.MonkeyPatch, still: None) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(retention, "MOST_BATCHES", 2)
    for days_ago in range(400, 412):
        row(server, days_ago=days_ago)
    assert [tidy(now=timezone.now()).rows for _ in range(4)] == [4, 4, 2, 0]
    assert days_left(server) == [400, 411]


def test_no_decision_is_touched(server: LicenseServer, still: None) -> None:
    before = list(ConsentDecision.objects.values_list("sequence", "hash"))
    row(server, days_ago=5000)
    tidy(now=timezone.now())
    assert list(ConsentDecision.objects.values_list("sequence", "hash")) == before
