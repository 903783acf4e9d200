"""How is an upload started, followed and read?"""

import base64
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from programs.catalog import program
from servers.models import LicenseServer
from servers.registry import add_server, change_server
from tests.api.calling import content_of, get, is_problem, post
from uploads.models import Attempt, Upload
from uploads.observing import Observation, observe
from uploads.outcomes import Outcome, Verdict
from uploads.settling import settle
from uploads.states import State


def start(client: Client, **more: str) -> Any:
    asked = {"server": "ls1.example.org", "program": "telemetry", "kind": "compliance", **more}
    return post(client, "/uploads", asked)


def test_it_starts_every_kind_where_none_is_named(as_ben: Client, server: LicenseServer) -> None:
    uploads = post(as_ben, "/uploads", {"server": "ls1.example.org", "program": "telemetry"}).json()["uploads"]
    assert [upload["kind"] for upload in uploads] == [one.kind for one in program("telemetry").uploads]


def test_it_wants_to_know_whose_bundle_it_is(as_ben: Client, server: LicenseServer) -> None:
    asked = {"server": "ls1.example.org", "program": "telemetry", "bundle_sha256": "0" * 64}
    response = post(as_ben, "/uploads", asked)
    assert is_problem(response, 400)
    assert list(response.json()["errors"]) == ["kind"]


def test_it_starts_an_upload_that_waits_for_a_worker(as_ben: Client, server: LicenseServer) -> None:
    response = start(as_ben)
    [upload] = response.json()["uploads"]
    assert response.status_code == 202
    assert (upload["state"], upload["trigger"], upload["requested_by"]) == ("queued", "person", "ben")
    assert upload.items() <= as_ben.get(response["Location"]).json().items()


def test_it_hands_over_only_what_a_worker_can_read(
    as_ben: Client, server: LicenseServer, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as waiting:
        start(as_ben)
    assert len(waiting) == 1


def test_it_waits_in_the_database_when_there_is_no_broker(
    as_ben: Client, server: LicenseServer, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        response = start(as_ben)
    assert response.status_code == 202
    assert Upload.objects.get().state == State.QUEUED


def test_it_gives_the_same_upload_to_a_second_press(as_ben: Client, server: LicenseServer) -> None:
    assert start(as_ben).json()["uploads"] == start(as_ben).json()["uploads"]


def test_it_sends_exactly_the_preview_that_was_looked_at(as_ben: Client, imported: LicenseServer) -> None:
    seen = get(as_ben, f"/servers/{imported.guid}/programs/telemetry/preview").json()["sha256"]
    [upload] = start(as_ben, bundle_sha256=seen).json()["uploads"]
    assert upload["bundle_sha256"] == seen


def test_it_refuses_a_preview_that_gave_way(as_ben: Client, imported: LicenseServer) -> None:
    response = start(as_ben, bundle_sha256="0" * 64)
    assert is_problem(response, 409)
    assert not Upload.objects.exists()


def test_it_starts_nothing_while_reports_are_carried_by_hand(as_ben: Client, server: LicenseServer) -> None:
    change_server(server, reporting_mode="manual")
    response = start(as_ben)
    assert is_problem(response, 409)
    assert "by hand" in response.json()["detail"]


@pytest.mark.parametrize(
    ("field", "value"),
    [("server", "nowhere"), ("program", "spyware"), ("kind", "usage2"), ("bundle_sha256", "XYZ"), ("force", "1")],
)
def test_it_says_which_field_makes_no_sense(field: str, value: str, as_ben: Client, server: LicenseServer) -> None:
    response = start(as_ben, **{field: value})
    assert is_problem(response, 400)
    assert list(response.json()["errors"]) == [field]


def test_it_tells_how_an_upload_ended_and_why(as_cleo: Client, delivered: Upload) -> None:
    upload = get(as_cleo, f"/uploads/{delivered.pk}").json()
    assert (upload["state"], upload["percent"]) == ("delivered", 100)
    assert upload["explanation"]["title"] == "Delivered"
    [attempt] = get(as_cleo, f"/uploads/{delivered.pk}/attempts").json()["results"]
    assert (attempt["number"], attempt["verdict"], attempt["bytes_sent"]) == (1, "delivered", delivered.size)


def test_it_gives_back_the_bytes_that_were_sent(as_ada: Client, delivered: Upload) -> None:
    response = get(as_ada, f"/uploads/{delivered.pk}/bundle")
    content = content_of(response)
    assert sha256(content).hexdigest() == delivered.bundle_sha256
    assert response["Repr-Digest"] == f"sha-256=:{base64.b64encode(sha256(content).digest()).decode()}:"
    assert response["Content-Type"] == "application/zip"
    assert delivered.bundle_name in response["Content-Disposition"]


def test_it_sends_no_bundle_to_who_has_it(as_ada: Client, delivered: Upload) -> None:
    etag = f'"{delivered.bundle_sha256}"'
    response = get(as_ada, f"/uploads/{delivered.pk}/bundle", **{"if-none-match": etag})
    assert (response.status_code, response.content) == (304, b"")


def test_it_writes_the_result_as_the_product_does(as_cleo: Client, delivered: Upload) -> None:
    response = get(as_cleo, f"/uploads/{delivered.pk}/result.xml")
    assert response["Content-Type"] == "application/xml"
    assert b"<Code>CTX_UPLOADER_SUCCESS</Code>" in response.content


def test_it_has_neither_bundle_nor_result_before_the_first_attempt(as_ada: Client, server: LicenseServer) -> None:
    [upload] = start(as_ada).json()["uploads"]
    assert is_problem(get(as_ada, f"/uploads/{upload['id']}/bundle"), 404)
    assert is_problem(get(as_ada, f"/uploads/{upload['id']}/result.xml"), 404)


def test_it_tries_a_failed_upload_again(as_ben: Client, server: LicenseServer) -> None:
    upload = Upload.objects.get(pk=start(as_ben).json()["uploads"][0]["id"])
    Upload.objects.update(state=State.SENDING, lease_until=timezone.now(), lease_holder="w")
    attempt = Attempt.objects.create(upload=upload, number=1, started_at=timezone.now())
    outcome = Outcome(Verdict.TRY_AGAIN, "CTX_UPLOADER_ERROR_NETWORK_OPEN", "refused")
    settle(upload, attempt, outcome, holder="w", at=timezone.now())
    assert get(as_ben, f"/uploads/{upload.pk}").json()["explanation"]["title"] == "No connection"
    response = post(as_ben, f"/uploads/{upload.pk}/retry")
    assert (response.status_code, response.json()["state"]) == (202, "queued")
    assert response["Location"] == f"/api/v1/uploads/{upload.pk}"


def test_it_does_not_send_a_delivered_upload_again(as_ben: Client, delivered: Upload) -> None:
    assert is_problem(post(as_ben, f"/uploads/{delivered.pk}/retry"), 409)


@pytest.mark.parametrize("query", ["?state=delivered", "?program=telemetry&kind=compliance", "?server=LS1.example.org"])
def test_it_filters(query: str, as_cleo: Client, delivered: Upload) -> None:
    assert len(get(as_cleo, f"/uploads{query}").json()["results"]) == 1


def test_it_filters_by_moment(as_cleo: Client, delivered: Upload) -> None:
    assert get(as_cleo, "/uploads?created_after=2999-01-01T00:00:00Z").json()["results"] == []
    assert len(get(as_cleo, "/uploads?created_before=2999-01-01").json()["results"]) == 1


@pytest.mark.parametrize("moment", ["yesterday", "0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "%00"])
def test_it_refuses_a_moment_that_is_none(moment: str, as_cleo: Client, delivered: Upload) -> None:
    assert is_problem(get(as_cleo, f"/uploads?created_after={moment}"), 400)


@pytest.mark.parametrize("number", ["0", "999999", "9" * 40, "9" * 5000, "-1", "x", "1%00"])
def test_it_knows_no_other_upload(number: str, as_cleo: Client, delivered: Upload) -> None:
    for part in ("", "/attempts", "/result.xml"):
        assert is_problem(get(as_cleo, f"/uploads/{number}{part}"), 404)


def seen(server: LicenseServer, code: str) -> Upload:
    """An upload that a file of the license server told of."""
    at = datetime(2026, 1, 5, 9, tzinfo=UTC)
    observe(server, Observation("telemetry", "compliance", at, code=code, evidence="<Code/>", target="cis.example:443"))
    return Upload.objects.get()


@pytest.mark.parametrize(
    ("code", "outcome", "words"),
    [
        ("CTX_UPLOADER_SUCCESS", "delivered", "Delivered, observed"),
        ("CTX_UPLOADER_ERROR_NETWORK_OPEN", "failed", "Failed, observed"),
        ("", "observed", "Observed, result not known"),
    ],
)
def test_it_shows_what_the_license_server_uploaded_itself(
    code: str, outcome: str, words: str, as_cleo: Client, server: LicenseServer
) -> None:
    upload = get(as_cleo, f"/uploads/{seen(server, code).pk}").json()
    assert (upload["state"], upload["trigger"], upload["requested_by"]) == ("observed", "observed", None)
    assert (upload["outcome"], upload["outcome_words"]) == (outcome, words)
    assert (upload["explanation"] is None) is (code == "")


def test_it_gives_the_evidence_of_an_observed_upload(as_cleo: Client, server: LicenseServer) -> None:
    upload = seen(server, "CTX_UPLOADER_ERROR_NETWORK_OPEN")
    [attempt] = get(as_cleo, f"/uploads/{upload.pk}/attempts").json()["results"]
    assert (attempt["verdict"], attempt["evidence"]) == ("observed", "<Code/>")
    assert b"CTX_UPLOADER_ERROR_NETWORK_OPEN" in get(as_cleo, f"/uploads/{upload.pk}/result.xml").content


def test_it_neither_repeats_nor_invents_what_it_only_saw(as_ada: Client, server: LicenseServer) -> None:
    upload = seen(server, "CTX_UPLOADER_ERROR_NETWORK_OPEN")
    assert is_problem(post(as_ada, f"/uploads/{upload.pk}/retry"), 409)
    response = get(as_ada, f"/uploads/{upload.pk}/bundle")
    assert is_problem(response, 404)
    assert "sent this bundle itself" in response.json()["detail"]


def test_it_says_the_state_of_its_own_uploads_as_the_outcome(as_cleo: Client, delivered: Upload) -> None:
    upload = get(as_cleo, f"/uploads/{delivered.pk}").json()
    assert (upload["outcome"], upload["outcome_words"]) == ("delivered", "Delivered")


def test_it_filters_by_where_an_upload_came_about(as_ben: Client, server: LicenseServer) -> None:
    seen(server, "CTX_UPLOADER_SUCCESS")
    start(as_ben)
    assert [row["trigger"] for row in get(as_ben, "/uploads?origin=observed").json()["results"]] == ["observed"]
    assert [row["trigger"] for row in get(as_ben, "/uploads?origin=sent").json()["results"]] == ["person"]
    assert is_problem(get(as_ben, "/uploads?origin=wind"), 400)


def test_it_names_who_else_fails_for_the_same_cause(as_cleo: Client, delivered: Upload, server: LicenseServer) -> None:
    facts = {"state": State.FAILED, "result_code": "CTX_UPLOADER_ERROR_TLS", "cause": "tls_expired"}
    other = add_server(name="ls2.example.org")
    rows = [
        Upload.objects.create(
            server=one, program="ceip", kind="ceip", period=at, created_at=at, next_attempt_at=at, **facts
        )
        for one, at in [(server, timezone.now()), (other, timezone.now())]
    ]
    body = get(as_cleo, f"/uploads/{rows[0].pk}").json()
    assert body["cause"] == "tls_expired"
    assert body["explanation"]["title"] == "Certificate expired"
    assert body["same_cause"] == {"count": 1, "first": [{"guid": str(other.guid), "name": "ls2.example.org"}]}
    assert get(as_cleo, f"/uploads/{delivered.pk}").json()["same_cause"]["count"] == 0


def test_the_evidence_of_a_failure_comes_as_it_was_seen(as_cleo: Client, delivered: Upload) -> None:
    assert get(as_cleo, f"/uploads/{delivered.pk}").json()["evidence"] == ""
    delivered.attempts.update(evidence="<b>bold & raw</b>")
    assert get(as_cleo, f"/uploads/{delivered.pk}").json()["evidence"] == "<b>bold & raw</b>"


def test_it_gives_the_filtered_history_as_a_file(as_ben: Client, server: LicenseServer) -> None:
    seen(server, "CTX_UPLOADER_SUCCESS")
    start(as_ben)
    response = get(as_ben, "/uploads.csv?origin=observed")
    heading, *rows = content_of(response).decode().splitlines()
    assert (heading.startswith("id,server,server_name,"), len(rows)) == (True, 1)
    assert response["Content-Disposition"] == 'attachment; filename="uploads.csv"'
    response = get(as_ben, "/uploads.ndjson?server=LS1.example.org&until=2026-01-05")
    assert response["Content-Type"] == "application/x-ndjson; charset=utf-8"
    assert content_of(response).count(b"\n") == 1


@pytest.mark.parametrize("address", ["/uploads", "/uploads.csv", "/uploads.ndjson"])
@pytest.mark.parametrize(
    "query", ["program=spyware", "kind=x", "state=lost", "cause=wind", "origin=wind", "since=soon",
              "until=9999-12-31", "server=nowhere", "stat=failed", "program=%00", "cause=%00"],
)  # fmt: skip
def test_it_says_which_filter_makes_no_sense(address: str, query: str, as_cleo: Client, server: LicenseServer) -> None:
    response = get(as_cleo, f"{address}?{query}")
    assert is_problem(response, 400)
    assert list(response.json()["errors"]) == [query.partition("=")[0]]


def test_it_takes_days_in_the_zone_of_the_server(as_cleo: Client, server: LicenseServer) -> None:
    change_server(server, time_zone="Pacific/Auckland")  # 13 hours before UTC in January
    at = datetime(2026, 1, 5, 11, tzinfo=UTC)
    observe(server, Observation("telemetry", "compliance", at, code="", evidence=""))
    assert len(get(as_cleo, "/uploads?server=ls1.example.org&since=2026-01-06").json()["results"]) == 1
    assert get(as_cleo, "/uploads?since=2026-01-06").json()["results"] == []


def test_it_tells_where_an_attempt_took_up(as_cleo: Client, delivered: Upload) -> None:
    Attempt.objects.update(first_byte=300)
    assert get(as_cleo, f"/uploads/{delivered.pk}/attempts").json()["results"][0]["first_byte"] == 300
