"""What does one statement of an options file say?"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from licenses.formats.options_file_lines import LogicalLine, has_secret, tokens, without_secret
from licenses.formats.saying import say, say_both
from licenses.formats.statements import CUT_BY_BLANK, CUT_BY_END, CUT_BY_STATEMENT, WORDS_NEEDED

LICENSE_KEYWORDS = frozenset(WORDS_NEEDED)
GROUP_KEYWORDS = frozenset(["GROUP", "HOST_GROUP"])
COUNTED = frozenset(["MAX", "RESERVE"])
SELECTED = frozenset(["INCLUDE", "EXCLUDE", "INCLUDE_BORROW", "EXCLUDE_BORROW"])
SELECTED_ALL = frozenset(["INCLUDEALL", "EXCLUDEALL", "INCLUDEALL_BORROW", "EXCLUDEALL_BORROW"])
FEATURE_NUMBER = frozenset(["MAX_OVERDRAFT", "MAX_BORROW_HOURS", "BORROW_LOWWATER", "LINGER", "TIMEOUT"])
RULE_KEYWORDS = COUNTED | SELECTED | SELECTED_ALL | FEATURE_NUMBER | {"TIMEOUTALL"}
CHOICES = {
    "NOLOG": frozenset(["IN", "OUT", "DENIED", "QUEUED", "UNSUPPORTED"]),
    "GROUPCASEINSENSITIVE": frozenset(["ON", "OFF"]),
}
LOG_FILES = frozenset(["DEBUGLOG", "REPORTLOG"])
KEYWORDS = RULE_KEYWORDS | GROUP_KEYWORDS | LOG_FILES | CHOICES.keys()
# Everyday words: only in capitals do they say that a text is an options file.
WEAK = GROUP_KEYWORDS | LOG_FILES | FEATURE_NUMBER

TYPES = frozenset(["USER", "HOST", "DISPLAY", "INTERNET", "PROJECT", "GROUP", "HOST_GROUP"])
CONDITIONS = frozenset(
    [
        "VERSION",
        "HOSTID",
        "EXPDATE",
        "KEY",
        "SIGN",
        "ISSUER",
        "NOTICE",
        "VENDOR_STRING",
        "DIST_INFO",
        "USER_INFO",
        "ASSET_INFO",
    ]
)
CONDITION = re.compile(r"[:\s]([A-Za-z_][\w.]{0,40}+)\s{0,3}=")
LONGEST_NUMBER = 12

CUTS = {
    CUT_BY_BLANK: say(
        "The statement ends in a backslash, but a blank line follows. The rest of it is missing; compare with the "
        "server."
    ),
    CUT_BY_END: say(
        "The statement ends in a backslash, but the end of the file follows. The rest of it is missing; compare with "
        "the server."
    ),
    CUT_BY_STATEMENT: say(
        "The statement ends in a backslash, but a new statement follows. The rest of it is missing; compare with the "
        "server."
    ),
}
NO_FEATURE = say("The license code before the condition is missing.")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; what its keyword does not take is "" or None.

    `feature_keys` are the conditions on the license lines, such as VERSION; `value` is a log file or a choice.
    `raw` is the joined line, without values that authorize a license.
    """

    keyword: str
    line: int
    end_line: int
    raw: str
    number: int | None = None
    feature: str = ""
    feature_keys: tuple[tuple[str, str], ...] = ()
    type: str = ""
    name: str = ""
    members: tuple[str, ...] = ()
    value: str = ""

    @property
    def has_unknown_keys(self) -> bool:
        return any(name.upper() not in CONDITIONS for name, _ in self.feature_keys)

    def key(self, name: str) -> str | None:
        """The value of one condition, asked for in any case."""
        return next((value for key, value in self.feature_keys if key.upper() == name.upper()), None)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a line with a known keyword is no statement."""

    sentence: str


class _Refused(Exception):
    """Ends the reading of one statement; its text is the sentence. It never leaves this module."""


@dataclass(frozen=True, slots=True)
class _Parts:
    number: int | None = None
    feature: str = ""
    type: str = ""
    name: str = ""
    members: tuple[str, ...] = ()
    value: str = ""


def read_statement(words: list[str], *, line: LogicalLine, raw: str) -> Statement | Unreadable:
    """Read the words of a line that begins with a known keyword."""
    keyword = words[0].upper()
    try:
        parts = _form_of(keyword)(keyword, words[1:])
        feature, keys = _feature(parts.feature)
        _expect_no_secret(keyword, [feature, parts.name, *parts.members, parts.value])
    except _Refused as refused:
        return Unreadable(refused.args[0])
    return Statement(
        keyword=keyword,
        line=line.line,
        end_line=line.end_line,
        raw=raw,
        number=parts.number,
        feature=feature,
        feature_keys=keys,
        type=parts.type,
        name=parts.name,
        members=parts.members,
        value=parts.value,
    )


def is_unmistakable(text: str) -> bool:
    """Is this a complete statement that no sentence of a letter looks like?"""
    words = tokens(text)
    if not words or words[0].upper() not in KEYWORDS:
        return False
    if words[0].upper() in WEAK and not words[0].isupper():
        return False
    return isinstance(read_statement(words, line=LogicalLine(1, 1, text), raw=""), Statement)


def _form_of(keyword: str) -> Callable[[str, list[str]], _Parts]:
    forms: list[tuple[frozenset[str], Callable[[str, list[str]], _Parts]]] = [
        (COUNTED, _counted),
        (SELECTED, _selected),
        (SELECTED_ALL, _selected_all),
        (FEATURE_NUMBER, _feature_number),
        (GROUP_KEYWORDS, _group),
        (LOG_FILES, _log_file),
        (frozenset(CHOICES), _choice),
    ]
    return next((form for keywords, form in forms if keyword in keywords), _number_alone)


def _counted(keyword: str, words: list[str]) -> _Parts:
    _expect(
        words, 4, say("A %(keyword)s statement needs a number, a license code, a type and a name.", keyword=keyword)
    )
    return _Parts(number=_number(keyword, words[0]), feature=words[1], type=_type(words[2]), name=words[3])


def _selected(keyword: str, words: list[str]) -> _Parts:
    _expect(words, 3, say("A %(keyword)s statement needs a license code, a type and a name.", keyword=keyword))
    return _Parts(feature=words[0], type=_type(words[1]), name=words[2])


def _selected_all(keyword: str, words: list[str]) -> _Parts:
    _expect(words, 2, say("A %(keyword)s statement needs a type and a name.", keyword=keyword))
    return _Parts(type=_type(words[0]), name=words[1])


def _feature_number(keyword: str, words: list[str]) -> _Parts:
    _expect(words, 2, say("A %(keyword)s statement needs a license code and a number.", keyword=keyword))
    return _Parts(feature=words[0], number=_number(keyword, words[1]))


def _number_alone(keyword: str, words: list[str]) -> _Parts:
    _expect(words, 1, say("A %(keyword)s statement needs a number.", keyword=keyword))
    return _Parts(number=_number(keyword, words[0]))


def _group(keyword: str, words: list[str]) -> _Parts:
    if not words:
        no_word = say("This line has no word after its keyword; put names with blanks in quotes.")
        raise _Refused(say_both(say("A %(keyword)s statement needs a name and its members.", keyword=keyword), no_word))
    return _Parts(name=words[0], members=tuple(words[1:]))


def _log_file(keyword: str, words: list[str]) -> _Parts:
    _expect(words, 1, say("A %(keyword)s statement needs one path.", keyword=keyword))
    return _Parts(value=words[0])


def _choice(keyword: str, words: list[str]) -> _Parts:
    _expect(words, 1, say("A %(keyword)s statement needs one word.", keyword=keyword))
    value = words[0].upper()
    if value not in CHOICES[keyword]:
        known = ", ".join(sorted(CHOICES[keyword]))
        raise _Refused(
            say(
                "“%(word)s” is not a value of %(keyword)s; it takes one of %(known)s.",
                word=words[0][:40],
                keyword=keyword,
                known=known,
            )
        )
    return _Parts(value=value)


def _expect(words: list[str], count: int, needs: str) -> None:
    if len(words) != count:
        raise _Refused(say_both(needs, _has(len(words))))


def _has(words: int) -> str:
    if words == 1:
        return say("This line has 1 word after its keyword; put names with blanks in quotes.")
    return say("This line has %(words)s words after its keyword; put names with blanks in quotes.", words=words)


def _expect_no_secret(keyword: str, texts: list[str]) -> None:
    if any(has_secret(text) for text in texts):
        raise _Refused(
            say(
                "A signature or key stands in this %(keyword)s statement where none belongs; it was not read. Correct "
                "the file.",
                keyword=keyword,
            )
        )


def _number(keyword: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise _Refused(
            say(
                "“%(word)s” is not a number, so this %(keyword)s statement cannot be read.",
                word=without_secret(text)[:40],
                keyword=keyword,
            )
        )
    return int(text)


def _type(text: str) -> str:
    if text.upper() not in TYPES:
        raise _Refused(
            say(
                "“%(word)s” is none of the types USER, HOST, DISPLAY, INTERNET, PROJECT, GROUP and HOST_GROUP.",
                word=without_secret(text)[:40],
            )
        )
    return text.upper()


def _feature(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Split `f1:VERSION=2.0` or `f1 VERSION=2.0`; the values of signatures and keys are masked."""
    found = list(CONDITION.finditer(text))
    if not found:
        return text, ()
    ends = [*(match.start() for match in found[1:]), len(text)]
    keys = ((match[1], text[match.end() : end].strip()) for match, end in zip(found, ends, strict=True))
    feature = text[: found[0].start()].strip()
    if not feature:
        raise _Refused(NO_FEATURE)
    return feature, tuple((name, _value(name, value)) for name, value in keys)


def _value(name: str, value: str) -> str:
    return without_secret(f"{name}={value}").partition("=")[2]
