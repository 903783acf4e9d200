"""How is an upload canceled, and what is said where that is not possible?"""

import pytest
from django.test import Client

from servers.models import LicenseServer
from tests.api.calling import get, is_problem, post
from tests.api.test_uploads import start
from uploads.models import Upload
from uploads.states import State


def test_it_cancels_one_upload_and_once_more_changes_nothing(as_ben: Client, server: LicenseServer) -> None:
    first, second = post(as_ben, "/uploads", {"server": "ls1.example.org", "program": "telemetry"}).json()["uploads"]
    response = post(as_ben, f"/uploads/{first['id']}/cancel", {"reason": "Wrong server"})
    assert (response.status_code, response.json()["state"]) == (200, "canceled")
    assert response.json()["cancel_reason"] == "Canceled by ben. Wrong server"
    again = post(as_ben, f"/uploads/{first['id']}/cancel")
    assert (again.status_code, again.json()) == (200, response.json())
    assert get(as_ben, f"/uploads/{second['id']}").json()["state"] == "queued"


def test_it_cancels_under_one_key_once(as_ben: Client, server: LicenseServer) -> None:
    [upload] = start(as_ben).json()["uploads"]
    answers = [post(as_ben, f"/uploads/{upload['id']}/cancel", key="stop") for _ in range(2)]
    assert [answer.json()["state"] for answer in answers] == ["canceled", "canceled"]
    assert answers[1]["Idempotency-Replayed"] == "true"


def test_it_says_why_a_delivered_upload_is_not_canceled(as_ben: Client, delivered: Upload) -> None:
    response = post(as_ben, f"/uploads/{delivered.pk}/cancel")
    assert is_problem(response, 409)
    assert response.json()["detail"] == "This upload is delivered; there is nothing to cancel."


@pytest.mark.parametrize("body", [{"reason": "x" * 501}, {"reason": ["x"]}, {"why": "x"}])
def test_it_refuses_a_reason_that_is_none(body: object, as_ben: Client, server: LicenseServer) -> None:
    [upload] = start(as_ben).json()["uploads"]
    assert is_problem(post(as_ben, f"/uploads/{upload['id']}/cancel", body), 400)
    assert Upload.objects.get().state == State.QUEUED
