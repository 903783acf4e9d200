"""What can be done with the catalogs? `script/messages` calls this; without a word it prints what it can do."""

import argparse
import json
import sys
from pathlib import Path

from languages.compiling import compile_catalogs
from languages.known import TRANSLATED


def main(words: list[str]) -> int:
    """0 is success, 1 a finding, 2 wrong use."""
    parser = argparse.ArgumentParser(prog="script/messages", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("extract", help="bring every catalog up to what templates and modules say")
    acts.add_parser("compile", help="write the .mo files that are missing or old")
    acts.add_parser("check", help="is everything translated, and nothing damaged?")
    export = acts.add_parser("export", help="print what a language lacks, as JSON")
    export.add_argument("language", choices=TRANSLATED)
    export.add_argument("--all", action="store_true", help="everything, with the translations that there are")
    export.add_argument("--under", default="", help="only what stands in a place that begins so")
    taking = acts.add_parser("take", help="write translations from a JSON file into the catalog")
    taking.add_argument("language", choices=TRANSLATED)
    taking.add_argument("file", type=Path)
    chosen = parser.parse_args(words)
    return _act(chosen)


def _act(chosen: argparse.Namespace) -> int:
    if chosen.act == "compile":
        compile_catalogs()
        return 0
    # Imported here, because `compile` runs at every start and needs none of it.
    from languages import checking, extracting, handing_over

    if chosen.act == "extract":
        for code, count in extracting.extract().items():
            print(f"{code}: {count} sentences, {len(handing_over.missing(code))} to translate")
        return 0
    if chosen.act == "check":
        return _say(checking.check())
    if chosen.act == "export":
        wanted = handing_over.missing(chosen.language, everything=chosen.all)
        under = [one for one in wanted if any(place.startswith(chosen.under) for place in one["places"])]
        print(json.dumps(under, ensure_ascii=False, indent=1))
        return 0
    taken, refused = handing_over.take(chosen.language, json.loads(chosen.file.read_text(encoding="utf-8")))
    print(f"{taken} taken, {len(refused)} refused")
    return _say(refused)


def _say(wrong: list[str]) -> int:
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
