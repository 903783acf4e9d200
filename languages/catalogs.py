"""How is a catalog read and written? Always in the same order and without a date, so that a diff shows the words."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from languages.known import folder_name

# A real date would change every file at every extraction; gettext only wants to see one.
DATE = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = "# What is said on the pages, sentence by sentence. docs/languages.md tells how it is translated."


def new_catalog(code: str) -> Catalog:
    """An empty catalog of one language with its plural forms."""
    return Catalog(
        locale=folder_name(code),
        domain="django",
        header_comment=HEADER,
        project="Licensing Manager",
        version="0",
        msgid_bugs_address="-",
        creation_date=DATE,
        revision_date=DATE,
        last_translator="-",
        language_team="-",
        charset="utf-8",
        fuzzy=False,
    )


def read_catalog(path: Path, code: str) -> Catalog:
    """A catalog from its file; an empty one where there is none yet."""
    if not path.exists():
        return new_catalog(code)
    with path.open("rb") as file:
        catalog = read_po(file, locale=folder_name(code), domain="django", abort_invalid=True)
    catalog.creation_date = catalog.revision_date = DATE
    return catalog


def write_catalog(path: Path, catalog: Catalog) -> None:
    """The file of a catalog, sorted, with the places of each sentence but not their lines."""
    written = BytesIO()
    write_po(written, catalog, width=110, sort_output=True, ignore_obsolete=True, include_lineno=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written.getvalue())


def sentences(catalog: Catalog) -> list[Message]:
    """Everything but the header."""
    return [message for message in catalog if message.id]


def is_translated(message: Message) -> bool:
    """In all of its plural forms, and by a person who was sure."""
    forms = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(forms) and not message.fuzzy
