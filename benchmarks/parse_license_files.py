"""How much longer than reading does it take to parse 200 MB of CITRIX license files, every field? Goal 1.

The yardstick, "read and decode", is exactly `path.read_bytes().decode("utf-8")` for every file of the set, from the
page cache, one file after the other. The measured work is `parse(path.read_bytes())` for the same files: the result is
the complete LicenseFile, with every record built, typed and fingerprinted, and every check of the file made. Nothing
is put off until later. Both are processor time of this one thread, user and system, which is the elapsed time of an
idle machine; on a busy one elapsed time would count the neighbors against the longer work.

For comparison the first set is also only split into its fields by the one regular expression, with no record built: a
parser written with `re` cannot be faster than that.

Two sets are measured: one with the keys in the order of Citrix files and clean values, one with the keys in any order.
Left out, because it cannot be measured here: the five-field pattern of phpLicenseWatcher, whose code is not part of
this repository, and goal 2, the second import of an unchanged set, which goes through the intake.
"""

import argparse
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from licenses.formats.canonical import IN_ORDER
from licenses.formats.license_file import Feature, parse

FILES, BYTES_A_FILE, ROUNDS, PASSES_OF_QUICK = 2000, 100_000, 5, 10
CODES = ("XDT_PLT_UD", "XDT_ENT_UD", "XDT_ENT_CCS", "MPS_ENT_CCU", "PVS_STD_CCS", "CXS_STD_CCS")
HEAD = "# This file is in UTF-8 format.\n#\nSERVER this_host HOSTNAME=lic1\nVENDOR CITRIX\nUSE_SERVER\n"
TERMS = ";LT=Retail;GP=720;CL=VDS,VDA,VDE;SA=1;LP=90;ODP=0;AP=ADMIN/LOGON/-28D:NONADMIN/LOGON/ALW"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LIMITS = {"in order": 5.5, "any order": 12.0}


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


def generated(number: int, *, any_order: bool) -> tuple[str, list[Truth]]:
    """The text of one file and its truth; the same number gives the same file."""
    chance = random.Random(number)
    pieces, truths, size = [HEAD], [], len(HEAD)
    while size < BYTES_A_FILE:
        text, truth = statement(chance, any_order=any_order)
        pieces.append(text)
        truths.append(truth)
        size += len(text)
    return "".join(pieces), truths


def write_set(folder: Path, *, files: int, any_order: bool) -> list[Path]:
    folder.mkdir()
    paths = [folder / f"{number}.lic" for number in range(files)]
    for number, path in enumerate(paths):
        path.write_text(generated(number, any_order=any_order)[0], encoding="utf-8", newline="\n")
    return paths


def is_correct(paths: list[Path], *, any_order: bool) -> bool:
    """Every field of every statement of every file, against what was generated; nothing else may be found."""
    for number, path in enumerate(paths):
        truths = generated(number, any_order=any_order)[1]
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


def only_split(paths: list[Path]) -> None:
    for path in paths:
        IN_ORDER.findall(path.read_bytes().decode("utf-8"))


def seconds(work: Callable[[list[Path]], None], paths: list[Path]) -> float:
    start = time.process_time()
    work(paths)
    return time.process_time() - start


def peak_megabytes() -> float:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)


def measured(sets: dict[str, list[Path]], rounds: int) -> Iterator[tuple[str, list[float], list[float]]]:
    """Seconds of the yardstick and of the work, a pair for each round; everything is interleaved."""
    times: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in sets}
    split: list[float] = []
    for _ in range(rounds):
        for name, paths in sets.items():
            times[name][0].append(seconds(read_and_decode, paths))
            times[name][1].append(seconds(parse_all, paths))
        split.append(seconds(only_split, sets["in order"]))
    ratio = statistics.median(split) / statistics.median(times["in order"][0])
    print(f"for comparison: in order, only split into fields, no records: {ratio:.2f} times read and decode")
    for name, (base, work) in times.items():
        yield name, base, work


def report(name: str, base: list[float], work: list[float], *, correct: bool, megabytes: float) -> str:
    ratio = statistics.median(work) / statistics.median(base)
    each = sorted(one / yardstick for one, yardstick in zip(work, base, strict=True))
    print(
        f"{name}: {megabytes:.0f} MB, read and decode {statistics.median(base):.3f} s, parse"
        f" {statistics.median(work):.3f} s, ratio of medians {ratio:.2f} (rounds {each[0]:.2f} to {each[-1]:.2f}),"
        f" limit {LIMITS[name]}"
    )
    facts = {
        "goal": 1,
        "what": f"parse {megabytes:.0f} MB of license files, keys {name}",
        "ratio": round(ratio, 2),
        "limit": LIMITS[name],
        "met": correct and ratio <= LIMITS[name],
        "correct": correct,
        "rounds": len(work),
    }
    return json.dumps(facts)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--quick", action="store_true", help="a tenth of the work, for a look")
    is_quick = options.parse_args().quick
    files = FILES // PASSES_OF_QUICK if is_quick else FILES
    if is_quick:
        print("--quick: a tenth of the work; the ratios are only a look.")
    with tempfile.TemporaryDirectory() as folder:
        orders = {"in order": False, "any order": True}
        sets = {
            name: write_set(Path(folder) / str(number), files=files, any_order=any_order)
            for number, (name, any_order) in enumerate(orders.items())
        }
        correct = {name: is_correct(paths, any_order=orders[name]) for name, paths in sets.items()}
        parse_all(sets["in order"][: files // 10])
        before = peak_megabytes()
        results = list(measured(sets, ROUNDS))
        print(f"peak memory: {before:.0f} MB after a tenth of the files, {peak_megabytes():.0f} MB after all rounds")
        print("not measured: phpLicenseWatcher (its code is not here) and goal 2 (it goes through the intake)")
        sizes = {name: sum(path.stat().st_size for path in paths) / 1e6 for name, paths in sets.items()}
        lines = [report(name, base, work, correct=correct[name], megabytes=sizes[name]) for name, base, work in results]
    print("\n".join(lines))


if __name__ == "__main__":
    main()
