"""What does lmstat report about a license server? Bytes in, a frozen LmstatReport out, never an exception."""

import re

from licenses.formats.lmstat_reader import Reader
from licenses.formats.lmstat_records import (
    DaemonStatus,
    FeatureUse,
    InstalledRow,
    InstalledTable,
    LineSpan,
    LmstatReport,
    PoolUse,
    ServerBlock,
    ServerStatus,
)
from licenses.formats.lmstat_row_records import Checkout, Queued, Reservation
from licenses.formats.text import DecodedText, decode

__all__ = [
    "Checkout",
    "DaemonStatus",
    "FeatureUse",
    "InstalledRow",
    "InstalledTable",
    "LineSpan",
    "LmstatReport",
    "PoolUse",
    "Queued",
    "Reservation",
    "ServerBlock",
    "ServerStatus",
    "looks_like_lmstat",
    "parse",
    "parse_decoded",
]

# The first sign stands within the first lines of any real output.
SEARCHED = 65_536
SIGN = re.compile(
    r"(?m)^[^\S\n]*+(?:"
    r"Flexible License Manager status on |License server status: |Vendor daemon status \(on "
    r"|lm(?:util|stat) - Copyright"
    r"|Users of [^:\n]{1,255}:\s{0,8}(?:\((?:Total of )?[0-9]{1,18} |\(Uncounted|\(Error: |Cannot get users)"
    r"|Error getting status: |NOTE: lmstat -i "
    r"|Feature\s{1,80}Version\s{1,80}\#licenses\s"
    r")"
)


def parse(raw: bytes, *, japanese: bool = False) -> LmstatReport:
    """Read the output of `lmstat -a`, `-A`, `-f`, `-S`, `-vd` or `-i`; `japanese` allows cp932."""
    return parse_decoded(decode(raw, japanese=japanese), size=len(raw))


def parse_decoded(decoded: DecodedText, *, size: int, fast: bool = True) -> LmstatReport:
    """Read decoded text. `fast` reads runs of plain rows at once; without it the result is the same."""
    reader = Reader(fast=fast)
    reader.read(decoded.text.replace("\ufeff", "").replace("\0", "\ufffd"))
    header_text, header_at, header_is_bare = reader.headers[0] if reader.headers else (None, None, False)
    return LmstatReport(
        encoding=decoded.encoding,
        eol=decoded.eol,
        size=size,
        header_text=header_text,
        header_at=header_at,
        header_is_bare=header_is_bare,
        blocks=tuple(reader.blocks),
        installed=reader.table.closed() if reader.table else None,
        spans=reader.account.listed(),
        problems=reader.problems.listed(),
    )


def looks_like_lmstat(content: bytes | str) -> bool:
    """Recognize lmstat output by its content; cheap, reads only the beginning."""
    text = content[:SEARCHED] if isinstance(content, str) else decode(content[:SEARCHED]).text
    return SIGN.search(text.lstrip("\ufeff")) is not None
