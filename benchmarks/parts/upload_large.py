"""How long does a large upload take, and how much memory? Goal 5 of `benchmarks/upload.py`."""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.request import urlopen

from benchmarks.parts.measuring import measured, ratio
from benchmarks.parts.upload_product import MIB, ROOT, ROUNDS, Product, destination, goal, sink

SIZES = {"256 KiB": MIB // 4, "1 MiB": MIB, "10 MiB": 10 * MIB}
SMALL = 20_000


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
    command = [sys.executable, str(ROOT / "benchmarks" / "upload.py"), "--one", str(size), str(chunk)]
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
