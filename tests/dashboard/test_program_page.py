"""Is the preview on the page the file that would be sent?"""

import hashlib
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dashboard.templatetags import readings
from programs import catalog
from programs.catalog import program
from programs.growth import note_growth
from programs.ledger import SYSTEM, append, lock
from programs.models import Action, Door
from programs.standing import declared_elements
from servers.models import LicenseServer
from tests.dashboard.conftest import Login, an_upload
from tests.factories import increment, license_file, receive
from uploads.models import Preview, Upload
from uploads.states import State


def test_it_shows_the_digest_of_the_bytes_it_offers(server: LicenseServer, ada: User, login: Login) -> None:
    client = login(ada)
    page = client.post(reverse("preview", args=[server.guid, "telemetry"]), follow=True).content.decode()
    sealed = Preview.objects.get(kind="compliance")
    answer = client.get(reverse("preview_bundle", args=[server.guid, "telemetry"]))
    body = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert hashlib.sha256(body).hexdigest() == sealed.bundle_sha256
    assert sealed.bundle_sha256 in page
    assert "XDT_PLT_CCS" in page


def test_it_sends_exactly_the_preview(server: LicenseServer, ben: User, login: Login) -> None:
    client = login(ben)
    client.post(reverse("preview", args=[server.guid, "telemetry"]))
    words = {
        "program": "telemetry",
        "kind": "compliance",
        "sha256": Preview.objects.get(kind="compliance").bundle_sha256,
    }
    client.post(reverse("start_upload", args=[server.guid]), words)
    upload = Upload.objects.get()
    assert upload.bundle_sha256 == words["sha256"]
    assert upload.requested_by == ben


def test_it_will_not_send_a_preview_that_was_replaced(server: LicenseServer, ben: User, login: Login) -> None:
    client = login(ben)
    words = {"program": "telemetry", "kind": "compliance", "sha256": "0" * 64}
    page = client.post(reverse("start_upload", args=[server.guid]), words, follow=True).content.decode()
    assert "Nothing was started. This preview was replaced by a newer one." in page
    assert not Upload.objects.exists()


def test_it_refuses_to_show_a_bundle_that_was_changed_on_disk(
    server: LicenseServer, ada: User, login: Login, data_dir: Path
) -> None:
    client = login(ada)
    client.post(reverse("preview", args=[server.guid, "telemetry"]))
    for bundle in (data_dir / "bundles").glob("*/*.zip"):
        bundle.write_bytes(b"other bytes")
    page = client.get(reverse("program", args=[server.guid, "telemetry"])).content.decode()
    assert "was changed on disk and will not be sent" in page
    assert "Upload now, exactly this" not in page
    assert client.get(reverse("preview_bundle", args=[server.guid, "telemetry"])).status_code == 404


def test_it_searches_the_bundle(server: LicenseServer, ada: User, login: Login) -> None:
    client = login(ada)
    client.post(reverse("preview", args=[server.guid, "telemetry"]))
    url = reverse("program", args=[server.guid, "telemetry"])
    assert '<span class="k">SiteName</span>' in client.get(url).content.decode()
    found = client.get(url, {"q": "XDT_PLT_CCS"}).content.decode()
    assert "XDT_PLT_CCS" in found
    assert '<span class="k">SiteName</span>' not in found
    assert "Nothing matches." in client.get(url, {"q": "no such value"}).content.decode()


def test_it_shows_what_is_new_since_the_last_delivered_upload(server: LicenseServer, ada: User, login: Login) -> None:
    client = login(ada)
    url = reverse("program", args=[server.guid, "telemetry"])
    client.post(reverse("preview", args=[server.guid, "telemetry"]))
    sealed = Preview.objects.get(kind="compliance")
    an_upload(server, bundle_sha256=sealed.bundle_sha256)
    assert "0 values differ from" in client.get(url).content.decode()
    LicenseServer.objects.filter(pk=server.pk).update(name="renamed.example")
    client.post(reverse("preview", args=[server.guid, "telemetry"]))
    page = client.get(url).content.decode()
    assert "<ins>renamed.example</ins>" in page
    assert "It leaves as before, with another value" in page


def test_it_lists_every_declared_element_with_its_purpose(server: LicenseServer, cleo: User, login: Login) -> None:
    page = login(cleo).get(reverse("elements", args=[server.guid, "telemetry"])).content.decode()
    for name in ("HardwareId", "CountUsedMax", "ProductDeployUTCDate", "DevId"):
        assert f"<code>{name}</code>" in page


def test_it_finds_elements_by_meaning_and_by_whom_they_identify(
    server: LicenseServer, cleo: User, login: Login
) -> None:
    url = reverse("elements", args=[server.guid, "telemetry"])
    page = login(cleo).get(url, {"q": "fqdn", "who": "server"}).content.decode()
    assert "1 of 37 shown" in page
    assert "Nothing matches." in login(cleo).get(url, {"q": "no such thing"}).content.decode()


def test_it_tells_what_an_element_says_here_in_this_upload(server: LicenseServer, cleo: User, login: Login) -> None:
    """Both uploads of telemetry carry the name of a product, each its own."""
    url = reverse("elements", args=[server.guid, "telemetry"])
    for kind, product in (("compliance", "LicenseServerCompliance"), ("usage", "LicenseServer.OnPremUsage")):
        page = login(cleo).get(url, {"kind": kind, "q": "which program made", "who": "none"}).content.decode()
        page += login(cleo).get(url, {"kind": kind, "q": "what the bundle is"}).content.decode()
        assert f"Here: <code>{product}</code>" in page


def test_it_says_how_well_an_element_is_known_in_words(server: LicenseServer, cleo: User, login: Login) -> None:
    page = login(cleo).get(reverse("elements", args=[server.guid, "telemetry"]), {"kind": "usage"}).content.decode()
    assert "Documented in part" in page
    assert "documented_partial" not in page


def test_every_kind_of_evidence_has_words() -> None:
    assert set(readings.EVIDENCE) == catalog.EVIDENCE


def test_what_should_have_begun_is_due_now(server: LicenseServer, cleo: User, login: Login) -> None:
    """Nothing is next in the past."""
    an_upload(server, state=State.FAILED, next_attempt_at=timezone.now() - timedelta(days=2))
    for page in (reverse("program", args=[server.guid, "telemetry"]), reverse("settings", args=[server.guid])):
        assert "Due now, since <time" in login(cleo).get(page).content.decode()


def test_a_repeated_part_of_the_bundle_is_folded_and_named(server: LicenseServer, ada: User, login: Login) -> None:
    """The first of its kind is open; what is searched for stands open."""
    client = login(ada)
    receive(server, license_file(increment("XDT_ENT_UD"), increment("XDT_PLT_UD"), host="lic-ams-01"))
    client.post(reverse("preview", args=[server.guid, "telemetry"]))
    url = reverse("program", args=[server.guid, "telemetry"])
    folded = '<details><summary><span class="k">Feature</span> <span class="v">'
    page = client.get(url).content.decode()
    assert '<details open><summary><span class="k">Feature</span> <span class="n">' in page
    assert f"{folded}XDT_PLT_UD</span>" in page
    assert "<details>" not in client.get(url, {"q": "XDT_PLT_UD"}).content.decode().split('<ul class="tree"')[1]


def test_it_says_why_it_is_enforced_in_the_language_of_the_reader(
    server: LicenseServer, cleo: User, login: Login
) -> None:
    """What is kept with the server is in the language of the installation."""
    kept = {"is_provider": True, "provider_override": "yes", "provider_evidence": "Von Hand gesetzt."}
    LicenseServer.objects.filter(pk=server.pk).update(**kept)
    page = login(cleo).get(reverse("program", args=[server.guid, "call_home"])).content.decode()
    assert "Service-provider licenses were found, so it cannot be switched off. Set by hand to Service provider" in page
    assert "Von Hand" not in page


def test_it_knows_no_other_program(server: LicenseServer, cleo: User, login: Login) -> None:
    assert login(cleo).get(reverse("program", args=[server.guid, "spyware"])).status_code == 404


def test_it_announces_what_a_required_program_will_carry(server: LicenseServer, cleo: User, login: Login) -> None:
    telemetry = program("telemetry")
    new = next(path for path in declared_elements(telemetry) if path.endswith(".FQDN"))
    url = reverse("program", args=[server.guid, "telemetry"])
    note_growth(server, program_code="telemetry")
    assert "from the next upload on" not in login(cleo).get(url).content.decode()
    with transaction.atomic():
        lock()
        known = frozenset(declared_elements(telemetry)) - {new}
        append(server, program=telemetry, action=Action.ANNOUNCED, by=SYSTEM, door=Door.SYSTEM, elements=known)
    page = login(cleo).get(url).content.decode()
    assert "1 new data element from the next upload on" in page
    assert "Here: <code>lic-ams-01.corp.example</code>" in page
    note_growth(server, program_code="telemetry")
    assert "from the next upload on" not in login(cleo).get(url).content.decode()
