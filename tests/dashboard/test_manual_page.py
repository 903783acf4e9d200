"""Does the courier's page lead through the four steps, and say what is missing?"""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from servers.models import LicenseServer, ReportingMode
from servers.registry import change_server
from tests.catalogs import speaking
from tests.dashboard.conftest import Login, an_upload
from tests.uploads.courier import a_day, taken, volumes_of
from uploads.courier_models import ManualReport, TrustedReceiver
from uploads.courier_receipts import import_receipt
from uploads.models import Upload
from uploads.states import State


@pytest.fixture
def by_hand(server: LicenseServer) -> LicenseServer:
    """One sealed day."""
    started = timezone.now() - timedelta(minutes=6)
    found = change_server(server, reporting_mode=ReportingMode.MANUAL, service_started_at=started)
    a_day()
    return found


@pytest.fixture
def report(by_hand: LicenseServer, ben: User, login: Login) -> ManualReport:
    """Gathered on the page."""
    login(ben).post(reverse("gather", args=[by_hand.guid]), {"megabytes": "1"})
    return ManualReport.objects.get()


def page(client: Client, name: str, *args: object) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def said(client: Client, address: str, body: dict[str, object]) -> str:
    return client.post(address, body, follow=True).content.decode()


def test_it_says_what_waits_and_offers_to_gather(by_hand: LicenseServer, ben: User, cleo: User, login: Login) -> None:
    for name, args in (("manual", [by_hand.guid]), ("manual_fleet", [])):
        shown = page(login(ben), name, *args)
        assert "<strong>2 sealed reports</strong>" in shown
        assert "Gather into volumes" in shown
        assert "Gather into volumes" not in page(login(cleo), name, *args)


def test_it_says_that_there_is_nothing_to_carry(server: LicenseServer, ben: User, login: Login) -> None:
    assert "electronically,</strong> so there is nothing to carry" in page(login(ben), "manual", server.guid)


def test_it_names_missing_days(by_hand: LicenseServer, ben: User, login: Login) -> None:
    LicenseServer.objects.update(created_at=timezone.now() - timedelta(days=6))
    shown = page(login(ben), "manual", by_hand.guid)
    assert "lic-ams-01.corp.example, License server report: days 1 to 5 are missing" in shown
    assert "10 days missing" in shown


def test_gathering_writes_the_volumes_and_shows_the_steps(report: ManualReport, ben: User, login: Login) -> None:
    shown = page(login(ben), "manual_report", report.pk)
    assert report.max_bytes == 1_000_000
    for volume in report.volumes.all():
        assert volume.file_name in shown
        assert volume.size
    assert "Download volume 1" in shown
    assert "Receipt not imported yet" in shown


@pytest.mark.parametrize("limit", ["much", "-1", "1e99"])
def test_a_limit_that_is_none_is_told(by_hand: LicenseServer, ben: User, login: Login, limit: str) -> None:
    shown = said(login(ben), reverse("gather", args=[by_hand.guid]), {"megabytes": limit})
    assert "Nothing was gathered. A limit is a number of MB" in shown
    assert not ManualReport.objects.exists()


def test_a_limit_below_one_bundle_is_told(by_hand: LicenseServer, ben: User, login: Login) -> None:
    shown = said(login(ben), reverse("gather", args=[by_hand.guid]), {"megabytes": "0.0001"})
    assert "A volume of at most 100 bytes cannot hold upload_compliance_" in shown


def test_downloading_is_written_down_and_leads_on(report: ManualReport, ben: User, login: Login) -> None:
    client = login(ben)
    for number in (1, 2):
        answer = client.get(reverse("manual_volume", args=[report.pk, number]))
        assert b"".join(answer.streaming_content)[:2] == b"PK"  # type: ignore[attr-defined]
    shown = page(client, "manual_report", report.pk)
    assert shown.count("Handed out, ben") == 2
    assert "Download volume" not in shown
    assert shown.count("Taken, no receipt") == 2


def test_a_stranger_is_shown_to_an_administrator_who_may_believe_it(
    report: ManualReport, ada: User, ben: User, login: Login, tmp_path: Path
) -> None:
    receipt = taken(tmp_path / "store", volumes_of(report, tmp_path / "out"))
    fingerprint = json.loads(receipt)["receipt"]["receiver"]["fingerprint"]
    address = reverse("import_receipt", args=[report.pk])
    shown = said(login(ben), address, {"receipt": SimpleUploadedFile("r.json", receipt)})
    assert f"not trusted here: {fingerprint}" in shown
    assert "Believe this receiver" not in shown
    words = {"fingerprint": fingerprint, "report": str(report.pk)}
    assert "are believed" in said(login(ada), reverse("trust_receiver"), words)
    shown = said(login(ben), address, {"receipt": SimpleUploadedFile("r.json", receipt)})
    assert "2 reports arrived." in shown
    assert "Every report of this set arrived." in shown
    assert set(Upload.objects.values_list("state", flat=True)) == {State.DELIVERED}


def test_an_administrator_stops_believing_a_receiver(
    report: ManualReport, ada: User, ben: User, login: Login, tmp_path: Path
) -> None:
    client, paths = login(ada), volumes_of(report, tmp_path / "out")
    receipts = [taken(tmp_path / "store", [path]) for path in paths]
    fingerprint = json.loads(receipts[0])["receipt"]["receiver"]["fingerprint"]
    said(client, reverse("trust_receiver"), {"fingerprint": fingerprint})
    import_receipt(receipts[0], by="ben", now=timezone.now())
    address = reverse("distrust_receiver", args=[TrustedReceiver.objects.get().pk])
    assert "the rest is still on its way" in said(client, address, {})
    import_receipt(receipts[1], by="ben", now=timezone.now())
    assert "Stop believing" not in page(login(ben), "manual_fleet")
    assert login(ben).post(address).status_code == 403
    assert f"Stop believing {fingerprint}" in page(client, "manual_fleet")
    assert "not believed any more" in said(client, address, {})
    assert not TrustedReceiver.objects.exists()


def test_a_missing_volume_is_named_until_its_receipt_comes(
    report: ManualReport, ada: User, login: Login, tmp_path: Path
) -> None:
    client, paths = login(ada), volumes_of(report, tmp_path / "out")
    receipts = [taken(tmp_path / "store", [path]) for path in paths]
    client.post(
        reverse("trust_receiver"),
        {"fingerprint": json.loads(receipts[0])["receipt"]["receiver"]["fingerprint"]},
    )
    address = reverse("import_receipt", args=[report.pk])
    shown = said(client, address, {"receipt": SimpleUploadedFile("r.json", receipts[0])})
    assert "Volume 2 of 2 is missing: day " in shown
    assert "Volume 2 of 2 is missing" in page(client, "manual_fleet")
    said(client, address, {"receipt": SimpleUploadedFile("r.json", receipts[1])})
    assert "is missing" not in page(client, "manual_report", report.pk)


def test_a_case_number_is_shown_as_typed_in(report: ManualReport, ben: User, login: Login) -> None:
    words: dict[str, object] = {
        "case_number": "CIS-7",
        "uploaded_on": timezone.now().date().isoformat(),
        "volume": ["1", "2"],
    }
    shown = said(login(ben), reverse("type_in_receipt", args=[report.pk]), words)
    assert "Typed in, not proved" in shown
    assert "CIS-7" in shown


@pytest.mark.parametrize("words", [{}, {"case_number": "x", "uploaded_on": "never"}])
def test_words_that_are_missing_are_told(
    report: ManualReport, ben: User, login: Login, words: dict[str, object]
) -> None:
    shown = said(login(ben), reverse("type_in_receipt", args=[report.pk]), words)
    assert "Type the case number and the day of the upload. Nothing was closed." in shown


def test_no_file_and_a_wrong_one_are_told(report: ManualReport, ben: User, login: Login) -> None:
    address = reverse("import_receipt", args=[report.pk])
    assert "Choose the receipt file" in said(login(ben), address, {})
    wrong = {"receipt": SimpleUploadedFile("x", b"\x00\xff")}
    assert "This file is no receipt of a receiver of ours" in said(login(ben), address, wrong)  # type: ignore[arg-type]


def test_it_is_given_up_and_gathered_again(
    report: ManualReport, by_hand: LicenseServer, ben: User, login: Login
) -> None:
    assert "is given up" in said(login(ben), reverse("give_up_report", args=[report.pk]), {})
    assert "<strong>2 sealed reports</strong>" in page(login(ben), "manual_fleet")


def test_one_of_each_is_said_as_one(by_hand: LicenseServer, ben: User, login: Login) -> None:
    Upload.objects.filter(kind="usage").delete()
    client = login(ben)
    client.post(reverse("gather", args=[by_hand.guid]), {})
    report = ManualReport.objects.get()
    shown = page(client, "manual_report", report.pk)
    assert "<p>1 bundle of 1 server</p>" in shown
    assert "1 bundle in 1 volume. " in shown
    assert "They hold 1 bundle of 1 server in 1 volume." in page(client, "custody_sheet", report.pk)
    words: dict[str, object] = {"case_number": "CIS-7", "uploaded_on": timezone.now().date().isoformat(), "volume": "1"}
    assert "1 report arrived." in said(client, reverse("type_in_receipt", args=[report.pk]), words)
    assert "1 file with " in said(client, reverse("delete_leftovers", args=[report.pk]), {})
    notes = list(report.custody.values_list("note", flat=True))
    assert any(note.startswith("1 bundle closed. ") for note in notes)
    assert any(note.startswith("0 bundles and 1 volume, ") for note in notes)


def test_only_a_server_without_a_way_out_is_called_that(
    server: LicenseServer, by_hand: LicenseServer, ben: User, login: Login
) -> None:
    assert "For lic-ams-01, without a way out" in page(login(ben), "manual", by_hand.guid)
    change_server(by_hand, reporting_mode=ReportingMode.ELECTRONIC)
    assert "For servers without a way out" in page(login(ben), "manual", by_hand.guid)


def test_the_sheet_has_every_volume_with_its_digest(report: ManualReport, cleo: User, login: Login) -> None:
    shown = page(login(cleo), "custody_sheet", report.pk)
    assert all(volume.sha256 in shown for volume in report.volumes.all())
    assert report.signed_with in shown
    assert "Signature" in shown


def test_a_server_whose_report_gets_old_is_named(by_hand: LicenseServer, cleo: User, login: Login) -> None:
    an_upload(by_hand, days_ago=85)
    assert "lic-ams-01: 5 days to the 90-day limit" in page(login(cleo), "manual_fleet")
    assert '<span class="badge act">' in page(login(cleo), "manual", by_hand.guid)


def test_gaps_of_the_index_are_read_in_the_readers_language(
    by_hand: LicenseServer, ben: User, login: Login, tmp_path: Path
) -> None:
    gap = "%(server)s, %(kind)s: days %(first)s to %(last)s are missing (%(dates)s), %(why)s."
    LicenseServer.objects.update(created_at=timezone.now() - timedelta(days=6))
    client = login(ben)
    client.post(reverse("gather", args=[by_hand.guid]), {})
    report = ManualReport.objects.get()
    with speaking(tmp_path / "locale", de={gap: "%(server)s: Tage %(first)s bis %(last)s fehlen."}):
        for name in ("manual_report", "custody_sheet"):
            shown = client.get(reverse(name, args=[report.pk]), headers={"accept-language": "de"}).content.decode()
            assert "lic-ams-01.corp.example: Tage 1 bis 5 fehlen." in shown
    assert "days 1 to 5 are missing" in str(report.missing)
