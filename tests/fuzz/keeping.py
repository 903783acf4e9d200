"""Which of the found inputs are worth keeping? The smallest ones that reach a place no smaller one reached."""

import hashlib
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import Any

from tests.fuzz.targets import Target

OURS = tuple(str(Path(__file__).parents[2] / name) for name in ("licenses", "uploads", "payloads", "intake"))
MOST_KEPT = 25  # for each target
LONGEST_KEPT = 8 * 1024
Step = tuple[object, int, int, int]


def steps_of(target: Target, raw: bytes) -> frozenset[Step]:
    """Which line of our packages followed which, and whether once, a few times or often."""
    counts: Counter[tuple[object, int, int]] = Counter()
    before: dict[int, int] = {}

    def follow(frame: FrameType, event: str, _argument: object) -> Any:
        if event == "call" and not frame.f_code.co_filename.startswith(OURS):
            return None
        if event == "line":
            counts[(frame.f_code, before.get(id(frame), 0), frame.f_lineno)] += 1
        before[id(frame)] = frame.f_lineno if event == "line" else 0
        return follow

    sys.settrace(follow)
    try:
        target(raw)
    finally:
        sys.settrace(None)
    return frozenset((*step, min(count.bit_length(), 4)) for step, count in counts.items())


def worth_keeping(target: Target, *, found: Iterable[bytes], known: Iterable[bytes]) -> list[bytes]:
    """The inputs, smallest first, that add a step to those of the known ones; at most MOST_KEPT."""
    reached: set[Step] = set()
    for raw in known:
        reached |= steps_of(target, raw)
    gains: list[tuple[int, bytes]] = []
    for raw in sorted({one for one in found if len(one) <= LONGEST_KEPT}, key=lambda one: (len(one), one)):
        new = steps_of(target, raw) - reached
        reached |= new
        if new:
            gains.append((len(new), raw))
    return [raw for _, raw in sorted(gains, key=lambda gain: -gain[0])[:MOST_KEPT]]


def write_kept(folder: Path, inputs: Iterable[bytes]) -> None:
    """Replace the files of the folder by these, each named after its content."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("[!.]*"):
        path.unlink()
    for raw in inputs:
        (folder / hashlib.sha256(raw).hexdigest()[:16]).write_bytes(raw)
