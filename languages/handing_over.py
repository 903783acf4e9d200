"""How does a person translate? A list in JSON with what is missing goes out, and one with translations comes back."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message

from languages.catalogs import is_translated, read_catalog, sentences, write_catalog
from languages.known import LOCALE, catalog_path
from languages.placeholders import complaint


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

    Each is `{"key": …, "text": …}`, or `{"key": …, "forms": […]}` for a sentence with plural forms.
    """
    path = catalog_path(code, locale=locale)
    catalog = read_catalog(path, code)
    known = {key_of(message): message for message in sentences(catalog)}
    taken, refused = 0, []
    for one in given:
        reason = _take_one(catalog, known.get(str(one.get("key"))), one)
        taken += not reason
        if reason:
            refused.append(f"{json.dumps(one, ensure_ascii=False)[:200]}: {reason}")
    write_catalog(path, catalog)
    return taken, refused


def _take_one(catalog: Catalog, message: Message | None, one: dict[str, Any]) -> str:
    if message is None:
        return "no sentence has this key (any more)"
    text, plural = words_of(message)
    forms: Sequence[Any] = one.get("forms") or [one.get("text")]
    if not all(isinstance(form, str) and form.strip() for form in forms):
        return "a translation is empty"
    wanted = catalog.num_plurals if plural else 1
    if len(forms) != wanted:
        return f"{len(forms)} forms were given, {wanted} are needed"
    wrong = complaint(text, plural, forms)
    if not wrong:
        message.string = tuple(forms) if plural else forms[0]
        message.flags.discard("fuzzy")
    return wrong


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
