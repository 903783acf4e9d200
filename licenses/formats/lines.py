"""What does one statement of a license file grant or name?"""

from dataclasses import dataclass, field
from typing import TypedDict

from licenses.formats.attributes import WORD, Attributes, holds_signature, read_attributes, spaced, split_fixed
from licenses.formats.dates import read_date
from licenses.formats.problems import ProblemList, Severity, shown
from licenses.formats.records import (
    Component,
    Feature,
    FeatureSet,
    Package,
    Pairs,
    ServerLine,
    Upgrade,
    VendorLine,
    whole_number,
)
from licenses.formats.saying import say
from licenses.formats.statements import Statement

TORN_QUOTES = say(
    "The quotes in this statement do not pair up, so its attributes were read only up to that place. Compare "
    "the statement with the original file.",
)
SWALLOWED = say(
    "A signature stands in this line, so a line break before a license was lost. Nothing from the signature "
    "on was read; get the original file.",
)


@dataclass(slots=True)
class Reader:
    """Turns statements into records and notes what it could not read."""

    problems: ProblemList = field(default_factory=ProblemList)

    def feature(self, statement: Statement) -> Feature | None:
        """FEATURE|INCREMENT name vendor version expiry count [key] [attributes]."""
        words, rest = self._fixed(statement, 6)
        if not words:
            return None
        _, name, vendor, version, expiry_raw, count_raw = words
        expiry = read_date(expiry_raw)
        count, count_known = self._count(statement, count_raw)
        if not expiry.known:
            self._note(statement, _unreadable_expiry(expiry_raw))
        found = self._attributes(statement, rest)
        return Feature(
            **_signed(statement, found),
            feature=name,
            vendor=vendor,
            version=version,
            expiry_raw=expiry_raw,
            expires_on=expiry.on,
            expiry_known=expiry.known,
            count=count,
            count_known=count_known,
            positional_key_present=found.has_key,
        )

    def upgrade(self, statement: Statement) -> Upgrade | None:
        """UPGRADE name vendor from-version to-version expiry count [key] [attributes]."""
        words, rest = self._fixed(statement, 7)
        if not words:
            return None
        _, name, vendor, from_version, to_version, expiry_raw, count_raw = words
        expiry = read_date(expiry_raw)
        count, count_known = self._count(statement, count_raw)
        if not expiry.known:
            self._note(statement, _unreadable_expiry(expiry_raw))
        return Upgrade(
            **_signed(statement, self._attributes(statement, rest)),
            feature=name,
            vendor=vendor,
            from_version=from_version,
            to_version=to_version,
            expiry_raw=expiry_raw,
            expires_on=expiry.on,
            expiry_known=expiry.known,
            count=count,
            count_known=count_known,
        )

    def package(self, statement: Statement) -> Package | None:
        """PACKAGE name vendor [version] COMPONENTS="name[:version[:count]] …" [attributes]."""
        words, rest = self._fixed(statement, 3)
        if not words:
            return None
        ahead = rest.split(None, 1)
        version = None
        if ahead and "=" not in ahead[0] and '"' not in ahead[0]:
            version, rest = ahead[0], ahead[1] if len(ahead) > 1 else ""
        found = self._attributes(statement, rest)
        values = {name.upper(): value for name, value in reversed(found.pairs)}
        replaced = any(flag.upper() == "SUPERSEDE" for flag in found.flags) or "SUPERSEDE" in values
        return Package(
            **_signed(statement, found),
            name=words[1],
            vendor=words[2],
            version=version,
            components=self._components(statement, values.get("COMPONENTS", "")),
            suite=values.get("OPTIONS", "").upper().startswith("SUITE"),
            supersedes=tuple(values.get("SUPERSEDE", "").split()) if replaced else None,
        )

    def featureset(self, statement: Statement) -> FeatureSet | None:
        """FEATURESET vendor key."""
        words, _ = self._fixed(statement, 2)
        if not words:
            return None
        self._note(statement, say("FEATURESET is obsolete and grants nothing here. Nothing to do."), severity="note")
        return FeatureSet(statement.line, statement.end_line, words[1])

    def server(self, statement: Statement) -> ServerLine | None:
        """SERVER host hostid [port] [PRIMARY_IS_MASTER] [HEARTBEAT_INTERVAL=s …]."""
        raw = self._words(statement)
        if not raw:
            return None
        bare = [word.strip('"') for word in raw]
        if len(bare) == 1:
            self._note(statement, say("This SERVER line names no host id. Compare it with the original file."))
        port = whole_number(bare[2]) if len(bare) > 2 else None
        if port is not None and not 0 < port < 65536:
            self._note(statement, say("“%(port)s” is no port number. Use a number from 1 to 65535.", port=port))
            port = None
        return ServerLine(
            line=statement.line,
            end_line=statement.end_line,
            host=bare[0],
            hostid=bare[1] if len(bare) > 1 else "",
            port=port,
            options=tuple(bare[2:] if port is None else bare[3:]),
            raw_fields=tuple(raw),
        )

    def vendor(self, statement: Statement) -> VendorLine | None:
        """VENDOR|DAEMON name [path] [[options=]path] [[port=]number]."""
        raw = self._words(statement)
        if not raw:
            return None
        named: dict[str, str] = {}
        positional: list[str] = []
        for word in raw[1:]:
            key, separator, value = word.partition("=")
            if separator and key.upper() in {"OPTIONS", "PORT"}:
                named.setdefault(key.upper(), value.strip('"'))
            else:
                positional.append(word.strip('"'))
        path, options, port, *_ = [*positional, "", "", ""]
        return VendorLine(
            line=statement.line,
            end_line=statement.end_line,
            keyword=statement.keyword,
            name=raw[0].strip('"'),
            path=path or None,
            options_path=named.get("OPTIONS") or options or None,
            port=whole_number(named.get("PORT") or port),
        )

    def _fixed(self, statement: Statement, count: int) -> tuple[list[str], str]:
        """The fixed words, or none of them when one is missing."""
        words, rest = split_fixed(spaced(statement.text), count)
        joined = "".join(words)
        if len(words) == count and "=" not in joined and '"' not in joined:
            return words, rest
        sentence = say(
            "This %(keyword)s statement has fewer fixed fields than it needs, so it was left out. Compare it "
            "with the original file.",
            keyword=statement.keyword,
        )
        self._note(statement, sentence, severity="error")
        return [], ""

    def _words(self, statement: Statement) -> list[str]:
        raw = [match[0] for match in WORD.finditer(spaced(statement.text))][1:]
        signature = next((at for at, word in enumerate(raw) if holds_signature(word)), None)
        if signature is not None:
            self._note(statement, SWALLOWED, severity="error")
            raw = raw[:signature]
        elif not raw:
            sentence = say(
                "This %(keyword)s line names nothing. Compare it with the original file.",
                keyword=statement.keyword,
            )
            self._note(statement, sentence, severity="error")
        elif statement.text.count('"') % 2:
            self._note(statement, TORN_QUOTES, severity="error")
        return raw

    def _count(self, statement: Statement, word: str) -> tuple[int | None, bool]:
        if word.lower() == "uncounted":
            return None, True
        count = whole_number(word)
        if count is None:
            self._note(
                statement,
                say(
                    "The count “%(shown)s” is not a number. Compare it with the original file.",
                    shown=shown(word),
                ),
            )
        return count or None, count is not None

    def _attributes(self, statement: Statement, rest: str) -> Attributes:
        found = read_attributes(rest)
        if found.torn and not statement.cut_by:
            self._note(statement, TORN_QUOTES, severity="error")
        for name, value in found.pairs:
            if name in {"ISSUED", "START"} and not read_date(value).known:
                sentence = say(
                    "%(name)s “%(date)s” is not a date of the form dd-mmm-yyyy, nor “permanent”. Compare it with the "
                    "original file.",
                    name=name,
                    date=shown(value),
                )
                self._note(statement, sentence)
                break
        return found

    def _components(self, statement: Statement, text: str) -> tuple[Component, ...]:
        components = [_component(spec) for spec in text.split()]
        if not components:
            self._note(statement, say("This PACKAGE names no components. Compare it with the original file."))
        if any(component.count == 0 for component in components):
            sentence = say("A component of this PACKAGE has a quantity that is not a number. It counts as none.")
            self._note(statement, sentence)
        return tuple(components)

    def _note(self, statement: Statement, sentence: str, *, severity: Severity = "warning") -> None:
        self.problems.add(
            statement.line,
            statement.first_line,
            sentence,
            severity=severity,
            end_line=statement.end_line,
        )


def _component(spec: str) -> Component:
    name, _, rest = spec.partition(":")
    version, _, count = rest.partition(":")
    return Component(name=name, version=version or None, count=(whole_number(count) or 0) if count else 1)


class _Shared(TypedDict):
    line: int
    end_line: int
    keyword: str
    attributes: Pairs
    flags: tuple[str, ...]
    signed: bool
    signature_sha256: str | None


def _signed(statement: Statement, found: Attributes) -> _Shared:
    return {
        "line": statement.line,
        "end_line": statement.end_line,
        "keyword": statement.keyword,
        "attributes": tuple(found.pairs),
        "flags": tuple(found.flags),
        "signed": found.signed,
        "signature_sha256": found.fingerprint,
    }


def _unreadable_expiry(raw: str) -> str:
    return say(
        "The expiry “%(date)s” is not a date of the form dd-mmm-yyyy, nor “permanent”. Compare it with the original "
        "file.",
        date=shown(raw),
    )
