#!/usr/bin/env python3
"""Was an exported consent ledger changed? Needs Python alone: no network, no database, nothing of this project.

    python3 verify_ledger.py FILE [HEAD]

FILE is what `manage.py verify_ledger --export FILE` wrote. HEAD is the hash of the last row, as somebody kept it
elsewhere: with it, a ledger that was rewritten from the first row on is found too. Exit 0: whole, 1: changed.
"""

import hashlib
import json
import sys
from typing import Any


def canonical(facts: dict[str, Any]) -> bytes:
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def read(line: bytes, number: int) -> dict[str, Any]:
    """The facts of one line, if it is written in the one way that there is."""
    facts: dict[str, Any] = {}
    try:
        facts = json.loads(line.decode("utf-8"))
        is_exact = isinstance(facts, dict) and canonical(facts) == line
    except (ValueError, RecursionError):
        is_exact = False
    if not is_exact:
        sys.exit(f"CHANGED: line {number} is not as it was written.")
    return facts


def verify(data: bytes) -> tuple[int, str]:
    """Rows and head of the chain; exits at the first line that is broken."""
    *lines, last, rest = data.split(b"\n") if data.count(b"\n") else [b"", data]
    head = "0" * 64
    for number, line in enumerate(lines, start=1):
        facts = read(line, number)
        kept = facts.pop("hash", None)
        if facts.get("sequence") != number or facts.get("previous_hash") != head:
            sys.exit(f"CHANGED: line {number} does not follow the line before it.")
        head = hashlib.sha256(canonical(facts)).hexdigest()
        if kept != head:
            sys.exit(f"CHANGED: the content of line {number} is not what was hashed.")
    if rest or read(last, len(lines) + 1) != {"rows": len(lines), "head": head}:
        sys.exit(f"CHANGED: the file does not end as it was written, after {len(lines)} good rows.")
    return len(lines), head


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    with open(sys.argv[1], "rb") as file:  # noqa: PTH123  # the shortest script is the easiest to trust
        rows, head = verify(file.read())
    if sys.argv[2:] not in ([], [head]):
        sys.exit(f"CHANGED: the ledger is whole in itself, but its head is {head}.")
    print(f"Whole: {rows} rows, head {head}")
