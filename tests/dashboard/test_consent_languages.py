"""Is the text on the page the one that is hashed and kept, in the language of whoever reads it?"""

import hashlib
import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from programs.catalog import program
from programs.ledger import verify
from programs.models import ConsentDecision, ConsentText
from programs.receipts import receipt
from servers.models import LicenseServer
from tests.catalogs import all_of_consent, speaking
from tests.dashboard.conftest import Login
from tests.dashboard.test_sharing import save

GERMAN, ENGLISH = {"accept-language": "de"}, {"accept-language": "en"}
PARAGRAPH = re.compile(r"<p(?: class=\"soft\")?>(.*?)</p>", re.DOTALL)


@pytest.fixture(autouse=True)
def german(tmp_path: Path) -> Iterator[None]:
    with speaking(tmp_path / "locale", de=all_of_consent("«")):
        yield


def reviewed(client: Client, server: LicenseServer, **headers: str) -> tuple[str, str, dict[str, object]]:
    """The language and the text that the review page shows, and the fields of its form."""
    words = {"kind": "program", "value": "ceip:grant"}
    page = client.post(reverse("review", args=[server.guid]), words, headers=headers).content.decode()
    return (
        *_shown(page, 'id="shown"'),
        dict(re.findall(r'<input type="hidden" name="([a-z_0-9]+)" value="([^"]*)">', page)),
    )


def _shown(page: str, mark: str) -> tuple[str, str]:
    block = re.search(
        r'<div class="[a-z ]*stack tight"[^>]*lang="([a-z-]+)">(.*?)</div>', page[page.index(mark) - 40 :], re.DOTALL
    )
    assert block
    return block[1], "\n\n".join(html.unescape(text) for text in PARAGRAPH.findall(block[2]))


def test_what_the_page_shows_is_hashed_kept_and_on_the_receipt(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    language, text, fields = reviewed(client, server, **GERMAN)
    assert (language, text[:8]) == ("de", "«Switch ")
    save(client, server, fields)
    row = ConsentDecision.objects.get()
    assert hashlib.sha256(text.encode()).hexdigest() == fields["text_sha256"] == row.text_sha256
    assert ConsentText.objects.get().text == text
    assert (row.language, receipt(row)["pii_processing"]["privacy_notice"]["text"]) == ("de", text)
    assert verify().is_whole


def test_a_receipt_shows_the_text_in_which_it_was_read(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    _, text, fields = reviewed(client, server, **GERMAN)
    save(client, server, fields)
    where = reverse("decision", args=[server.guid, 1])
    page = client.get(where, headers=ENGLISH).content.decode()
    assert _shown(page, 'id="txt"') == ("de", text)
    assert "German" in page
    assert str(fields["text_sha256"]) in page


def test_two_tabs_in_two_languages_are_judged_by_what_each_showed(
    server: LicenseServer, dora: User, login: Login
) -> None:
    client = login(dora)
    _, _, german = reviewed(client, server, **GERMAN)
    _, english, fields = reviewed(client, server, **ENGLISH)
    page = client.post(reverse("save_decision", args=[server.guid]), fields, headers=GERMAN, follow=True)
    assert page.status_code == 200
    assert ConsentDecision.objects.get().text_sha256 == hashlib.sha256(english.encode()).hexdigest()
    assert ConsentDecision.objects.get().language == "en"
    assert "Somebody decided meanwhile" in save(client, server, german)
    assert ConsentDecision.objects.count() == 1


def test_a_text_that_changed_in_the_meantime_is_refused(
    server: LicenseServer, dora: User, login: Login, tmp_path: Path
) -> None:
    client = login(dora)
    _, _, fields = reviewed(client, server, **GERMAN)
    with speaking(tmp_path / "newer", de=all_of_consent("»")):
        page = save(client, server, fields)
    assert "Nothing was changed. The text was changed after you read it. Read it again, then decide." in page
    assert not ConsentDecision.objects.exists()


def test_a_language_that_lacks_a_part_shows_and_keeps_english(
    server: LicenseServer, dora: User, login: Login, tmp_path: Path
) -> None:
    client, words = login(dora), all_of_consent("«")
    del words["declaration", program("ceip").cadence]
    with speaking(tmp_path / "gap", de=words):
        language, text, fields = reviewed(client, server, **GERMAN)
        save(client, server, fields)
    assert (language, "«" in text) == ("en", False)
    assert ConsentDecision.objects.get().language == "en"
