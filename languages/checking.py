"""Is every catalog whole? Everything that is said is translated, and nothing that is not said any more."""

from pathlib import Path

from babel.messages.catalog import Catalog, Message

from languages.catalogs import is_translated, read_catalog, sentences
from languages.extracting import Sentence, found_sentences
from languages.handing_over import is_english, words_of
from languages.known import LOCALE, TRANSLATED, catalog_path
from languages.placeholders import complaint
from languages.same_words import same_words


def check(locale: Path = LOCALE) -> list[str]:
    """A sentence for everything that is wrong in any catalog."""
    found = found_sentences()
    wrong: list[str] = []
    for code in TRANSLATED:
        catalog = read_catalog(catalog_path(code, locale=locale), code)
        wrong += [f"{code}: {line}" for line in faults(catalog, found, same=same_words(code))]
    return wrong


def faults(catalog: Catalog, found: list[Sentence], *, same: frozenset[str]) -> list[str]:
    """What is wrong in one catalog: missing, unsure, said no more, damaged, or left in English."""
    wanted = {(one.context, one.text): one for one in found}
    there = {(message.context or "", words_of(message)[0]): message for message in sentences(catalog)}
    wrong = [f"not in the catalog: {text!r}" for _, text in wanted.keys() - there.keys()]
    wrong += [f"said no more: {text!r}" for _, text in there.keys() - wanted.keys()]
    wrong += [f"said no more: {message.id!r}" for message in catalog.obsolete.values()]
    for message in there.values():
        reason = _fault(message, forms=catalog.num_plurals, same=same)
        if reason:
            wrong.append(f"{words_of(message)[0]!r}: {reason}")
    return sorted(wrong)


def _fault(message: Message, *, forms: int, same: frozenset[str]) -> str:
    text, plural = words_of(message)
    if message.fuzzy:
        return "marked as unsure (fuzzy)"
    if not is_translated(message):
        return "not translated"
    given = [str(form) for form in message.string or ()] if plural else [str(message.string)]
    if plural and len(given) != forms:
        return f"{len(given)} plural forms instead of {forms}"
    if is_english(text, plural, given) and text not in same:
        return "the same as in English; if that is right, add it to languages/same_words.txt"
    return complaint(text, plural, given, context=message.context or "")
