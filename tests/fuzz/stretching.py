"""Does a parser need more than its share of time for a long file? Called by `tests.fuzz.run`, never by the tests.

    python -m tests.fuzz.stretching TARGET CRASHES FOLDER [FOLDER …]

Fuzzers find short inputs. Each of them is repeated here, whole and in parts, up to 64 KiB, which is where quadratic
work begins to show. The first input that takes too long stays in CRASHES, and a hang is shown with its place.
"""

import faulthandler
import hashlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.fuzz.targets import TARGETS, Target

LONGEST = 64 * 1024
BOUND = 3.0  # seconds of processor time; a real file of this size takes hundredths of one
HANG = 30.0  # seconds of any time, after which the process ends with the place it hangs in
BUDGET = 60.0  # seconds of processor time for all files; their names are hashes, so any part of them is a fair one


def stretched(raw: bytes) -> Iterator[bytes]:
    """The input repeated: as it is, without its line ends, each half of it, and its last line."""
    flat = raw.replace(b"\r", b"").replace(b"\n", b"")
    half = len(raw) // 2
    last = raw.rstrip().rpartition(b"\n")[2]
    for head, piece in ((b"", raw), (b"", flat), (raw[:half], raw[half:]), (b"", raw[:half]), (raw, last)):
        if piece:
            yield head + piece * ((LONGEST - len(head)) // len(piece))


def seconds_for(target: Target, raw: bytes) -> float:
    """The processor time of one call. Raises what the target raises."""
    faulthandler.dump_traceback_later(HANG, exit=True)
    started = time.process_time()
    try:
        target(raw)
    finally:
        faulthandler.cancel_dump_traceback_later()
    return time.process_time() - started


def main(name: str, crashes: str, *folders: str) -> int:
    """0 when every stretched file stays within the bound, 1 otherwise."""
    files = [path for folder in folders for path in Path(folder).iterdir() if path.is_file()]
    slowest, tried = 0.0, 0
    for path in sorted(files, key=lambda file: file.name):
        if time.process_time() > BUDGET:
            break
        tried += 1
        for raw in stretched(path.read_bytes()[:LONGEST]):
            # Written before it is read: a hang ends the process.
            slow = Path(crashes) / f"{name}-slow-{hashlib.sha256(raw).hexdigest()[:16]}"
            slow.write_bytes(raw)
            taken = seconds_for(TARGETS[name], raw)
            slowest = max(slowest, taken)
            if taken > BOUND:
                print(f"{name}: {taken:.1f} s for {len(raw)} bytes: {slow}")
                return 1
            slow.unlink()
    print(f"{name}: {tried} of {len(files)} files stretched to 64 KiB, {slowest:.2f} s at most")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
