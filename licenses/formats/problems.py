"""What could not be understood, on which line, and what should a person do about it?"""

import re
from dataclasses import dataclass, field
from typing import Literal

from licenses.formats.saying import say

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")

SHOWN_LENGTH = 200
MASK = "…"

# A list of a million complaints helps nobody; what goes beyond is folded into one last entry.
MOST_PROBLEMS = 1000

SIGNATURE_NAME = re.compile(r"(?:V[0-9][0-9.]{0,6}_)?SIGN[0-9]{0,3}", re.IGNORECASE)
SECRET_VALUE = re.compile(r"(?i)(?<![A-Za-z])((?:V[0-9.]{1,6}_)?SIGN[0-9]{0,3}|AUTH|CK)\s{0,3}=.*", re.DOTALL)
HEX_GROUPS = re.compile(r"(?<![\w=.-])[0-9A-Fa-fXx]{4}(?:\s[0-9A-Fa-fXx]{4})+(?![\w=.-])")
HEX_WORD = re.compile(r"(?<![\w=:.-])[0-9A-Fa-fXx]{12,}(?![\w.-])|[0-9A-Fa-fXx]{12,}(?=sort=|ck=)")
FEATURESET_KEY = re.compile(r"(?i)^(FEATURESET\s++\S++)\s.*", re.DOTALL)
ATTRIBUTE_NAME = re.compile(r"(?<![^\s\"])([A-Za-z_][\w.]{0,40})=")


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `text` is the masked line, `end_line` the last physical line concerned."""

    line: int
    text: str
    sentence: str
    severity: Severity = "warning"
    end_line: int = 0


@dataclass(slots=True)
class ProblemList:
    """Collects problems up to a limit and folds the rest into one entry that spans them.

    The one door to a Problem: whatever line is handed in, its secrets are masked here.
    """

    limit: int = MOST_PROBLEMS
    _kept: list[Problem] = field(default_factory=list)
    _folded: int = 0
    _first: int = 0
    _last: int = 0
    _worst: Severity = "note"

    def add(
        self,
        line: int,
        text: str,
        sentence: str,
        *,
        severity: Severity = "warning",
        end_line: int = 0,
    ) -> None:
        end = max(line, end_line)
        if len(self._kept) < self.limit:
            self._kept.append(Problem(line, shown(text), sentence, severity, end))
            return
        self._first = min(self._first, line) if self._folded else line
        self._last = max(self._last, end)
        self._worst = min(self._worst, severity, key=SEVERITIES.index)
        self._folded += 1

    def listed(self) -> tuple[Problem, ...]:
        problems = sorted(self._kept, key=lambda problem: problem.line)
        if self._folded:
            sentence = say(
                "%(folded)s more findings between line %(first)s and line %(last)s are not listed one by one. "
                "Correct the ones above, then read the file again.",
                folded=self._folded,
                first=self._first,
                last=self._last,
            )
            problems.append(Problem(self._first, "", sentence, self._worst, self._last))
        return tuple(problems)


def shown(line: str) -> str:
    """Shorten a line for display and mask signatures, keys and unprintable characters."""
    text = SECRET_VALUE.sub(rf"\1={MASK}", _start(line))
    text = FEATURESET_KEY.sub(rf"\1 {MASK}", text)
    text = HEX_GROUPS.sub(MASK, text)
    return _printable(HEX_WORD.sub(MASK, text))


def names_only(line: str) -> str:
    """Show only the attribute names: a torn line may start inside a signature."""
    names = ATTRIBUTE_NAME.findall(_start(line))
    return " ".join(f"{name}={MASK}" for name in names) or MASK


def is_secret_name(name: str) -> bool:
    """True for attributes that authorize a license or guard its line: SIGN, SIGN2, AUTH, ck."""
    upper = name.upper()
    return upper in {"SIGN", "AUTH", "CK"} or SIGNATURE_NAME.fullmatch(upper) is not None


def _start(line: str) -> str:
    """Enough of the line to show, without a last word that was cut off and would escape the mask."""
    text = line[: SHOWN_LENGTH * 2].strip()
    return text if len(line) <= SHOWN_LENGTH * 2 else text.rpartition(" ")[0] or text


def _printable(text: str) -> str:
    clean = "".join(char if char.isprintable() else "·" for char in text[: SHOWN_LENGTH + 1])
    return clean if len(clean) <= SHOWN_LENGTH else clean[: SHOWN_LENGTH - 1] + MASK
