"""Does every template say what it says by translation, and no more than names without?"""

import gettext
import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings

from languages.catalogs import is_translated, new_catalog, read_catalog, sentences
from languages.checking import check, faults
from languages.compiling import compile_catalogs
from languages.extracting import Sentence
from languages.handing_over import words_of
from languages.known import LOCALE, TRANSLATED, catalog_path, folder_name
from languages.same_words import same_words
from tests.house.source_tree import ROOT
from tests.house.templates_read import untranslated

# Names and signs that are the same everywhere.
NAMES = {"Licensing Manager", "Licensing Manager · Licensing Manager", "Call Home", "Licensing Telemetry"}
NAMES |= {"SHA-256", "sha256", "CSV", "JSON", ", HTTP", 'class="door"'}
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "style_guide" not in str(path)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_says_anything_in_english_alone(template: Path) -> None:
    assert set(untranslated(template.read_text(encoding="utf-8"))) - NAMES == set()


@pytest.mark.parametrize("template", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.stem)
def test_no_place_in_a_drawing_has_the_comma_of_a_language(template: Path) -> None:
    """A browser reads 50.0%, in every language; 50,0% is no length."""
    text = template.read_text(encoding="utf-8")
    wrong = [
        found[0]
        for found in re.finditer(r'="\{\{([^}]*)\}\}%"', text)
        if "unlocalize" not in found[1]
        and text.count("{% localize off %}", 0, found.start()) == text.count("{% endlocalize %}", 0, found.start())
    ]
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_what_is_translated_can_stand_where_the_sentence_stands(code: str) -> None:
    """The same is filled in, in every plural form; markup and patterns of dates are whole; nobody was unsure."""
    catalog = read_catalog(catalog_path(code), code)
    done = [message for message in sentences(catalog) if is_translated(message)]
    catalog_of_done = new_catalog(code)
    for message in done:
        catalog_of_done[message.id] = message
    found = [Sentence(*words_of(message), message.context or "", "") for message in done]
    assert faults(catalog_of_done, found, same=same_words(code)) == []
    assert not [message.id for message in catalog if message.fuzzy]
    assert not catalog.obsolete


@pytest.mark.parametrize("code", TRANSLATED)
def test_gettext_reads_every_catalog_that_we_compile(code: str, tmp_path: Path) -> None:
    shutil.copytree(LOCALE, tmp_path / "locale", ignore=shutil.ignore_patterns("*.mo"))
    compile_catalogs(tmp_path / "locale")
    with catalog_path(code, locale=tmp_path / "locale").with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.info()["language"] == folder_name(code)
    for message in sentences(read_catalog(catalog_path(code), code)):
        text, plural = words_of(message)
        if is_translated(message) and not plural and not message.context:
            assert compiled.gettext(text) == message.string


def test_every_language_of_the_settings_has_a_catalog() -> None:
    assert [code for code, _ in settings.LANGUAGES] == ["en", *TRANSLATED]
    assert [code for code in TRANSLATED if not catalog_path(code).is_file()] == []
    assert {path.name for path in LOCALE.iterdir()} == {folder_name(code) for code in TRANSLATED}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Nothing yet.</p>", ["Nothing yet."]),
        ("<p{% if x %} class=y{% endif %}>{{ count }} rows</p>", ["rows"]),
        ('<p aria-label="A table">1</p>', ["A table"]),
        ('<input placeholder="For example 3">', ["For example 3"]),
        ('<input type="submit" value="Send">', ["Send"]),
        ('{% include "a.html" with label="Name" %}', ["Name"]),
        ('{{ size|default:"not known" }}', ["not known"]),
        ('{% state "canceled" "Revoked" %}', ["Revoked"]),
        ("{% translate 'One' %} and {% translate 'two' %}", ["and"]),
        (
            '<p title="{% translate "One" %}">{% blocktranslate %}Two{% plural %}3 x{% endblocktranslate %}</p>',
            [],
        ),
        ('{% include "a.html" with label=_("Name") %}{{ size|default:_("not known") }}', []),
        ('<code>manage.py serve</code>{% if x == "Not this" %}{# Nor this #}{% endif %}', []),
    ],
)
def test_the_search_finds_what_is_said_and_nothing_else(source: str, found: list[str]) -> None:
    assert untranslated(source) == found


def test_every_catalog_is_whole() -> None:
    """Every sentence that is marked is in each catalog, translated and not in doubt, and nothing else is."""
    assert check() == []
