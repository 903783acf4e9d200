"""How long does an upload take, beside curl and beside a bare socket? Goals 5 and 6.

    python -m benchmarks.upload [--quick]

The other end is the least that speaks the protocol (`parts/upload_sink.py`), in a process of its own: the real
receiver waits for its disk at every chunk, for curl as for us, and would hide the difference.

Goal 5, 100 MiB in chunks of 256 KiB, 1 MiB and 10 MiB. The yardstick is one curl process that reads a list of requests
and keeps its connection. It is started for each round, as it would be in a script. Two things are measured:

- the chunks: the product's client sends them from the file (`cis_client.send_chunk`). This has the limit of the goal;
- the whole transfer: `transfer()` with a real database, which checks the bundle, asks the fence before every chunk and
  writes progress after it. It has no limit: curl does nothing of that.

Memory is the highest of a process while it sends a bundle with `transfer()`, above what it has before.

Goal 6, uploads of 20 KB: a bundle and its chunk for each, on one connection, beside as many requests through a bare
socket whose answers nobody looks at. Without a limit, to see whose time it is: a socket that sends the same headers and
looks at the answers, and a loop of http.client. Each end has a processor of its own. Beside requests.Session only where
that library is installed. Then 64 threads against an end that answers after 50 ms, beside the number of requests x
50 ms / 64.
"""

import argparse
import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.parts.upload_large import large, memory, send_one
from benchmarks.parts.upload_product import MIB, Product
from benchmarks.parts.upload_small import in_flight, small


@dataclass(frozen=True)
class Amount:
    large: int
    memory: int
    small: int
    in_flight: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, for a look")
    parser.add_argument("--one", nargs=2, type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        send_one(*options.one)
        return 0
    amount = Amount(100 * MIB, 1024 * MIB, 10_000, 6400)
    if options.quick:
        amount = Amount(*(value // 10 for value in (amount.large, amount.memory, amount.small, amount.in_flight)))
        print("quick: a tenth of the work")
    with tempfile.TemporaryDirectory() as folder:
        product = Product(Path(folder))
        goals = [*large(product, amount.large), *small(amount.small), *in_flight(amount.in_flight)]
    goals += memory(amount.memory)
    print("\n".join(goals))
    return 0 if all(json.loads(one).get("correct") for one in goals) else 1


if __name__ == "__main__":
    sys.exit(main())
