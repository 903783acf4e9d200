"""What kind of file is this? Asked of the content, never of the name."""

from enum import StrEnum

from licenses.formats.license_file import LicenseFile, parse


class Kind(StrEnum):
    """The kinds that are read, and `unknown` for the rest."""

    LICENSE_FILE = "license_file"
    UNKNOWN = "unknown"


# What people send by mistake: told by its first bytes, never opened.
SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "This is a zip archive. Unpack it and import the license files inside."),
    (b"\x1f\x8b", "This is a gzip archive. Unpack it and import the license file inside."),
    (b"%PDF", "This is a PDF document. Import the license file itself, which ends in .lic."),
    (b"MZ", "This is a Windows program. Import the license file itself, which ends in .lic."),
    (b"<", "This is an XML or HTML file, not a license file. Was a web page saved instead of the download?"),
)
EMPTY = "The file is empty. Export or download it again."
NOT_KNOWN = "No license lines were found. A license file holds lines that begin with SERVER, VENDOR or INCREMENT."
BINARY = "This is binary data, not text. A license file is a text file; download it again."


def recognise(content: bytes) -> tuple[Kind, str]:
    """The kind, and for an unknown one the sentence that says what it is and what to do."""
    if not content.strip():
        return Kind.UNKNOWN, EMPTY
    head = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    for signature, sentence in SIGNATURES:
        if head.startswith(signature):
            return Kind.UNKNOWN, sentence
    if looks_like_license_file(content):
        return Kind.LICENSE_FILE, ""
    return Kind.UNKNOWN, BINARY if b"\x00" in content[:4096] and content[:2] not in UTF_16_MARKS else NOT_KNOWN


UTF_16_MARKS = frozenset({b"\xff\xfe", b"\xfe\xff"})


def looks_like_license_file(content: bytes) -> bool:
    """Is at least one statement of the grammar in it?"""
    parsed: LicenseFile = parse(content)
    return parsed.is_license_file
