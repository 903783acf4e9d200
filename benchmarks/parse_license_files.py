"""How much longer than reading does it take to parse 200 MB of CITRIX license files, every field? Goal 1.

The yardstick, "read and decode", is exactly `path.read_bytes().decode("utf-8")` for every file of the set, from the
page cache, one file after the other. The measured work is `parse(path.read_bytes())` for the same files: the result is
the complete LicenseFile, with every record built, typed and fingerprinted, and every check of the file made. Nothing
is put off until later. Both are processor time of this one thread, user and system, which is the elapsed time of an
idle machine; on a busy one elapsed time would count the neighbors against the longer work.

The files have the size of real ones: one to four licenses, about 1 KB. That matters, because the yardstick costs ten
microseconds to open a file and nearly nothing for each byte more. A second set of files of 100 KB, with 175 licenses
each, which nobody was seen to have, shows that side; it has no limit.

Each set exists twice: with the keys in the order of Citrix files and clean values, and with the keys in any order.

phpLicenseWatcher tries one pattern of a few fields (name, daemon, expiry, count) on each line. Its code is not part of
this repository and needs PHP, so what is measured is that method, in our own spelling and in this language. It is
printed for a look: the goal's factor of two needs that program on the same machine.
Left out: goal 2, the second import of an unchanged set, which goes through the intake.
"""

import argparse
import json
import random
import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from licenses.formats.license_file import Feature, parse

BYTES, ROUNDS, PART_OF_QUICK = 200_000_000, 5, 10
REAL_SIZES, LARGE_SIZES = (1, 1, 2, 2, 3, 4), (175,)  # licenses in a file
FEW_FIELDS = re.compile(r"(?i)(?:FEATURE|INCREMENT) (\S+) (\S+) \S+ (\S+) (\S+)")
CODES = ("XDT_PLT_UD", "XDT_ENT_UD", "XDT_ENT_CCS", "MPS_ENT_CCU", "PVS_STD_CCS", "CXS_STD_CCS")
HEAD = "# This file is in UTF-8 format.\n#\nSERVER this_host HOSTNAME=lic1\nVENDOR CITRIX\nUSE_SERVER\n"
TERMS = ";LT=Retail;GP=720;CL=VDS,VDA,VDE;SA=1;LP=90;ODP=0;AP=ADMIN/LOGON/-28D:NONADMIN/LOGON/ALW"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LIMITS = {"keys in order": 5.5, "keys in any order": 12.0}


@dataclass(frozen=True)
class Truth:
    """One statement as it was generated; `pairs` are the attributes in the order of the file."""

    name: str
    version: str
    expires: date | None
    count: int
    pairs: tuple[tuple[str, str], ...]

    def is_told_by(self, feature: Feature) -> bool:
        """Every field, and a signature that was noticed but not kept."""
        told = (feature.feature, feature.version, feature.expires_on, feature.count, feature.attributes)
        return told == (self.name, self.version, self.expires, self.count, self.pairs) and feature.signed


def written(day: date) -> str:
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year}"


def statement(chance: random.Random, *, any_order: bool) -> tuple[str, Truth]:
    """One INCREMENT in the layout of published Citrix files, and what it says."""
    day = date(2026, 1, 1) + timedelta(days=chance.randrange(900))
    expires = day if chance.random() < 0.5 else None
    name, count, version = chance.choice(CODES), chance.randrange(1, 5000), f"{day.year}.{day.month:02d}{day.day:02d}"
    groups = [f"{chance.getrandbits(16):04X}" for _ in range(30)]
    pairs = [
        ("VENDOR_STRING", TERMS),
        ("DUP_GROUP", "V"),
        ("ISSUED", written(day)),
        ("NOTICE", f"Example Company {chance.randrange(10**6)}"),
        ("SN", f"LA-{chance.randrange(10**10):010d}-{chance.randrange(10**5):05d}:1"),
        ("START", written(day)),
        ("SIGN", f"{' '.join(groups[:10])} \\\n\t{' '.join(groups[10:22])} \\\n\t{' '.join(groups[22:])}"),
    ]
    if count % 3 == 0:
        pairs.insert(1, ("OVERDRAFT", str(count // 10)))
    if any_order:
        chance.shuffle(pairs)
    words = [f'{key}="{value}"' if key in {"NOTICE", "SIGN"} else f"{key}={value}" for key, value in pairs]
    text = f"INCREMENT {name} CITRIX {version} {written(expires) if expires else 'permanent'} {count} \\\n\t"
    text += f"{words[0]} \\\n\t{' '.join(words[1:4])} \\\n\t{' '.join(words[4:])}\n"
    return text, Truth(name, version, expires, count, tuple(pair for pair in pairs if pair[0] != "SIGN"))


@dataclass(frozen=True)
class Set:
    """Files of one kind; the same number always gives the same file."""

    folder: Path
    sizes: tuple[int, ...]
    any_order: bool
    paths: list[Path] = field(default_factory=list)

    def generated(self, number: int) -> tuple[str, list[Truth]]:
        """The text of one file and its truth."""
        chance = random.Random(number)
        pairs = [statement(chance, any_order=self.any_order) for _ in range(chance.choice(self.sizes))]
        return HEAD + "".join(text for text, _ in pairs), [truth for _, truth in pairs]

    def write(self, size: int) -> None:
        """Files on disk until they hold `size` bytes."""
        self.folder.mkdir()
        while size > 0:
            text, _ = self.generated(len(self.paths))
            path = self.folder / f"{len(self.paths)}.lic"
            path.write_text(text, encoding="utf-8", newline="\n")
            self.paths.append(path)
            size -= len(text)

    @property
    def megabytes(self) -> float:
        return sum(path.stat().st_size for path in self.paths) / 1e6


def is_correct(files: Set) -> bool:
    """Every field of every statement of every file, against what was generated; nothing else may be found."""
    for number, path in enumerate(files.paths):
        truths = files.generated(number)[1]
        parsed = parse(path.read_bytes())
        same = len(truths) == len(parsed.features) and not parsed.problems
        if not same or not all(map(Truth.is_told_by, truths, parsed.features)):
            print(f"NOT CORRECT: {path}")
            return False
    return True


def read_and_decode(paths: list[Path]) -> None:
    for path in paths:
        path.read_bytes().decode("utf-8")


def parse_all(paths: list[Path]) -> None:
    for path in paths:
        parse(path.read_bytes())


def few_fields_a_line(paths: list[Path]) -> None:
    for path in paths:
        for line in path.read_bytes().decode("utf-8").split("\n"):
            if match := FEW_FIELDS.search(line):
                match.groups()


WORKS: dict[str, Callable[[list[Path]], None]] = {
    "read and decode": read_and_decode,
    "parse": parse_all,
    "few fields": few_fields_a_line,
}


def seconds(work: Callable[[list[Path]], None], paths: list[Path]) -> float:
    start = time.process_time()
    work(paths)
    return time.process_time() - start


def peak_megabytes() -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def measured(sets: dict[str, Set]) -> dict[str, dict[str, list[float]]]:
    """Seconds of each work on each set, one for each round; everything is interleaved."""
    times: dict[str, dict[str, list[float]]] = {name: {work: [] for work in WORKS} for name in sets}
    for _ in range(ROUNDS):
        for name, files in sets.items():
            for work, function in WORKS.items():
                times[name][work].append(seconds(function, files.paths))
    return times


def ratio(times: dict[str, list[float]], over: str, under: str) -> tuple[float, str]:
    """The ratio of the medians, and a text with its spread."""
    each = sorted(one / other for one, other in zip(times[over], times[under], strict=True))
    middle = statistics.median(times[over]) / statistics.median(times[under])
    return middle, f"{middle:.2f} (rounds {each[0]:.2f} to {each[-1]:.2f})"


def goal(what: str, value: float, limit: float, *, met: bool, correct: bool) -> str:
    facts = {"goal": 1, "what": what, "ratio": round(value, 2), "limit": limit}
    return json.dumps(facts | {"met": correct and met, "correct": correct, "rounds": ROUNDS})


def report(name: str, files: Set, times: dict[str, list[float]], *, correct: bool) -> Iterator[str]:
    """Print what was measured on one set; yields a line for each goal that it stands for."""
    parsing, words = ratio(times, "parse", "read and decode")
    _, compared = ratio(times, "few fields", "parse")
    each = statistics.median(times["parse"]) / len(files.paths)
    print(
        f"{name}: {files.megabytes:.0f} MB in {len(files.paths):,} files, {each * 1e6:.0f} µs to parse a file;"
        f" parse : read and decode = {words}; few fields a line : parse = {compared}"
    )
    limit = LIMITS.get(name)
    if limit is not None:
        what = f"parse {files.megabytes:.0f} MB of license files of real size, {name} : read and decode"
        yield goal(what, parsing, limit, met=parsing <= limit, correct=correct)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--quick", action="store_true", help="a tenth of the work, for a look")
    is_quick = options.parse_args().quick
    size = BYTES // PART_OF_QUICK if is_quick else BYTES
    if is_quick:
        print("--quick: a tenth of the work; the ratios are only a look.")
    with tempfile.TemporaryDirectory() as folder:
        sets = {
            "keys in order": Set(Path(folder) / "1", REAL_SIZES, any_order=False),
            "keys in any order": Set(Path(folder) / "2", REAL_SIZES, any_order=True),
            "100 KB each, keys in order": Set(Path(folder) / "3", LARGE_SIZES, any_order=False),
            "100 KB each, keys in any order": Set(Path(folder) / "4", LARGE_SIZES, any_order=True),
        }
        for files in sets.values():
            files.write(size)
        correct = {name: is_correct(files) for name, files in sets.items()}
        first = sets["keys in order"].paths
        parse_all(first[: len(first) // 10])
        before = peak_megabytes()
        times = measured(sets)
        print(f"peak memory: {before:.0f} MB after a tenth of the files, {peak_megabytes():.0f} MB after all rounds")
        lines = [line for name in sets for line in report(name, sets[name], times[name], correct=correct[name])]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
