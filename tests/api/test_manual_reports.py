"""Can everything that the courier's page does be done by REST, in the same way?"""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from servers.models import LicenseServer
from tests.api.calling import V1, by_hand, content_of, get, is_problem, post
from tests.uploads.courier import forged, taken
from uploads.courier_models import ManualReport
from uploads.models import Upload
from uploads.states import State


@pytest.fixture
def report(server: LicenseServer) -> ManualReport:
    return by_hand(server)


def volumes(client: Client, report: ManualReport, folder: Path) -> list[Path]:
    """Every volume, downloaded."""
    paths = []
    for number in range(1, report.volumes.count() + 1):
        answer = client.get(f"{V1}/manual-reports/{report.pk}/volumes/{number}")
        assert answer.status_code == 200
        path = folder / f"{number}.zip"
        path.write_bytes(content_of(answer))
        paths.append(path)
    return paths


def bring(client: Client, report: ManualReport, receipt: bytes, **headers: str) -> Any:
    form = {"file": SimpleUploadedFile("receipt.json", receipt)}
    return client.post(f"{V1}/manual-reports/{report.pk}/receipts", form, headers=headers)


def believe(client: Client, receipt: bytes) -> None:
    fingerprint = json.loads(receipt)["receipt"]["receiver"]["fingerprint"]
    assert post(client, "/receivers", {"fingerprint": fingerprint}).status_code == 201


def test_it_gathers_once_and_gives_the_open_set_again(as_ben: Client, report: ManualReport) -> None:
    again = post(as_ben, "/manual-reports", {"servers": ["LS1.example.org"]})
    assert (again.status_code, again.json()["id"]) == (201, report.pk)
    assert again["Location"] == f"{V1}/manual-reports/{report.pk}"
    body = again.json()
    assert [one["kind"] for one in body["volumes"]] == ["compliance", "usage"]
    assert (body["state"], body["missing"], len(body["open"])) == ("open", [], 2)


def test_it_says_what_it_cannot_gather(as_ben: Client, report: ManualReport) -> None:
    nothing = post(as_ben, "/manual-reports", {"servers": [str(LicenseServer.objects.get().guid)], "how": "more"})
    assert is_problem(nothing, 409)
    assert "Nothing was sealed since the last gathering" in nothing.json()["detail"]
    small = post(as_ben, "/manual-reports", {"servers": ["ls1.example.org"], "max_bytes": 10, "how": "again"})
    assert is_problem(small, 422)
    assert "Allow at least" in small.json()["detail"]
    assert is_problem(post(as_ben, "/manual-reports", {"servers": ["nobody"]}), 400)
    assert is_problem(post(as_ben, "/manual-reports", {"max_bytes": -1}), 400)
    assert is_problem(post(as_ben, "/manual-reports", {"server": "ls1"}), 400)


def test_a_volume_says_its_digest_and_who_took_it(as_ben: Client, report: ManualReport, tmp_path: Path) -> None:
    [first, _] = volumes(as_ben, report, tmp_path)
    body = get(as_ben, f"/manual-reports/{report.pk}").json()
    assert body["volumes"][0]["sha256"] == hashlib.sha256(first.read_bytes()).hexdigest()
    assert [entry["event"] for entry in body["custody"]] == ["gathered", "handed_out", "handed_out"]
    assert zipfile.ZipFile(io.BytesIO(first.read_bytes())).testzip() is None
    etag = f'"{body["volumes"][0]["sha256"]}"'
    unchanged = get(as_ben, f"/manual-reports/{report.pk}/volumes/1", **{"if-none-match": etag})
    assert unchanged.status_code == 304
    assert report.custody.count() == 3, "who has it already did not take it again"
    assert is_problem(get(as_ben, f"/manual-reports/{report.pk}/volumes/3"), 404)


def test_a_receipt_closes_it_and_the_files_may_go(
    as_ada: Client, as_ben: Client, report: ManualReport, tmp_path: Path
) -> None:
    receipt = taken(tmp_path / "store", volumes(as_ben, report, tmp_path))
    refused = bring(as_ben, report, receipt)
    assert is_problem(refused, 422)
    assert "an administrator can trust it" in refused.json()["detail"]
    believe(as_ada, receipt)
    assert is_problem(bring(as_ben, report, forged(receipt, export="0" * 32)), 422)
    done = bring(as_ben, report, receipt).json()
    assert (done["closed"], done["open"], done["receipt"]["is_proved"]) == (2, [], True)
    assert set(Upload.objects.values_list("state", flat=True)) == {State.DELIVERED}
    assert bring(as_ben, report, receipt).json()["is_repeat"] is True
    body = get(as_ben, f"/manual-reports/{report.pk}").json()
    assert (body["state"], body["deletable"]["files"]) == ("closed", 2), "the last of each kind stays"
    gone = post(as_ben, f"/manual-reports/{report.pk}/deletion").json()
    assert gone == body["deletable"]
    assert get(as_ben, f"/manual-reports/{report.pk}").json()["deletable"] == {"files": 0, "bytes": 0}


def test_a_bare_receipt_is_read_as_well(as_ada: Client, report: ManualReport, tmp_path: Path) -> None:
    receipt = taken(tmp_path / "store", volumes(as_ada, report, tmp_path)[:1])
    believe(as_ada, receipt)
    address = f"{V1}/manual-reports/{report.pk}/receipts?name=r.json"
    done = as_ada.generic("POST", address, receipt, content_type="application/octet-stream").json()
    assert done["closed"] == 1
    assert done["open"][0]["sentence"].startswith("Volume 2 of 2 is missing: day ")


def test_a_case_number_is_kept_as_not_proved(as_ben: Client, report: ManualReport) -> None:
    words = {"case_number": "CIS-1", "uploaded_on": timezone.now().date().isoformat(), "volumes": [1, 2]}
    done = post(as_ben, f"/manual-reports/{report.pk}/confirmations", words)
    assert done.status_code == 201
    assert (done.json()["closed"], done.json()["receipt"]["is_proved"]) == (2, False)
    assert is_problem(post(as_ben, f"/manual-reports/{report.pk}/confirmations", words | {"uploaded_on": "x"}), 400)


def test_a_set_is_given_up_and_gathered_again(as_ben: Client, report: ManualReport) -> None:
    assert post(as_ben, f"/manual-reports/{report.pk}/give-up").json()["state"] == "given_up"
    assert set(Upload.objects.values_list("state", flat=True)) == {State.READY}
    again = post(as_ben, "/manual-reports", {"servers": ["ls1.example.org"]}).json()
    assert (again["id"], again["state"]) == (report.pk, "open")


def test_the_same_key_gathers_once(as_ben: Client, report: ManualReport) -> None:
    post(as_ben, f"/manual-reports/{report.pk}/give-up")
    first, again = (post(as_ben, "/manual-reports", {"how": "more"}, key="k1") for _ in range(2))
    assert (first.status_code, first.json()["id"]) == (again.status_code, again.json()["id"])


def test_it_removes_a_receiver_that_is_in_the_middle_of_nothing(
    as_ada: Client, as_ben: Client, report: ManualReport, tmp_path: Path
) -> None:
    first, second = (taken(tmp_path / "store", [path]) for path in volumes(as_ben, report, tmp_path))
    believe(as_ada, first)
    bring(as_ben, report, first)
    address = f"/receivers/{get(as_ben, '/receivers').json()['results'][0]['id']}"
    refused = as_ada.delete(f"{V1}{address}")
    assert is_problem(refused, 422)
    assert "the rest is still on its way" in refused.json()["detail"]
    bring(as_ben, report, second)
    gone = as_ada.delete(f"{V1}{address}")
    assert (gone.status_code, gone.json()["confirmed_by"]) == (200, "ada")
    assert get(as_ben, address).status_code == 404


def test_it_lists_sets_and_receivers_with_a_cursor(as_cleo: Client, report: ManualReport) -> None:
    body = get(as_cleo, "/manual-reports?limit=1").json()
    assert [one["name"] for one in body["results"]] == [report.name]
    assert get(as_cleo, "/receivers").json()["results"] == []
