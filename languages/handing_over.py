"""How does a person translate? A list in JSON with what is missing goes out, and one with translations comes back."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message

from languages.catalogs import is_translated, read_catalog, sentences, write_catalog
from languages.known import LOCALE, catalog_path
from languages.placeholders import complaint, says_something
from languages.same_words import add_same, same_words


def words_of(message: Message) -> tuple[str, str]:
    """The sentence and its plural, empty where it has none."""
    return (message.id[0], message.id[1]) if isinstance(message.id, tuple | list) else (message.id, "")


def key_of(message: Message) -> str:
    """Twelve digits that stay the same whatever else is said."""
    text, plural = words_of(message)
    said = "\x04".join((message.context or "", text, plural))
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def missing(code: str, *, everything: bool = False, locale: Path = LOCALE) -> list[dict[str, Any]]:
    """What a language lacks, in the order of its places; or everything, with what stands there now."""
    catalog = read_catalog(catalog_path(code, locale=locale), code)
    wanted = [message for message in sentences(catalog) if everything or not is_translated(message)]
    wanted.sort(key=lambda message: message.locations[0][0] if message.locations else "")
    return [
        {"n": number, **_entry(message, forms=catalog.num_plurals, with_translation=everything)}
        for number, message in enumerate(wanted, start=1)
    ]


def take(code: str, given: list[dict[str, Any]], *, locale: Path = LOCALE) -> tuple[int, list[str]]:
    """Write translations into the catalog: how many were taken, and a sentence for each that was refused.

    Each is `{"key": …, "text": …}`, or `{"key": …, "forms": […]}` for a sentence with plural forms. What is the same
    as in English says `"same": true` as well, so that nothing is left in English by accident.
    """
    path = catalog_path(code, locale=locale)
    catalog = read_catalog(path, code)
    known = {key_of(message): message for message in sentences(catalog)}
    taken, refused, same = 0, [], set(same_words(code))
    for one in given:
        reason = _take_one(catalog, known.get(str(one.get("key"))), one, same)
        taken += not reason
        if reason:
            refused.append(f"{json.dumps(one, ensure_ascii=False)[:200]}: {reason}")
    write_catalog(path, catalog)
    add_same(code, same)
    return taken, refused


def _take_one(catalog: Catalog, message: Message | None, one: dict[str, Any], same: set[str]) -> str:
    if message is None:
        return "no sentence has this key (any more)"
    text, plural = words_of(message)
    forms: Sequence[Any] = one.get("forms") or [one.get("text")]
    if not all(isinstance(form, str) and form.strip() for form in forms):
        return "a translation is empty"
    wanted = catalog.num_plurals if plural else 1
    if len(forms) != wanted:
        return f"{len(forms)} forms were given, {wanted} are needed"
    if is_english(text, plural, forms) and text not in same and one.get("same") is not True:
        return 'it is the same as in English; if that is right, say "same": true'
    wrong = complaint(text, plural, forms, context=message.context or "")
    if not wrong:
        if is_english(text, plural, forms):
            same.add(text)
        message.string = tuple(forms) if plural else forms[0]
        message.flags.discard("fuzzy")
    return wrong


def is_english(text: str, plural: str, forms: Sequence[str]) -> bool:
    """Is any form what stood there in English, though it has words?"""
    return any(form in {text, plural} and says_something(form) for form in forms)


def _entry(message: Message, *, forms: int, with_translation: bool) -> dict[str, Any]:
    text, plural = words_of(message)
    entry: dict[str, Any] = {"key": key_of(message), "text": text}
    if plural:
        entry |= {"plural": plural, "forms": forms}
    if message.context:
        entry["context"] = message.context
    if message.auto_comments:
        entry["comment"] = " ".join(message.auto_comments)
    entry["places"] = sorted({place for place, _ in message.locations})
    if with_translation:
        entry["translation"] = message.string
    return entry
