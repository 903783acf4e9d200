"""What is a line that starts with no keyword of the license grammar?"""

import re
from dataclasses import dataclass

from licenses.formats.problems import MASK, Severity, names_only
from licenses.formats.saying import say
from licenses.formats.statements import StrayLine

PROMPT = re.compile(
    r"(?:PS\s)?[A-Za-z]:\\[^>\n]{0,250}>"  # C:\Licensing>type file.lic
    r"|\[?[\w.-]{1,64}@[\w.-]{1,64}[:\s][^$#%>\n]{0,250}[$#%>](?:\s|$)"  # [ada@lic1 ~]# cat file.lic
    r"|[$%>]\s{0,8}(?:cat|more|less|type|sudo|head)\s"
)
CUT_MARKS = frozenset({"...", "[...]", "…", "[…]", "(...)", ". . ."})
LONGEST_DECIMAL = 200
REST_OF_SIGNATURE = re.compile(r"[0-9A-Fa-fXx]{4}[0-9A-Fa-fXx\s]*+[^0-9A-Za-z]{0,8}")
DECIMAL_GROUP = re.compile(r"[0-9]{5}")
END_OF_DOS_FILE = "\x1a"


@dataclass(frozen=True, slots=True)
class Stray:
    """How to present the line; `kind` is "junk", "harmless" or "decimal"."""

    kind: str
    text: str
    sentence: str
    severity: Severity


def explain(stray: StrayLine) -> Stray:
    """Name what the line probably is. Everything but junk and decimal licenses is harmless."""
    if stray.text in CUT_MARKS:
        sentence = say("Somebody left out lines here. Get the original file, so that nothing is missing.")
        return Stray("harmless", stray.text, sentence, "warning")
    if stray.text.strip(END_OF_DOS_FILE) == "":
        return Stray("harmless", "", say("This is an old end-of-file mark. Nothing to do."), "note")
    if PROMPT.match(stray.text):
        sentence = say("This is a console prompt that was copied along. It was skipped; nothing to do.")
        return Stray("harmless", stray.text, sentence, "note")
    if is_decimal(stray.text):
        sentence = say(
            "This is a short license in decimal form, which is not read. Ask the vendor for the long form.",
        )
        return Stray("decimal", f"{stray.text.partition('-')[0]}-{MASK}", sentence, "note")
    if stray.after_cut or REST_OF_SIGNATURE.fullmatch(stray.text):
        sentence = say(
            "This line may belong to the torn statement above it. Get the original file, then read it again.",
        )
        return Stray("junk", names_only(stray.text), sentence, "warning")
    sentence = say(
        "This line starts with no keyword of a license file and was skipped. Check that it is not torn off.",
    )
    return Stray("junk", stray.text, sentence, "warning")


def is_decimal(text: str) -> bool:
    """True for `vendor-feature-12345-12345-123`: a license as groups of digits."""
    if len(text) > LONGEST_DECIMAL or "-" not in text:
        return False
    words = text.split(None, 1)
    parts = words[0].split("-")
    if not parts[0][:1].isalpha() or len(parts) < 3 or (len(words) > 1 and words[1][0] != "#"):
        return False
    last_is_number = parts[-1].isdigit() and parts[-1].isascii() and len(parts[-1]) <= 5
    return last_is_number and DECIMAL_GROUP.fullmatch(parts[-2]) is not None
