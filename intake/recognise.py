"""What kind of file is this? Asked of the content, never of the name."""

from collections.abc import Callable
from enum import StrEnum

from django.utils.translation import gettext_noop

from licenses.formats.inventory_export import looks_like_inventory
from licenses.formats.license_file import parse
from licenses.formats.lmstat import looks_like_lmstat
from licenses.formats.options_file import looks_like_options_file
from licenses.formats.payload_report import looks_like_bundle, looks_like_payload_report
from licenses.formats.text import decode
from licenses.formats.udadmin import looks_like_udadmin
from uploads.uploader_log import looks_like_uploader_log


class Kind(StrEnum):
    """The kinds that are read, and `unknown` for the rest."""

    LICENSE_FILE = "license_file"
    LMSTAT = "lmstat"
    UDADMIN = "udadmin"
    OPTIONS_FILE = "options_file"
    INVENTORY = "inventory"
    RESULT_FILE = "result_file"
    UPLOADER_LOG = "uploader_log"
    PAYLOAD_REPORT = "payload_report"
    BUNDLE = "bundle"
    UNKNOWN = "unknown"


# What is not known may name anybody.
NAMES_PEOPLE = frozenset(
    {Kind.LMSTAT, Kind.UDADMIN, Kind.OPTIONS_FILE, Kind.INVENTORY, Kind.PAYLOAD_REPORT, Kind.BUNDLE, Kind.UNKNOWN}
)
HEAD = 128 * 1024  # enough of a file to tell its kind
UTF_16_MARKS = frozenset({b"\xff\xfe", b"\xfe\xff"})

# What people send by mistake: told by its first bytes, never opened.
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x1f\x8b", gettext_noop("This is a gzip archive. Unpack it and import the file inside.")),
    (b"%PDF", gettext_noop("This is a PDF document. Import the file itself, not a printed copy.")),
    (b"MZ", gettext_noop("This is a Windows program. Import a license file, a report or a log.")),
)
EMPTY = gettext_noop("The file is empty. Export or download it again.")
BINARY = gettext_noop("This is binary data, not text. Import a license file, a report or a log; download it again.")
MARKUP = gettext_noop(
    "This XML or HTML is none that a license server writes. Was a web page saved instead of the download?"
)
NOT_KNOWN = gettext_noop(
    "No license lines were found, nor anything else that is read here: license files, lmstat and udadmin output, "
    "options files, inventory exports, result files, uploader logs and bundles."
)


def recognise(content: bytes) -> tuple[Kind, str]:
    """The kind, and for an unknown one the sentence that says what it is and what to do."""
    if not content.strip():
        return Kind.UNKNOWN, EMPTY
    for signature, sentence in SIGNATURES:
        if content.startswith(signature):
            return Kind.UNKNOWN, sentence
    if looks_like_bundle(content):
        return Kind.BUNDLE, ""
    if _is_markup(content):
        return _recognise_markup(content)
    kind = next((kind for kind, looks in TEXTS if looks(content)), Kind.UNKNOWN)
    return kind, "" if kind is not Kind.UNKNOWN else _what_it_is_not(content)


def _recognise_markup(content: bytes) -> tuple[Kind, str]:
    if b"CtxUploaderResult" in content[:HEAD].replace(b"\0", b""):  # UTF-16 has a NUL in every letter
        return (Kind.UPLOADER_LOG if looks_like_uploader_log(content) else Kind.RESULT_FILE), ""
    if looks_like_uploader_log(content):
        return Kind.UPLOADER_LOG, ""
    if looks_like_payload_report(content):
        return Kind.PAYLOAD_REPORT, ""
    return Kind.UNKNOWN, MARKUP


def _is_markup(content: bytes) -> bool:
    """Does it begin as XML? Checkmk's sections begin with three brackets and are none."""
    head = content[:256].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    return head.startswith(b"<") and not head.startswith(b"<<<")


def _what_it_is_not(content: bytes) -> str:
    return BINARY if b"\x00" in content[:4096] and content[:2] not in UTF_16_MARKS else NOT_KNOWN


def _text(looks: Callable[[str], object]) -> Callable[[bytes], bool]:
    return lambda content: bool(looks(decode(content[:HEAD]).text))


# In this order: what has unmistakable lines first, the wide grammar of license files late, options files last.
TEXTS: tuple[tuple[Kind, Callable[[bytes], bool]], ...] = (
    (Kind.UPLOADER_LOG, looks_like_uploader_log),
    (Kind.LMSTAT, looks_like_lmstat),
    (Kind.UDADMIN, _text(looks_like_udadmin)),
    (Kind.INVENTORY, _text(looks_like_inventory)),
    (Kind.LICENSE_FILE, lambda content: parse(content).is_license_file),
    (Kind.OPTIONS_FILE, _text(looks_like_options_file)),
)
