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

Goal 6, uploads of 20 KB: a bundle and its chunk for each, on one connection, beside the same bytes through a bare
socket, and through a bare loop of http.client, which has no limit. Beside requests.Session only where that library is
installed. Then 64 threads against an end that answers after 50 ms, beside the number of requests x 50 ms / 64.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.parts.measuring import measured, ratio

ROOT = Path(__file__).resolve().parents[1]

MIB = 1024 * 1024
SIZES = {"256 KiB": MIB // 4, "1 MiB": MIB, "10 MiB": 10 * MIB}
ROUNDS = 5
SMALL, THREADS, DELAY = 20_000, 64, 0.05
ANSWER_HEAD = b"\r\n\r\n"


@contextmanager
def sink(*options: str) -> Iterator[str]:
    command = [sys.executable, str(ROOT / "benchmarks" / "parts" / "upload_sink.py"), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def start_product(folder: Path) -> None:
    """The product's settings with a data folder of its own, and its database."""
    for name in ("DATABASE_URL", "REDIS_URL", "UPLOAD_PROXY", "CA_BUNDLE"):
        os.environ.pop(name, None)
    account = {"CIS_USERNAME": "ada", "CIS_PASSWORD": "x", "CIS_PRODUCT_KEY": "0" * 40, "CIS_URL": "http://127.0.0.1:9"}
    os.environ.update({"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "licensing_manager.settings", **account})
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


class Product:
    """Uploads of the product with bundles of our own."""

    def __init__(self, folder: Path) -> None:
        start_product(folder)
        from servers.registry import add_server

        self.began = datetime.now(tz=UTC)
        self.server = add_server(name="ls1.example.org", service_started_at=self.began)
        self.count = 0

    def bundle(self, size: int) -> Path:
        from uploads import bundle_store

        chance = random.Random(size)
        draft = bundle_store.store_folder() / "draft"
        draft.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            for _ in range(size // MIB):
                file.write(chance.randbytes(MIB))
            file.write(chance.randbytes(size % MIB))
        with draft.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        path = bundle_store.path_of(sha256)
        path.parent.mkdir(exist_ok=True)
        return draft.rename(path)

    def transfer(self, path: Path, url: str, *, chunk: int) -> None:
        from django.conf import settings

        from uploads import policy
        from uploads.models import Upload
        from uploads.transfer import transfer

        settings.CIS_URL, policy.CHUNK_BYTES = url, chunk
        self.count += 1
        upload = Upload.objects.create(
            server=self.server,
            program="telemetry",
            kind="compliance",
            period=self.began + timedelta(seconds=self.count),
            created_at=self.began,
            bundle_sha256=path.stem,
            bundle_name=f"{self.count}.zip",
            size=path.stat().st_size,
        )
        outcome = transfer(upload.pk)
        if outcome is None or outcome.verdict != "delivered":
            raise SystemExit(f"The transfer failed: {outcome}")


def destination(url: str):
    from dataclasses import replace

    from uploads.cis_client import destination_from_settings

    return replace(destination_from_settings(), url=url)


def send_chunks(path: Path, url: str, *, chunk: int) -> None:
    """What of a transfer is on the wire: every chunk, from the file."""
    from uploads import cis_client

    to, offset = destination(url), 0
    with path.open("rb") as file:
        while data := file.read(chunk):
            cis_client.send_chunk(to, "t", remote_id="7", offset=offset, data=data)
            offset += len(data)


def write_curl_list(path: Path, url: str, *, chunk: int, folder: Path) -> Path:
    """A file for each chunk, made beforehand, and the list of requests."""
    lines, size = [], path.stat().st_size
    with path.open("rb") as file:
        for offset in range(0, size, chunk):
            part = folder / f"{chunk}-{offset}"
            part.write_bytes(file.read(chunk))
            lines += [
                f'url = "{url}/feeds/api/upload_raw_chunk/?id=7&offset={offset}"',
                f'data-binary = "@{part}"',
                'header = "Authorization: BT t"',
                'header = "Content-Type: application/octet-stream"',
                'header = "Expect:"',
                'output = "/dev/null"',
                "silent",
                "fail",
                "next",
            ]
    listed = folder / f"{chunk}.curl"
    listed.write_text("\n".join(lines[:-1]) + "\n")
    return listed


def run_curl(listed: Path) -> None:
    subprocess.run(["curl", "--config", str(listed)], check=True)


def goal(number: int, what: str, value: float, limit: float, *, correct: bool = True, rounds: int = ROUNDS) -> str:
    met = value <= limit
    facts = {"goal": number, "what": what, "ratio": round(value, 3), "limit": limit, "met": met}
    return json.dumps(facts | {"correct": correct, "rounds": rounds})


def is_correct(product: Product, path: Path) -> bool:
    """Do all three send the very bytes of the bundle?"""
    digests = []
    with sink("--check") as url, tempfile.TemporaryDirectory() as folder:
        ways = [lambda: send_chunks(path, url, chunk=MIB), lambda: product.transfer(path, url, chunk=MIB)]
        if shutil.which("curl"):
            listed = write_curl_list(path, url, chunk=MIB, folder=Path(folder))
            ways.append(lambda: run_curl(listed))
        for way in ways:
            way()
            digests.append(urlopen(f"{url}/digest/").read().decode())
    return set(digests) == {path.stem}


def large(product: Product, size: int) -> list[str]:
    """Goal 5, time."""
    path, goals = product.bundle(size), []
    correct = is_correct(product, path)
    print(f"{size / MIB:.0f} MiB, all ways send the same bytes: {correct}")
    if not shutil.which("curl"):
        print("curl is not installed: goal 5 is NOT MEASURED.")
        return [json.dumps({"goal": 5, "what": "curl is not installed", "met": False, "correct": correct})]
    with sink() as url, tempfile.TemporaryDirectory() as folder:
        for name, chunk in SIZES.items():
            listed = write_curl_list(path, url, chunk=chunk, folder=Path(folder))
            times = measured(
                {
                    "curl": lambda listed=listed: run_curl(listed),
                    "chunks": lambda chunk=chunk: send_chunks(path, url, chunk=chunk),
                    "transfer": lambda chunk=chunk: product.transfer(path, url, chunk=chunk),
                },
                ROUNDS,
            )
            for over in ("chunks", "transfer"):
                middle, low, high = ratio(times, over, "curl")
                print(f"{name:>8}: {over} : curl = {middle:.2f} ({low:.2f} to {high:.2f}), "
                      f"{statistics.median(times[over]):.3f} s")  # fmt: skip
                if over == "chunks":
                    goals.append(goal(5, f"chunks of {name} : curl", middle, 1.0, correct=correct))
    return goals


def memory(size: int) -> list[str]:
    """Goal 5, memory: what a process needs at most for a large bundle, above what it has when it sends nothing."""
    if not Path("/proc/self/clear_refs").exists():
        print("This system does not tell the highest memory of a moment: that part of goal 5 is NOT MEASURED.")
        return []
    chunk = 10 * MIB
    command = [sys.executable, str(Path(__file__).resolve()), "--one", str(size), str(chunk)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
    kept = {name: value / MIB for name, value in json.loads(said).items()}
    extra, limit = kept["highest"] - kept["idle"], 2 * chunk / MIB + 4
    print(f"memory of a worker, {size / MIB:.0f} MiB in chunks of 10 MiB: {kept['idle']:.1f} MiB idle, "
          f"{kept['highest']:.1f} at most, {kept['after']:.1f} after: {extra:.1f} more, limit {limit:.0f}")  # fmt: skip
    what = f"MiB more for {size / MIB:.0f} MiB in chunks of 10 MiB : 24 MiB"
    return [goal(5, what, extra / limit, 1.0, rounds=1)]


def send_one(size: int, chunk: int) -> None:
    """In the process that is measured: how much more it needs at most while it sends than before, after a small one."""
    with tempfile.TemporaryDirectory() as folder, sink() as url:
        product = Product(Path(folder))
        small, path = product.bundle(SMALL), product.bundle(size)
        product.transfer(small, url, chunk=chunk)
        idle = of_this_process("VmRSS")
        Path("/proc/self/clear_refs").write_text("5")  # forget the highest so far
        product.transfer(path, url, chunk=chunk)
        print(json.dumps({"idle": idle, "highest": of_this_process("VmHWM"), "after": of_this_process("VmRSS")}))


def of_this_process(name: str) -> int:
    """Bytes, as the kernel tells them."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise SystemExit(f"The kernel does not tell {name}.")


def small_client(url: str, count: int, data: bytes) -> None:
    from uploads import cis_client

    to = destination(url)
    for number in range(count):
        remote = cis_client.create_bundle(to, "t", size=len(data), name=f"{number}.zip")
        cis_client.send_chunk(to, "t", remote_id=remote.id, offset=0, data=data)


def small_socket(url: str, count: int, data: bytes) -> None:
    """The same requests, written by hand into one socket, the answers read and not looked at."""
    host, _, port = url.removeprefix("http://").partition(":")
    fixed = f"Host: {host}:{port}\r\nUser-Agent: x\r\nAccept: application/json\r\nAuthorization: BT t\r\n"
    with socket.create_connection((host, int(port))) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for number in range(count):
            for path, body in ((f"bundle/?size={len(data)}&name={number}.zip", b'{"verbosity": "2"}'),
                               ("upload_raw_chunk/?id=7&offset=0", data)):  # fmt: skip
                head = f"POST /feeds/api/{path} HTTP/1.1\r\n{fixed}Content-Length: {len(body)}\r\n\r\n"
                line.sendall(head.encode() + body)
                answer = line.recv(65536)
                while ANSWER_HEAD not in answer or not answer.endswith(b"}"):
                    answer += line.recv(65536)


def small_http_client(url: str, count: int, data: bytes) -> None:
    """A bare HTTP loop: the standard library's client on one connection, the answers read as JSON."""
    line = HTTPConnection(url.removeprefix("http://"))
    headers = {"Authorization": "BT t", "Accept": "application/json"}
    for number in range(count):
        line.request("POST", f"/feeds/api/bundle/?size={len(data)}&name={number}.zip", b'{"verbosity": "2"}', headers)
        remote = json.loads(line.getresponse().read())["id"]
        line.request("POST", f"/feeds/api/upload_raw_chunk/?id={remote}&offset=0", data, headers)
        json.loads(line.getresponse().read())
    line.close()


def small_requests(url: str, count: int, data: bytes) -> None:
    import requests

    with requests.Session() as session:
        session.headers["Authorization"] = "BT t"
        for number in range(count):
            query = {"size": len(data), "name": f"{number}.zip"}
            session.post(f"{url}/feeds/api/bundle/", params=query, json={"verbosity": "2"}).json()
            session.post(f"{url}/feeds/api/upload_raw_chunk/", params={"id": "7", "offset": 0}, data=data).json()


def small(count: int) -> list[str]:
    """Goal 6, one connection."""
    data, goals = random.Random(6).randbytes(SMALL), []
    with sink() as url:
        ways = {"socket": small_socket, "http.client": small_http_client, "client": small_client}
        if find_spec("requests"):
            ways["requests"] = small_requests
        times = measured({name: lambda way=way: way(url, count, data) for name, way in ways.items()}, ROUNDS)
    for name, seconds in times.items():
        print(f"{name:>8}: {count / statistics.median(seconds):.0f} uploads of 20 KB a second")
    for under in ("http.client", "socket"):
        middle, low, high = ratio(times, "client", under)
        print(f"client : {under} = {middle:.2f} ({low:.2f} to {high:.2f})")
    goals.append(goal(6, f"{count} uploads of 20 KB : bare socket", middle, 1.9))
    if "requests" in times:
        goals.append(
            goal(6, f"{count} uploads of 20 KB : requests.Session", ratio(times, "client", "requests")[0], 0.25)
        )
    else:
        print("requests is not installed: its part of goal 6 is NOT MEASURED.")
    return goals


def in_flight(count: int) -> list[str]:
    """Goal 6, an end that takes 50 ms."""
    data = random.Random(6).randbytes(SMALL)
    with sink("--delay", str(DELAY)) as url:
        seconds = []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(lambda _: small_client(url, 1, data), range(count)))
            seconds.append(time.perf_counter() - began)
    least = 2 * count * DELAY / THREADS
    middle = statistics.median(seconds) / least
    print(f"{count} uploads, {THREADS} in flight, {DELAY * 1000:.0f} ms: {middle:.2f} of the least possible time")
    return [goal(6, f"{count} uploads, 64 in flight : N x 50 ms / 64", middle, 1.1)]


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
