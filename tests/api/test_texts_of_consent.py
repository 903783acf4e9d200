"""Does a program get the text of a decision in the language that it asks for, and is that one kept?"""

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import User
from programs.models import ConsentDecision
from servers.models import LicenseServer
from tests.api.calling import calling, decides, get, is_problem, post
from tests.catalogs import all_of_consent, speaking


@pytest.fixture
def as_dora(dora: User) -> Client:
    """The privacy officer's client."""
    return calling(dora)


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        (("&language=de", "en"), "de"),
        (("", "de"), "de"),
        (("&language=en", "de"), "en"),
        (("&language=ja", "de"), "en"),
        (("", "fr"), "en"),
    ],
)
def test_the_text_is_in_the_language_that_was_asked_for_where_that_is_whole(
    server: LicenseServer, as_dora: Client, tmp_path: Path, asked: tuple[str, str], language: str
) -> None:
    query, accepts = asked
    with speaking(tmp_path / "locale", de=all_of_consent("«"), fr={"Used for: %(uses)s": "Pour : %(uses)s"}):
        where = f"/servers/{server.guid}/programs/ceip/text?action=grant{query}"
        shown = get(as_dora, where, **{"accept-language": accepts}).json()
        assert (shown["language"], "«" in shown["text"]) == (language, language == "de")
        decides(as_dora, server.guid, "ceip", participation="on", text=shown["text_sha256"])
    row = ConsentDecision.objects.get()
    assert (row.language, row.text_sha256) == (language, shown["text_sha256"])


def test_the_three_way_choice_is_read_in_a_language_too(as_dora: Client, server: LicenseServer, tmp_path: Path) -> None:
    where = f"/servers/{server.guid}/sharing"
    with speaking(tmp_path / "locale", de=all_of_consent("«")):
        shown = get(as_dora, f"{where}?language=de").json()
        done = post(as_dora, where, {"choice": "ceip", "text_sha256": shown["text_sha256"]})
    assert (shown["language"], done.status_code) == ("de", 200)
    assert {row.language for row in ConsentDecision.objects.all()} == {"de"}
    assert is_problem(get(as_dora, f"{where}?language=xx"), 400)
    assert is_problem(post(as_dora, f"{where}?language=de", {"choice": "none", "text_sha256": "0" * 64}), 400)
