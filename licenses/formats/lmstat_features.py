"""What does a line say about a feature: its counts, its pools, its rows?"""

import re
from dataclasses import dataclass, field

from licenses.formats import lmstat_lines as lines
from licenses.formats.lmstat_parts import OpenBlock, OpenFeature, OpenPool
from licenses.formats.lmstat_row_records import Checkout
from licenses.formats.lmstat_rows import Places, Starts, read_row
from licenses.formats.lmstat_runs import read_run, starts_run
from licenses.formats.problems import ProblemList, shown
from licenses.formats.saying import say

UNCLEAR_COUNTS = say(
    "The counts of this feature could not be read, so its use is unknown, not zero. Compare the line with the "
    "original.",
)
TORN_ROW = say("This row is not complete and was not counted. Get the original output, so that no row is torn.")
ROW_WITHOUT_FEATURE = say(
    "This row stands under no feature, so it was not counted. Get the original output with its “Users of” lines."
)


@dataclass(slots=True)
class FeatureReader:
    """Keeps the feature whose rows are coming in."""

    problems: ProblemList
    starts: Starts = field(default_factory=lambda: Starts(None))
    places: Places = field(default_factory=Places)
    feature: OpenFeature | None = None

    def take(self, text: str, *, number: int, block: OpenBlock) -> bool:
        """Read one line; False when it is about no feature."""
        if text.startswith("Users of "):
            return self._open(text, number, block)
        if self.feature and (self._row(text, number, self.feature) or self._detail(text, number, self.feature)):
            return True
        return text.startswith("Cannot get users of ") and self._open(text, number, block)

    def take_run(self, text: str, *, start: int, end: int, first: int) -> bool | None:
        """Read text[start:end] as rows at once; None when it does not begin with one, False when not all are plain."""
        if self.feature is None or not starts_run(text, start=start, end=end):
            return None
        rows = read_run(text, start=start, end=end, first=first, starts=self.starts, places=self.places)
        if rows is not None:
            self.feature.current.extend(rows)
        return rows is not None

    def close(self, block: OpenBlock) -> None:
        """Hand the feature to its block, with a note when its rows do not explain its count."""
        if self.feature is None:
            return
        use = self.feature.closed()
        self.feature = None
        block.features.append(use)
        if not use.rows_cover_all:
            sentence = say(
                "%(in_use)s licenses are in use, but the rows below account for %(accounted)s. The count was "
                "kept; rows may be cut off or share licenses.",
                in_use=str(use.in_use),
                accounted=use.accounted,
            )
            self.problems.add(use.line, f"Users of {use.name}", sentence, severity="note")

    def torn(self, text: str) -> str | None:
        """The sentence for a line that looks like a row but could not be read as one."""
        if "(v" not in text and " RESERVATION" not in text:
            return None
        return TORN_ROW if self.feature else ROW_WITHOUT_FEATURE

    def _open(self, text: str, number: int, block: OpenBlock) -> bool:
        # Even when the line cannot be read: the rows below it are not those of the feature above.
        self.close(block)
        feature = read_count_line(text, number=number)
        if feature is None:
            return False
        if feature.in_use is None and not feature.uncounted and feature.error is None:
            self.problems.add(number, text, UNCLEAR_COUNTS)
        feature.server_address, feature.daemons = block.address, tuple(block.daemon_group)
        self.feature = feature
        block.has_listed = True
        return True

    def _row(self, text: str, number: int, feature: OpenFeature) -> bool:
        row = read_row(text, number=number, starts=self.starts, places=self.places)
        if row is None:
            return False
        feature.current.take(row)
        if isinstance(row, Checkout) and not self.starts[row.started_text][0]:
            begun = shown(row.started_text)
            sentence = say(
                "The start “%(begun)s” is no time of the form “Fri 7/12 8:42”. It was left out.",
                begun=begun,
            )
            self.problems.add(number, text, sentence)
        return True

    def _detail(self, text: str, number: int, feature: OpenFeature) -> bool:
        match = lines.POOL.fullmatch(text)
        if match:
            feature.pools.append(self._pool(match, number))
            return True
        return bool(feature.pools) and add_detail(feature.pools[-1], text=text)

    def _pool(self, match: re.Match[str], number: int) -> OpenPool:
        name, version, vendor, expiry_raw = match.groups()
        pool = OpenPool(line=number, feature=name, version=version, vendor=vendor, expiry_raw=expiry_raw)
        if expiry_raw:
            expiry = lines.read_expiry(expiry_raw)
            pool.expires_on, pool.expiry_known = expiry.on, expiry.known
            if not expiry.known:
                self.problems.add(number, match[0], lines.unreadable_expiry(expiry_raw))
        return pool


def read_count_line(text: str, *, number: int) -> OpenFeature | None:
    """Read `Users of F: (…)` or `Cannot get users of F: …`; None when it names no feature."""
    failed = lines.NO_USERS.fullmatch(text)
    match = failed or lines.COUNT_LINE.fullmatch(text)
    if match is None:
        return None
    feature = OpenFeature(name=match[1].strip(), line=number)
    said = match[2]
    if failed:
        feature.error = said
    elif counts := lines.COUNTS.fullmatch(said):
        feature.issued, feature.in_use = int(counts[1]), int(counts[2])
    elif instead := lines.ERROR_INSTEAD.fullmatch(said):
        feature.error = instead[1] or instead[2]
    else:
        feature.uncounted = lines.UNCOUNTED.fullmatch(said) is not None
    return feature


def add_detail(pool: OpenPool, *, text: str) -> bool:
    """Take the vendor string or the kind of a pool; False when the line is neither."""
    match = lines.VENDOR_STRING.fullmatch(text)
    if match:
        pool.vendor_string = match[1].strip()
        return True
    match = lines.POOL_KIND.fullmatch(text)
    if match is None:
        return False
    pool.kind = "floating" if match[1] else "uncounted" if match[2] else "nodelocked"
    pool.locked_to = match[4].strip('"') if match[4] else None
    return True
