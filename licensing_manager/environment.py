"""What was this installation told from outside? Environment variables, read in one place.

A wrong value never stops the import of the settings: it is kept as a `Problem`, the default is used, and
`licensing_manager.checks` reports it as a system check with an id, a sentence and a hint.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

T = TypeVar("T")

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong value: `id` of the system check, what is wrong, and what to do."""

    id: str
    sentence: str
    hint: str


@dataclass(slots=True)
class Environment:
    """Typed reading of `source`; every wrong value lands in `problems`."""

    source: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def given(self, name: str) -> bool:
        """Was the variable, or its `NAME_FILE` form, set to anything?"""
        return bool(self.source.get(name) or self.source.get(f"{name}_FILE"))

    def text(self, name: str, default: str = "") -> str:
        """The value of `name`, or the content of the file that `NAME_FILE` points at, or `default`."""
        value = self.source.get(name)
        if value:
            return value
        path = self.source.get(f"{name}_FILE")
        return self._from_file(name, path, default) if path else default

    def flag(self, name: str, *, default: bool) -> bool:
        """A yes or no: 1/true/yes/on or 0/false/no/off."""
        word = self.text(name, "1" if default else "0").strip().lower()
        if word in TRUE_WORDS | FALSE_WORDS:
            return word in TRUE_WORDS
        self._wrong("E001", f"{name} is {word!r}, which is neither yes nor no.", f"Set {name} to 1 or 0.")
        return default

    def number(self, name: str, *, default: int, least: int, most: int) -> int:
        """A whole number between `least` and `most`, both included."""
        text = self.text(name, str(default)).strip()
        if text.isdecimal() and least <= int(text) <= most:
            return int(text)
        self._wrong(
            "E002",
            f"{name} is {text!r}, which is not a whole number from {least} to {most}.",
            f"Correct {name}; {default or 'the default'} is used until then.",
        )
        return default

    def number_or_none(self, name: str, *, least: int, most: int) -> int | None:
        """The same for what may be left unsaid; a wrong one is reported, and as good as unsaid."""
        return (self.number(name, default=0, least=least, most=most) or None) if self.given(name) else None

    def choice(self, name: str, *, default: str, among: tuple[str, ...]) -> str:
        """One of a few words, in any case."""
        word = self.text(name, default).strip().lower()
        if word in among:
            return word
        self._wrong(
            "E007",
            f"{name} is {word!r}, which is none of {', '.join(among)}.",
            f"Correct {name}; {default or 'the default'} is used until then.",
        )
        return default

    def path(self, name: str, default: Path) -> Path:
        """An absolute path; a relative one counts from the working folder."""
        return Path(self.text(name, str(default))).expanduser().absolute()

    def url(self, name: str, *, default: str, schemes: frozenset[str]) -> str:
        """An address with one of `schemes` and a host; a trailing slash is dropped."""
        value = self.text(name, default).strip()
        if not value or _is_address(value, schemes):
            return value.rstrip("/")
        self._wrong(
            "E003",
            f"{name} is not an address with a scheme ({', '.join(sorted(schemes))}) and a host: {shown(value)!r}.",
            f"Set {name} to something like {sorted(schemes)[-1]}://host.example.",
        )
        return default

    def parsed(self, name: str, parse: Callable[[str], T], *, default: str, example: str) -> T:
        """The value of `name` read by `parse`, which raises ValueError or KeyError on a wrong one."""
        try:
            return parse(self.text(name, default))
        except (ValueError, KeyError, TypeError):
            self._wrong("E004", f"{name} cannot be read.", f"Write it like {example}.")
            return parse(default)

    def _from_file(self, name: str, path: str, default: str) -> str:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            self._wrong(
                "E005",
                f"{name}_FILE points at {path}, which cannot be read: {error}.",
                f"Make the file readable for this account, or set {name} itself.",
            )
            return default

    def _wrong(self, id: str, sentence: str, hint: str) -> None:
        self.problems.append(Problem(f"licensing_manager.{id}", sentence, hint))


def shown(address: str) -> str:
    """An address without the password that may stand in it."""
    head, at, tail = address.rpartition("@")
    scheme, separator, _ = head.partition("://")
    return f"{scheme}{separator}…@{tail}" if at else address


def _is_address(value: str, schemes: frozenset[str]) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
