"""Does a row of the history, and the page of its upload, say what a person needs to know first?"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from servers.models import LicenseServer
from tests.dashboard.conftest import Login, an_upload
from tests.dashboard.test_history import shown
from uploads.models import Upload
from uploads.states import State


def test_a_failed_row_says_the_cause_and_when_it_is_tried_again(
    server: LicenseServer, cleo: User, login: Login
) -> None:
    upload = an_upload(server, state=State.FAILED, cause="connection_refused")
    client = login(cleo)
    Upload.objects.update(next_attempt_at=timezone.now() + timedelta(hours=3, minutes=5))
    assert "Connection refused · again in 3 hours" in shown(client, server)
    Upload.objects.update(next_attempt_at=timezone.now() - timedelta(days=19))
    assert "Connection refused · due now" in shown(client, None)
    page = client.get(reverse("upload", args=[server.guid, upload.pk])).content.decode()
    assert "Next attempt due since <time" in page


def test_it_offers_no_filters_where_nothing_was_ever_uploaded(server: LicenseServer, cleo: User, login: Login) -> None:
    assert 'aria-label="Filter the history"' not in shown(login(cleo), server)
    assert 'aria-label="Filter the history"' in shown(login(cleo), server, state="failed")


@pytest.mark.parametrize(
    ("facts", "offered"),
    [
        ({"state": State.FAILED, "cause": "connection_refused"}, True),
        ({"state": State.FAILED, "cause": "disk_full"}, False),
        ({"state": State.OBSERVED, "cause": "connection_refused"}, False),
    ],
)
def test_it_leads_to_the_network_check_where_that_shows_more(
    server: LicenseServer, cleo: User, login: Login, facts: dict[str, Any], *, offered: bool
) -> None:
    upload = an_upload(server, result_code="CTX_UPLOADER_ERROR_FILE", **facts)
    page = login(cleo).get(reverse("upload", args=[server.guid, upload.pk])).content.decode()
    assert ("Check the network" in page) is offered


def test_what_is_required_stands_first_among_the_days(server: LicenseServer, cleo: User, login: Login) -> None:
    names = re.findall(r'<div class="strip"><p>([^<]+)</p>', shown(login(cleo), server))
    assert names == ["Licensing Telemetry", "Call Home", "Customer Experience Improvement Program",
                     "License Server Event Data"]  # fmt: skip
