"""Which attributes and flags does a statement carry, and which of its words must never be shown?"""

import hashlib
import re
from dataclasses import dataclass, field

from licenses.formats.problems import is_secret_name

# NAME="value", NAME=value, or any other word. Possessive, so that no input makes it backtrack.
WORD = re.compile(r'([^\s="]++)=(?:"([^"]*+)"|([^\s"]*+))(?!\S)|((?:[^\s"]++|"[^"]*+"?+)++)')

KNOWN_FLAGS = frozenset(
    [
        "BORROW",
        "FLOAT_OK",
        "HOST_BASED",
        "SUPERSEDE",
        "TS_OK",
        "UNCOUNTED",
        "USER_BASED",
        "PRIMARY_IS_MASTER",
        "SUITE_RESERVED",
    ]
)
# The usual names, known to hold no secret; any other name is looked at more closely.
PLAIN_NAMES = frozenset(
    ["VENDOR_STRING", "DUP_GROUP", "ISSUED", "NOTICE", "SN", "START", "OVERDRAFT", "HOSTID", "BORROW", "ISSUER"]
)
MASKED_CHARACTERS = "[0-9A-Fa-fXx%*]"
KEY_GROUP = re.compile(rf"{MASKED_CHARACTERS}{{4,}}+[\"'”’″′]?")
KEY_WORD = re.compile(rf"{MASKED_CHARACTERS}{{12,}}+|{MASKED_CHARACTERS}{{8,}}+(?!\S)")
KEY_IN_QUOTES = re.compile(rf'"\s*+(?:{MASKED_CHARACTERS}{{4,}}+\s*+)++"')
INNER_SIGNATURE = re.compile(r"SIGN[0-9]{0,3}=", re.IGNORECASE)

AUTH_BLOCK = re.compile(r'("[^"]*+"?+)|(?<!\S)AUTH=\{([^}]*+)\}?+', re.IGNORECASE)
BLANKS_AROUND_EQUALS = re.compile(r'("[^"]*+"?+)|(?<!\s)\s*+=\s*+(?=")')
LOST_BLANK_AFTER_QUOTE = re.compile(r'("[^"]*+")(?=[A-Za-z_][\w.]*+=)')
LOST_BLANK_BEFORE_SORT = re.compile(r'("[^"]*+"?+)|(?<=[0-9A-FX])(?=sort=)')

OPENING_TYPOGRAPHIC = re.compile("=[“”„‟″‘’‚′]")
CLOSING_TYPOGRAPHIC = re.compile(r"[“”„‟″‘’′](?!\S)")


@dataclass(slots=True)
class Attributes:
    """What follows the fixed fields. Secrets live only in the fingerprint; `torn` = quotes do not pair up."""

    pairs: list[tuple[str, str]] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    has_key: bool = False
    torn: bool = False

    @property
    def signed(self) -> bool:
        return bool(self.secrets)

    @property
    def fingerprint(self) -> str | None:
        """SHA-256 of all signature values; blanks and case do not matter."""
        if not self.secrets:
            return None
        plain = "\n".join("".join(secret.split()).upper() for secret in self.secrets)
        return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()


def split_fixed(text: str, count: int) -> tuple[list[str], str]:
    """The first `count` words without their quotes, and the rest of the text."""
    words = text.split(None, count)
    if '"' in "".join(words[:count]):
        matches = [match for _, match in zip(range(count), WORD.finditer(text), strict=False)]
        end = matches[-1].end() if len(matches) == count else len(text)
        return [match[0].strip('"') for match in matches], text[end:]
    return words[:count], words[count] if len(words) > count else ""


def read_attributes(rest: str) -> Attributes:
    """Read attributes in order; from the first word with torn quotes on, nothing is believed."""
    rest, auth = without_auth(rest)
    found = _read(rest)
    if found.torn:
        apart = LOST_BLANK_AFTER_QUOTE.sub(r"\1 ", rest)
        found = _read(apart) if apart != rest else found
    found.secrets.extend(auth)
    return found


def spaced(text: str) -> str:
    """Put back the blanks that copying lost or added. Quoted text is never changed."""
    if " =" in text or "= " in text:
        text = BLANKS_AROUND_EQUALS.sub(lambda match: match[1] or "=", text)
    if "sort=" in text and " sort=" not in text:
        text = LOST_BLANK_BEFORE_SORT.sub(lambda match: match[1] or " ", text)
    return text


def without_auth(rest: str) -> tuple[str, list[str]]:
    """Take out AUTH={…} blocks, which hold blanks and quotes of their own."""
    if "{" not in rest:
        return rest, []
    blocks = [match[2] for match in AUTH_BLOCK.finditer(rest) if match[2] is not None]
    return AUTH_BLOCK.sub(lambda match: match[1] or " ", rest), blocks


def _read(rest: str) -> Attributes:
    found = Attributes()
    spilling = ""  # "all" or "groups": bare words that follow are still part of a signature
    for index, (name, quoted, bare, other) in enumerate(WORD.findall(rest)):
        if name in PLAIN_NAMES and "=" not in quoted:
            found.pairs.append((name, quoted or bare))
            spilling = ""
        elif name:
            spilling = _take_pair(found, name, quoted, bare)
        elif _is_torn(other):
            found.torn = True
        else:
            spilling = _take_word(found, other, spilling, is_first=index == 0)
        if found.torn:
            _forget_groups(found)
            break
    return found


def holds_signature(word: str) -> bool:
    """True for a word such as `SIGN="…` where the grammar has no attributes: in it, and behind it, is no plain text."""
    name, separator, _ = word.partition("=")
    return INNER_SIGNATURE.search(word) is not None or (bool(separator) and is_secret_name(name.strip('"')))


def _forget_groups(found: Attributes) -> None:
    """Groups of digits right before a torn quote are the rest of a signature whose start is missing."""
    while found.flags and KEY_GROUP.fullmatch(found.flags[-1]):
        found.flags.pop()


def straightened(text: str) -> str | None:
    """The text with typographic quotes read as straight ones; None when there is nothing to change."""
    pieces = text.split('"')
    if len(pieces) % 2 == 0:
        pieces = [text]
    outside = pieces[0::2]
    if not any(OPENING_TYPOGRAPHIC.search(piece) or CLOSING_TYPOGRAPHIC.search(piece) for piece in outside):
        return None
    pieces[0::2] = [CLOSING_TYPOGRAPHIC.sub('"', OPENING_TYPOGRAPHIC.sub('="', piece)) for piece in outside]
    return '"'.join(pieces)


def _take_pair(found: Attributes, name: str, quoted: str, bare: str) -> str:
    if is_secret_name(name):
        value = quoted or bare
        if name.upper() != "CK" and value:
            found.secrets.append(value)
        return "groups" if quoted or bare.isalnum() else "all"
    if quoted and INNER_SIGNATURE.search(quoted):
        found.torn = True  # a closing quote is missing before the signature
    else:
        found.pairs.append((name, quoted or bare))
    return ""


def _take_word(found: Attributes, word: str, spilling: str, *, is_first: bool) -> str:
    if (spilling == "all" and word.upper() not in KNOWN_FLAGS) or (spilling and KEY_GROUP.fullmatch(word)):
        found.secrets.append(word)
        return spilling
    if is_secret_name(word.rstrip("=")):
        return "all"
    if (is_first and KEY_GROUP.fullmatch(word)) or KEY_WORD.match(word) or KEY_IN_QUOTES.fullmatch(word):
        found.has_key = True
        found.secrets.append(word.strip('"'))
        return "groups"
    if INNER_SIGNATURE.search(word):
        found.torn = True
    else:
        found.flags.append(word.strip('"'))
    return ""


def _is_torn(word: str) -> bool:
    """Quotes that stand neither around the whole word nor around a whole value."""
    quotes = word.count('"')
    return quotes > 0 and not (quotes == 2 and len(word) > 1 and word[0] == word[-1] == '"')
