"""When is a failed upload tried again: of which program, after which end, and how near the last day?"""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from servers.models import LicenseServer
from tests.uploads.conftest import Worker
from tests.uploads.faulty_line import IDENTITY, Line, answers
from uploads.models import Attempt, Upload
from uploads.retrying import next_attempt

DAY = timedelta(days=1)
Verdict = Attempt.Verdict


@pytest.fixture
def aware(settings: Settings) -> None:
    settings.UPLOAD_DEADLINE_AWARE = True


def known_for(server: LicenseServer, *, days: int) -> None:
    LicenseServer.objects.filter(pk=server.pk).update(created_at=timezone.now() - days * DAY)


def wait(upload: Upload, verdict: Attempt.Verdict = Verdict.TRY_AGAIN) -> timedelta:
    upload = Upload.objects.select_related("server").get(pk=upload.pk)
    return next_attempt(upload, verdict, at=timezone.now()) - timezone.now()


def test_without_the_option_it_is_a_day_however_late(server: LicenseServer, upload: Upload) -> None:
    known_for(server, days=89)
    assert wait(upload) == DAY


@pytest.mark.usefixtures("aware")
def test_before_the_first_delivery_days_count_from_when_the_server_was_added(
    server: LicenseServer, upload: Upload
) -> None:
    known_for(server, days=89)
    assert wait(upload) == timedelta(hours=1)


@pytest.mark.usefixtures("aware")
def test_a_delivery_sets_it_back(server: LicenseServer, upload: Upload, worker: Worker, line: Line) -> None:
    known_for(server, days=89)
    worker.send(upload)
    assert wait(upload) == DAY


@pytest.mark.usefixtures("aware")
def test_a_refusal_is_not_hammered(server: LicenseServer, upload: Upload) -> None:
    known_for(server, days=89)
    assert wait(upload, Verdict.REFUSED) == DAY


@pytest.mark.usefixtures("aware")
@pytest.mark.parametrize("program", ["call_home", "no_longer_declared"])
def test_programs_without_a_last_day_keep_the_day(server: LicenseServer, upload: Upload, program: str) -> None:
    known_for(server, days=89)
    Upload.objects.filter(pk=upload.pk).update(program=program)
    assert wait(upload) == DAY


@pytest.mark.usefixtures("aware")
def test_a_real_failure_near_the_last_day_is_tried_again_in_hours(
    server: LicenseServer, upload: Upload, worker: Worker, line: Line, clock: time_machine.Traveller
) -> None:
    known_for(server, days=80)
    line.fail(IDENTITY, *[answers(503)] * 3)
    worker.send(upload)
    assert upload.next_attempt_at == timezone.now() + timedelta(hours=6)
    clock.shift(timedelta(hours=6))
    worker.send(upload)
    assert upload.state == "delivered"
