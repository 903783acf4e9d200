"""What does a parsed license file look like?"""

from bisect import bisect
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import NamedTuple

from licenses.formats.dates import css_date, read_date
from licenses.formats.hostids import HostId, read_hostids
from licenses.formats.problems import Problem

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ServerLine:
    """SERVER host hostid [port] [options]; `raw_fields` are the words as written."""

    line: int
    end_line: int
    host: str
    hostid: str
    port: int | None
    options: tuple[str, ...]
    raw_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VendorLine:
    """VENDOR or DAEMON: the daemon that serves the features of this vendor."""

    line: int
    end_line: int
    keyword: str
    name: str
    path: str | None
    options_path: str | None
    port: int | None


class AttributeQuestions:
    """What every granting statement can be asked about its attributes and flags."""

    __slots__ = ()
    attributes: Pairs
    flags: tuple[str, ...]

    def attribute(self, name: str) -> str | None:
        """The value of the first attribute of this name, in any case."""
        wanted = name.upper()
        for key, value in self.attributes:
            if key == wanted or key.upper() == wanted:
                return value
        return None

    def has_flag(self, name: str) -> bool:
        """True for a bare word, and for the same word with a value."""
        bare = any(flag.upper() == name.upper() for flag in self.flags)
        return bare or self.attribute(name) is not None


@dataclass(frozen=True, slots=True)
class Signed(AttributeQuestions):
    """The parts that every granting statement shares. Signature values are never kept."""

    line: int
    end_line: int
    keyword: str
    attributes: Pairs
    flags: tuple[str, ...]
    signed: bool
    signature_sha256: str | None


class _FeatureFields(NamedTuple):
    """A tuple with names: only these records come by the hundred thousand, and a dataclass costs ten times as much."""

    line: int
    end_line: int
    keyword: str
    attributes: Pairs
    flags: tuple[str, ...]
    signed: bool
    signature_sha256: str | None
    feature: str
    vendor: str
    version: str
    expiry_raw: str
    expires_on: date | None
    expiry_known: bool
    count: int | None  # type: ignore[assignment]  # hides tuple.count, which nobody needs here
    count_known: bool
    positional_key_present: bool


class Feature(_FeatureFields, AttributeQuestions):
    """One FEATURE or INCREMENT. `expires_on` None is never, `count` None is uncounted, if known."""

    __slots__ = ()

    @property
    def vendor_string(self) -> str | None:
        return self.attribute("VENDOR_STRING")

    @property
    def notice(self) -> str | None:
        return self.attribute("NOTICE")

    @property
    def serial_number(self) -> str | None:
        return self.attribute("SN")

    @property
    def issuer(self) -> str | None:
        return self.attribute("ISSUER")

    @property
    def dup_group(self) -> str | None:
        return self.attribute("DUP_GROUP")

    @property
    def hostid(self) -> str | None:
        return self.attribute("HOSTID")

    @property
    def hostids(self) -> tuple[HostId, ...]:
        return read_hostids(self.hostid or "")

    @property
    def issued(self) -> date | None:
        return read_date(self.attribute("ISSUED") or "").on

    @property
    def start(self) -> date | None:
        return read_date(self.attribute("START") or "").on

    @property
    def overdraft(self) -> int | None:
        return whole_number(self.attribute("OVERDRAFT") or "")

    @property
    def is_citrix(self) -> bool:
        return self.vendor.upper() == "CITRIX"

    @property
    def is_uncounted(self) -> bool:
        return self.count is None and self.count_known

    @property
    def css_date(self) -> date | None:
        """The Customer Success Services date; only Citrix versions are dates."""
        return css_date(self.version) if self.is_citrix else None


@dataclass(frozen=True, slots=True)
class Upgrade(Signed):
    """UPGRADE moves `count` licenses to another version; the total stays the same."""

    feature: str
    vendor: str
    from_version: str
    to_version: str
    expiry_raw: str
    expires_on: date | None
    expiry_known: bool
    count: int | None
    count_known: bool


@dataclass(frozen=True, slots=True)
class Component:
    """One part of a package; `version` None takes that of the enabling line."""

    name: str
    version: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Package(Signed):
    """PACKAGE: a bundle, enabled by a FEATURE or INCREMENT of the same name."""

    name: str
    vendor: str
    version: str | None
    components: tuple[Component, ...]
    suite: bool
    supersedes: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class FeatureSet:
    """FEATURESET vendor key: obsolete; the key is not kept."""

    line: int
    end_line: int
    vendor: str


@dataclass(frozen=True, slots=True)
class LicenseFile:
    """Everything one file says. `spans` are the first and last lines of every statement."""

    encoding: str
    eol: str
    size: int
    line_count: int
    ends_in_newline: bool
    continued_lines: int
    keyword_counts: dict[str, int]
    servers: tuple[ServerLine, ...]
    vendors: tuple[VendorLine, ...]
    features: tuple[Feature, ...]
    upgrades: tuple[Upgrade, ...]
    packages: tuple[Package, ...]
    featuresets: tuple[FeatureSet, ...]
    decimal_lines: tuple[int, ...]
    junk_lines: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]
    problems: tuple[Problem, ...]
    is_license_file: bool

    @property
    def use_server(self) -> int:
        return self.keyword_counts.get("USE_SERVER", 0)

    @property
    def is_client_stub(self) -> bool:
        """Only points clients to a server: nothing in it grants a license."""
        granting = {"FEATURE", "INCREMENT", "UPGRADE", "PACKAGE", "FEATURESET"}
        points_away = bool(self.servers) and self.use_server > 0
        return points_away and not self.decimal_lines and granting.isdisjoint(self.keyword_counts)

    def vendor_of(self, feature: Feature) -> VendorLine | None:
        """The VENDOR line of the feature: the nearest above it, else the first below."""
        same = [one for one in self.vendors if one.name.upper() == feature.vendor.upper()]
        above = [one for one in same if one.line < feature.line]
        return above[-1] if above else next(iter(same), None)

    def server_of(self, feature: Feature) -> tuple[ServerLine, ...]:
        """The server (or the three of a triad) that serves this feature; empty when none is named."""
        vendor = self.vendor_of(feature)
        line = vendor.line if vendor else feature.line
        above = [block for block in self.server_blocks() if block[0].line < line]
        return above[-1] if above else ()

    def server_blocks(self) -> tuple[tuple[ServerLine, ...], ...]:
        """SERVER lines with no VENDOR line between them belong together."""
        vendor_lines = [vendor.line for vendor in self.vendors]
        blocks = groupby(self.servers, key=lambda server: bisect(vendor_lines, server.line))
        return tuple(tuple(block) for _, block in blocks)


def whole_number(text: str) -> int | None:
    """A non-negative number of at most nine digits; None for anything else."""
    return int(text) if text.isdigit() and text.isascii() and len(text) <= 9 else None
