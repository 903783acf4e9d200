"""Does every template say what it says by translation, and no more than names without?"""

from pathlib import Path

import pytest

from tests.house.source_tree import ROOT
from tests.house.templates_read import untranslated

# Names and signs that are the same everywhere.
NAMES = {"Licensing Manager", "Licensing Manager · Licensing Manager", "Call Home", "Licensing Telemetry"}
NAMES |= {"SHA-256", "sha256", "CSV", "JSON", ", HTTP", 'class="door"'}
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if "style_guide" not in str(path)]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_no_template_says_anything_in_english_alone(template: Path) -> None:
    assert set(untranslated(template.read_text(encoding="utf-8"))) - NAMES == set()


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
