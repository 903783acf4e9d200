"""How long does an `lmstat -a` report take to parse, beside counting its blocks and reading its lines?

    python -m benchmarks.parse_lmstat [LINES] [--quick]

LINES is 100,000 unless given; the goal speaks of 500,000. The report is generated with its truth: plain rows, rows of
several licenses, names with blanks, rows without a display, linger times, processes, queued users, reservations, and
feature names with `.`, `+` and `-`. Recall and precision must be 100 % before anything is timed.

Goal 3 compares with two yardsticks of the same run, both on the same machine and bytes:

- counting the blocks: one `findall` of `COUNT_BLOCKS` over the decoded text. The pattern is anchored at the start of
  the line, because “Users of” inside a row is no block;
- reading the lines: decode the bytes, split them, look at each line once. It is printed per line and has no limit.

The parse starts from bytes and ends with every line accounted for and every row checked and counted; rows become
objects when somebody looks at them. What it takes to look at all of them is printed as well and has no limit.
Goal 3 also names phpLicenseWatcher and flexlm_exporter. Their code is not part of this repository and needs PHP and Go,
so what is compared is their method, in our own spelling and in this language: each line is tried against one pattern
after another until one fits. The first looks for features and rows, the second also for types, queues and reservations
and asks a pattern twice, once whether it fits and once for its fields. The ratios are printed for a look: a method in
another language is not the program, so they say nothing of the goal, which needs those programs on the same machine.
"""

import argparse
import json
import random
import re
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.parts.measuring import measured, ratio
from licenses.formats.lmstat import FeatureUse, LmstatReport, parse, parse_decoded
from licenses.formats.text import decode

GOAL, LIMIT = 3, 6.5
ROUNDS = 7
COUNT_BLOCKS = re.compile(r"(?m)^Users of ([^:\n]+):")
ROW = (
    r"^\s+(?P<user>\S.*?) (?P<host>\S+) (?P<display>\S*) ?\((?P<version>v[^)]+)\) \((?P<place>[^)]+)\), "
    r"start (?P<start>[^,]+)(?:, (?P<count>\d+) licenses)?"
)
FEATURE = r"^Users of (?P<name>[^:]+):\s+\(Total of (?P<issued>\d+) .*Total of (?P<used>\d+) "
TWO_PATTERNS = [re.compile(pattern, re.IGNORECASE) for pattern in (FEATURE, ROW)]
SIX_PATTERNS = [
    re.compile(pattern)
    for pattern in (
        FEATURE,
        r"^Users of (?P<name>[^:]+):\s+\(Uncounted, node-locked\)",
        r"^\s+(?P<type>floating license|nodelocked license|uncounted nodelocked license)",
        ROW,
        r"^\s+(?P<user>\S.*?) \((?P<version>v[^)]+)\) \((?P<place>[^)]+)\) queued for (?P<count>\d+) license",
        r"^\s+(?P<count>\d+) RESERVATIONS? for (?P<kind>GROUP|HOST|USER) (?P<name>\S+)",
    )
]
HEAD = """lmutil - Copyright (c) 1989-2026 Example. All Rights Reserved.
Flexible License Manager status on Fri 10/9/2026 17:02

License server status: 27000@lic1.example.net
    License file(s) on lic1.example.net: /opt/licensing/myfiles/all.lic:

lic1.example.net: license server UP (MASTER) v11.19.6

Vendor daemon status (on lic1.example.net):

    CITRIX: UP v11.19.6
Feature usage info:

"""
PLACE = "lic1.example.net/27000"
NAMES = ("XDT_PLT_UD", "MPS-ENT+CCU", "tool.v2", "C++_Lib", "CXS_STD_CCS", "a.b-c+d", "Real-Time.Kit")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Row = tuple[object, ...]


class Generator:
    """Writes features until the report has enough lines, and remembers what it wrote."""

    def __init__(self, lines: int) -> None:
        self.random = random.Random(20261009)
        self.parts = [HEAD]
        self.truth: list[tuple[str, int, list[Row]]] = []
        self.handle = 100
        left = lines - HEAD.count("\n")
        while left > 0:
            left -= self._feature(min(self.random.choice((0, 0, 1, 4, 20, 100, 400)), max(left - 6, 0)))

    @property
    def report(self) -> bytes:
        return "".join(self.parts).encode()

    def _feature(self, count: int) -> int:
        name = f"{self.random.choice(NAMES)}_{len(self.truth)}"
        written = [self._row() for _ in range(count)]
        rows = [row for _, row in written]
        in_use = sum(int(str(row[-1])) for row in rows if row[0] != "queued")
        head = f"Users of {name}:  (Total of {in_use + 50} licenses issued;  Total of {in_use} licenses in use)\n\n"
        if count:
            head += f'  "{name}" v2027.0630, vendor: CITRIX, expiry: 30-jun-2027\n  floating license\n\n'
        block = head + "".join(text for text, _ in written) + ("\n" if count else "")
        self.parts.append(block)
        self.truth.append((name, in_use, rows))
        return block.count("\n")

    def _row(self) -> tuple[str, Row]:
        chance = self.random.random()
        if chance < 0.01:
            return self._reservation()
        user, host, display = self._who()
        self.handle += 100
        words = " ".join(word for word in (user, host, display) if word)
        row = f"    {words} (v2026.1) ({PLACE} {self.handle})"
        who = (user, host, display, "2026.1", PLACE, str(self.handle))
        if chance < 0.02:
            return f"{row} queued for 2 licenses\n", ("queued", *who, 2)
        return self._checkout(row, who)

    def _checkout(self, row: str, who: Row) -> tuple[str, Row]:
        day, hour, minute = self.random.randint(1, 8), self.random.randrange(24), self.random.randrange(60)
        start = f"{DAYS[day % 7]} 10/{day} {hour}:{minute:02}"
        row += f", start {start}"
        licenses, pid, linger = 1, None, None
        if self.random.random() < 0.12:
            licenses = self.random.randint(2, 40)
            row += f", {licenses} licenses"
        if self.random.random() < 0.12:
            pid = self.random.randint(2, 4_000_000)
            row += f", PID: {pid}"
        if self.random.random() < 0.03:
            linger = (self.random.randrange(86_400), 86_400)
            row += f"  (linger: {linger[0]} / {linger[1]})"
        moment = f"2026-10-{day:02} {hour:02}:{minute:02}:00"
        return f"{row}\n", ("checkout", *who, moment, pid, linger, licenses)

    def _reservation(self) -> tuple[str, Row]:
        count, name = self.random.randint(1, 48), f"GROUP{self.random.randrange(99)}"
        plural = "" if count == 1 else "s"
        return f"\t{count} RESERVATION{plural} for GROUP {name} ({PLACE})\n", ("reservation", "GROUP", name, count)

    def _who(self) -> tuple[str, str, str]:
        number = self.random.randrange(20_000)
        host = f"pc{number:05}.example.net"
        chance = self.random.random()
        if chance < 0.04:
            return f"Ada Byron {number}", host, self.random.choice((host, "/dev/pts/3", ":0.0"))
        if chance < 0.08:
            return f"user{number}", host, ""
        if chance < 0.10:
            return str(number), host, host
        return f"user{number}", host, f"/dev/pts/{number % 90}"


def found(report: LmstatReport) -> list[tuple[str, int | None, list[Row]]]:
    """The report in the form of the truth, rows in the order of their lines."""
    return [
        (one.name, one.in_use, [row for _, row in sorted(_rows(one), key=lambda x: x[0])]) for one in report.features
    ]


def _rows(feature: FeatureUse) -> list[tuple[int, Row]]:
    rows: list[tuple[int, Row]] = []
    for row in feature.checkouts:
        place = f"{row.server}/{row.port}"
        who = (row.user, row.host, row.display, row.version, place, row.handle)
        rows.append((row.line, ("checkout", *who, str(row.started_at), row.pid, row.linger, row.licenses)))
    for row in feature.queued:
        who = (row.user, row.host, row.display, row.version, f"{row.server}/{row.port}", row.handle)
        rows.append((row.line, ("queued", *who, row.licenses)))
    rows += [(row.line, ("reservation", row.kind, row.name, row.count)) for row in feature.reservations]
    return rows


def recall_and_precision(truth: list[object], read: list[object]) -> tuple[float, float]:
    """Rows that were found, and rows that are true; a feature counts as one row more."""
    expected = {(name, use, at, row) for name, use, rows in truth for at, row in enumerate([("feature",), *rows])}
    given = {(name, use, at, row) for name, use, rows in read for at, row in enumerate([("feature",), *rows])}
    common = len(expected & given)
    return common / len(expected), common / max(len(given), 1)


def looked_at(report: LmstatReport) -> int:
    """Make every row an object."""
    return sum(len(list(feature.checkouts)) for feature in report.features)


def read_lines(raw: bytes) -> int:
    """The yardstick: decode, split, look at each line."""
    return sum(1 for line in raw.decode().split("\n") if line)


def two_patterns(raw: bytes) -> list[dict[str, str]]:
    """One pattern after the other for each line, and the named fields of the one that fits."""
    lines = raw.decode().split("\n")
    return [match.groupdict() for line in lines if (match := _first(TWO_PATTERNS, line))]


def six_patterns(raw: bytes) -> list[dict[str, str]]:
    """More patterns, and the fitting one is run again for its fields."""
    found = []
    for line in raw.decode().split("\n"):
        match = _first(SIX_PATTERNS, line)
        again = match.re.match(line) if match else None
        if again:
            found.append(again.groupdict())
    return found


def _first(patterns: list[re.Pattern[str]], line: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.match(line))), None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines", nargs="?", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true", help="a tenth of the lines, for a look")
    options = parser.parse_args()
    lines = options.lines // 10 if options.quick else options.lines
    generated = Generator(lines)
    raw = generated.report
    lines = raw.count(b"\n")
    print(f"{lines:,} lines, {len(raw) / 1e6:.1f} MB, {len(generated.truth):,} features", end="")
    print("; quick: a tenth of the work" if options.quick else "")
    report = parse(raw)
    recall, precision = recall_and_precision(generated.truth, found(report))
    is_correct = recall == precision == 1.0 and not report.problems
    print(f"recall {recall:.4%}, precision {precision:.4%}, problems {len(report.problems)}")
    if not is_correct:
        return 1
    del generated, report
    text, decoded = raw.decode(), decode(raw)
    times = measured(
        {
            "counting the blocks": lambda: COUNT_BLOCKS.findall(text),
            "reading the lines": lambda: read_lines(raw),
            "two patterns a line": lambda: two_patterns(raw),
            "six patterns a line": lambda: six_patterns(raw),
            "parse": lambda: parse(raw),
            "parse and look at every row": lambda: looked_at(parse(raw)),
            "parse, line by line": lambda: parse_decoded(decoded, size=len(raw), fast=False),
        },
        ROUNDS,
    )
    for name, seconds in times.items():
        print(f"{name:>28}: {statistics.median(seconds) / lines * 1e9:8.0f} ns a line")
    for over, under in (
        ("two patterns a line", "parse"),
        ("six patterns a line", "parse"),
        ("parse", "reading the lines"),
        ("parse, line by line", "parse"),
        ("parse and look at every row", "counting the blocks"),
        ("parse", "counting the blocks"),
    ):
        middle, low, high = ratio(times, over, under)
        print(f"{over} : {under} = {middle:.2f} ({low:.2f} to {high:.2f})")
    what = f"parse lmstat -a of {lines} lines : count its blocks"
    print(line(what, middle, LIMIT, met=middle <= LIMIT, correct=is_correct))
    return 0


def line(what: str, middle: float, limit: float, *, met: bool, correct: bool) -> str:
    """What the collecting script reads."""
    facts = {"goal": GOAL, "what": what, "ratio": round(middle, 2), "limit": limit}
    return json.dumps(facts | {"met": met, "correct": correct, "rounds": ROUNDS})


if __name__ == "__main__":
    sys.exit(main())
