"""Is every sentence found that a template or a module says, and does what was translated stay so?"""

from pathlib import Path

from babel.messages.catalog import Catalog

from languages.catalogs import new_catalog, read_catalog, sentences, write_catalog
from languages.extracting import Sentence, merged, of_module, of_template

TEMPLATE = """{% load i18n %}<p title="{% translate 'It\\'s here' %}">{% translate "100% sure" as x %}</p>
   {% blocktranslate trimmed with name=server.name count count=n %}
     One server of <strong>{{ name }}</strong>.
   {% plural %}
     {{ count }} servers.
   {% endblocktranslate %}
 {% translate "May" context "month" %}{% blocktranslate context "verb" %}Open{% endblocktranslate %}
 {{ x|default:_("None") }}
"""
MODULE = """
from django.utils.translation import gettext as _, ngettext, pgettext_lazy
# Translators: day first or month first
A = pgettext_lazy("date", "%(day)d %(month)s")
def f(n: int) -> str:
    return _("In two "
             "pieces.") + ngettext("%(n)d day", "%(n)d days", n) % {"n": n} + _(f"not {n}") + "not this"
def g(n: int) -> str:
    return f"{_('In a frame.')} {n}"
"""


def said(found: list[Sentence]) -> list[tuple[str, str, str]]:
    return [(one.context, one.text, one.plural) for one in found]


def test_it_finds_what_templates_say() -> None:
    assert said(list(of_template(TEMPLATE.replace("It\\'s", "It is"), place="a.html"))) == [
        ("", "It is here", ""),
        ("", "100%% sure", ""),
        ("", "One server of <strong>%(name)s</strong>.", "%(count)s servers."),
        ("month", "May", ""),
        ("verb", "Open", ""),
        ("", "None", ""),
    ]


def test_it_finds_what_modules_say_and_tells_translators_the_comment(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(MODULE)
    found = list(of_module(tmp_path / "a.py", place="a.py"))
    assert said(found) == [
        ("date", "%(day)d %(month)s", ""),
        ("", "In two pieces.", ""),
        ("", "%(n)d day", "%(n)d days"),
        ("", "In a frame.", ""),
    ]
    assert found[0].comments == ("day first or month first",)


def sentence(text: str, plural: str = "", context: str = "") -> Sentence:
    return Sentence(text, plural, context, "a.html")


def german() -> Catalog:
    catalog = new_catalog("de")
    catalog.add("Server", "Rechner")
    catalog.add("May", "Mai", context="month")
    catalog.add("Gone", "Fort")
    return catalog


def test_what_was_translated_stays_and_what_is_said_no_more_goes() -> None:
    found = [sentence("Server"), sentence("May", context="month"), sentence("May"), sentence("%(n)d day", "%(n)d days")]
    catalog = merged(german(), found, code="de")
    assert {(m.context, m.id): m.string for m in sentences(catalog)} == {
        (None, "Server"): "Rechner",
        ("month", "May"): "Mai",
        (None, "May"): None,
        (None, ("%(n)d day", "%(n)d days")): ("", ""),
    }


def test_a_sentence_that_got_a_plural_is_translated_anew() -> None:
    catalog = merged(german(), [sentence("Server", "Servers")], code="de")
    assert [message.string for message in sentences(catalog)] == [("", "")]


def test_a_catalog_is_the_same_file_whenever_it_is_written(tmp_path: Path) -> None:
    write_catalog(tmp_path / "one.po", german())
    write_catalog(tmp_path / "two.po", read_catalog(tmp_path / "one.po", "de"))
    assert (tmp_path / "one.po").read_bytes() == (tmp_path / "two.po").read_bytes()
