"""Which statements are written just as Citrix writes them, and can be read in one stroke?

A regular expression takes a whole statement, every field of it, and refuses what it does not cover to the last
character: that goes the general way, through `statements` and `lines`. Both ways give the same records.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from licenses.formats.dates import read_date, read_short_date
from licenses.formats.records import Feature, Pairs, ServerLine, VendorLine
from licenses.formats.statements import PhysicalLines, physical_lines

# Printable ASCII without the signs that mean something to the grammar: quotes, "#", the backslash, and "=" in words.
WORD = r"([!$-<>-\[\]-~]++)"
VALUE = r"([!$-\[\]-~]*+)"
BARE = r"([!$-<>-\[\]-~]*+)"
DATE = r"(permanent|[0-9]{1,2}-[A-Za-z]{3}-[0-9]{1,4})"
# No tab, no "=", which may be a swallowed attribute, and no typographic quotes, which may be meant as straight ones.
QUOTED = r'"([^"\\\n\t#=\u2018-\u2033]*+)"'
GROUPS = r'"([0-9A-Fa-fXx](?:[0-9A-Fa-fXx ]++|\\\n[ \t]*+)*+)"'
GAP = r" (?:\\\n[ \t]*+)?+"
FIXED = rf"INCREMENT {WORD} {WORD} {WORD} {DATE} ([1-9][0-9]{{0,8}})"
END = r"(?=\n|\Z)"

IN_ORDER = re.compile(
    rf"{FIXED}{GAP}VENDOR_STRING={VALUE}(?:{GAP}OVERDRAFT={BARE})?+{GAP}DUP_GROUP={BARE}{GAP}ISSUED={DATE}"
    rf"{GAP}NOTICE={QUOTED}{GAP}SN={BARE}{GAP}START={DATE}{GAP}SIGN={GROUPS}(?:{GAP}SIGN2={GROUPS})?+{END}"
)
_ONE = rf"(?:(?:VENDOR_STRING|OVERDRAFT|DUP_GROUP|SN|ISSUED|START|HOSTID)={VALUE}|NOTICE={QUOTED}|SIGN2?+={GROUPS})"
_UNNAMED = re.sub(r"(?<!\\)\((?!\?)", "(?:", _ONE)
ANY_ORDER = re.compile(rf"{FIXED}((?:{GAP}{_UNNAMED})++){END}")
# Read where the line breaks are taken out already; plain negations are what the engine is fastest at.
ATTRIBUTE = re.compile(r' ++([^=]++)=(?:"([^"]*+)"|([^ ]*+))')

# The lines above the licenses, as Citrix writes them. Names only, so that nothing in them can be a signature.
OPENING = re.compile(
    r"((?:#[^\n\\]*+\n)*+)"
    r"SERVER ([A-Za-z0-9_.-]++) (ANY|HOSTNAME=[A-Za-z0-9_.-]++|[0-9A-Fa-f]{12})(?: ([0-9]{1,9}))?+\n"
    r"VENDOR ([A-Za-z0-9_]++)\nUSE_SERVER\n"
)
HIGHEST_PORT = 65_535

# Signatures are compared without case and layout; the vertical tab, which none can hold, stands between two.
UPPER = bytes(range(256)).upper().replace(b"\v", b"\n")
LAYOUT = b" \t\n\\"
SIGNATURES, DATES = frozenset(["SIGN", "SIGN2"]), frozenset(["ISSUED", "START"])
LINES_LOOKED_AT = 12


@dataclass(frozen=True, slots=True)
class Rest:
    """Text that goes the general way, and the number of its first line."""

    text: str
    line: int
    is_whole: bool = False

    def lines(self) -> PhysicalLines:
        """Only a whole file can be a double-spaced capture."""
        return (
            physical_lines(self.text) if self.is_whole else PhysicalLines(self.text.split("\n"), offset=1 - self.line)
        )


@dataclass(frozen=True, slots=True)
class Opening:
    """The SERVER, VENDOR and USE_SERVER lines of a file, which stand right below each other."""

    server: ServerLine
    vendor: VendorLine
    end: int

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """First and last line of each of the three."""
        line = self.server.line
        return (line, line), (line + 1, line + 1), (line + 2, line + 2)


# Not `Feature._make`, which counts the values once more: half a million times for 200 MB.
_new = partial(tuple.__new__, Feature)
Part = list[Feature] | Opening | Rest
Build = Callable[[re.Match[str], int, int], Feature | None]


def split_canonical(text: str) -> Iterator[Part]:
    """The whole text as runs of canonical statements and the rest between them, in order."""
    if _may_be_double_spaced(text):
        yield Rest(text, 1, is_whole=True)
        return
    rest = Rest(text, 1)
    opening = _opening(text)
    if opening:
        yield opening
        rest = Rest(text[opening.end :], opening.vendor.line + 2)
    for part in _runs(rest, IN_ORDER, _in_order):
        if isinstance(part, Rest) and "INCREMENT" in part.text:
            yield from _runs(part, ANY_ORDER, _in_any_order)
        else:
            yield part


def _opening(text: str) -> Opening | None:
    match = OPENING.match(text)
    if match is None:
        return None
    comments, host, hostid, digits, name = match.groups()
    port = int(digits) if digits else None
    if port is not None and not 0 < port <= HIGHEST_PORT:
        return None
    line = comments.count("\n") + 1
    raw = (host, hostid) if digits is None else (host, hostid, digits)
    server = ServerLine(line=line, end_line=line, host=host, hostid=hostid, port=port, options=(), raw_fields=raw)
    vendor = VendorLine(
        line=line + 1, end_line=line + 1, keyword="VENDOR", name=name, path=None, options_path=None, port=None
    )
    return Opening(server, vendor, match.end())


def _runs(rest: Rest, pattern: re.Pattern[str], build: Build) -> Iterator[Part]:
    text, at, line = rest.text, 0, rest.line
    run: list[Feature] = []
    for match in pattern.finditer(text):
        start, end = match.span()
        if start != at:
            if not _starts_afresh(text, start):
                continue
            if run:
                yield run
                run = []
            yield Rest(text[at:start], line)
            line += text.count("\n", at, start)
            at = start
        end_line = line + text.count("\n", start, end)
        feature = build(match, line, end_line)
        if feature is not None:
            run.append(feature)
            at, line = end + 1, end_line + 1
    if run:
        yield run
    if at < len(text):
        yield Rest(text[at:], line)


def _starts_afresh(text: str, start: int) -> bool:
    """True at the start of a line that no statement above can reach into.

    A line with a backslash may go on in the next one, and a comment line does not end a statement.
    """
    if start and text[start - 1] != "\n":
        return False
    while start:
        before = text.rfind("\n", 0, start - 1) + 1
        line = text[before:start].lstrip()
        if not line.startswith("#"):
            return "\\" not in line
        start = before
    return True


def _may_be_double_spaced(text: str) -> bool:
    """False as soon as both an odd and an even one of the first lines are written on."""
    first = text.split("\n", 3)
    if len(first) > 2 and first[1].strip() and first[2].strip():
        return False  # almost every file; the rest of the question costs more than it looks
    lines = [bool(line.strip()) for line in text.split("\n", LINES_LOOKED_AT)[:LINES_LOOKED_AT]]
    return not (any(lines[1::2]) and any(lines[2::2]))


def _in_order(match: re.Match[str], line: int, end_line: int) -> Feature | None:
    (name, vendor, version, expiry, count, terms, overdraft, group, issued, notice, serial, start, sign, sign2) = (
        match.groups()
    )
    on = read_short_date(expiry)
    if not (on.known and read_short_date(issued).known and read_short_date(start).known) or "sort=" in terms:
        return None
    first = ("VENDOR_STRING", terms)
    rest = (("DUP_GROUP", group), ("ISSUED", issued), ("NOTICE", notice), ("SN", serial), ("START", start))
    pairs: Pairs = (first, *rest) if overdraft is None else (first, ("OVERDRAFT", overdraft), *rest)
    fingerprint = _fingerprint(sign if sign2 is None else f"{sign}\v{sign2}")
    granted = (name, vendor, version, expiry, on.on, True, int(count), True, False)
    return _new((line, end_line, "INCREMENT", pairs, (), True, fingerprint, *granted))


def _in_any_order(match: re.Match[str], line: int, end_line: int) -> Feature | None:
    name, vendor, version, expiry, count, text = match.groups()
    on = read_short_date(expiry)
    if not on.known or "sort=" in text:
        return None
    pairs, secrets = [], []
    for key, quoted, bare in ATTRIBUTE.findall(text.replace("\\\n", "").replace("\t", "")):
        if key in SIGNATURES:
            secrets.append(quoted)
            continue
        if key in DATES and not read_date(bare).known:
            return None
        pairs.append((key, quoted or bare))
    fingerprint = _fingerprint("\v".join(secrets)) if secrets else None
    known = (name, vendor, version, expiry, on.on, True, int(count), True, False)
    return _new((line, end_line, "INCREMENT", tuple(pairs), (), bool(secrets), fingerprint, *known))


def _fingerprint(signatures: str) -> str:
    return sha256(signatures.encode("ascii").translate(UPPER, LAYOUT)).hexdigest()
