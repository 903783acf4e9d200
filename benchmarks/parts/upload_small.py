"""How long does a small upload take? Goal 6 of `benchmarks/upload.py`."""

import json
import os
import random
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from importlib.util import find_spec

from benchmarks.parts.measuring import measured, ratio
from benchmarks.parts.upload_product import ROUNDS, destination, goal, sink

SMALL, THREADS, DELAY = 20_000, 64, 0.05
ANSWER_HEAD = b"\r\n\r\n"
FIXED = (
    "User-Agent: LicensingManager\r\nAccept: application/json\r\nAuthorization: BT t\r\nAccept-Encoding: identity\r\n"
)


@contextmanager
def apart() -> Iterator[str]:
    """A sink that has a processor of its own, as a receiver is a machine of its own.

    Where the kernel puts both ends on one processor, neither ever waits for the other to wake up: a bare socket then
    needs a quarter of the time, and the ratio tells which of the two happened.
    """
    before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    if len(before) < 2:
        print("There is one processor for both ends: the ratios to a bare socket are higher than with two.")
        with sink() as url:
            yield url
        return
    first, second = sorted(before)[:2]
    try:
        os.sched_setaffinity(0, {second})
        with sink() as url:
            os.sched_setaffinity(0, {first})
            yield url
    finally:
        os.sched_setaffinity(0, before)


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


def careful_socket(url: str, count: int, data: bytes) -> None:
    """Like with like: the headers and the time limit of the client, status and length looked at, the JSON read."""
    host, _, port = url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=40) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for number in range(count):
            asked = f"bundle/?size={len(data)}&name={number}.zip", b'{"verbosity": "2"}', "application/json"
            remote = careful_answer(line, f"{host}:{port}", *asked)["id"]
            asked = f"upload_raw_chunk/?id={remote}&offset=0", data, "application/octet-stream"
            careful_answer(line, f"{host}:{port}", *asked)


def careful_answer(line: socket.socket, host: str, path: str, body: bytes, kind: str) -> dict:
    head = f"POST /feeds/api/{path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\nContent-Type: {kind}\r\n"
    line.sendall(f"{head}{FIXED}\r\n".encode() + body)
    answer = line.recv(65536)
    while (end := answer.find(ANSWER_HEAD)) < 0:
        answer += line.recv(65536)
    at = answer.lower().index(b"\r\ncontent-length:") + 17
    whole = end + 4 + int(answer[at : answer.index(b"\r", at)])
    while len(answer) < whole:
        answer += line.recv(65536)
    if answer[9:12] != b"200":
        raise SystemExit(f"The sink answers {answer[:40]!r}.")
    return json.loads(answer[end + 4 : whole])


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
    ways = {"socket": small_socket, "careful socket": careful_socket}
    ways |= {"http.client": small_http_client, "client": small_client}
    if find_spec("requests"):
        ways["requests"] = small_requests
    with apart() as url:
        runs = {name: lambda way=way: way(url, count, data) for name, way in ways.items()}
        times = measured(runs, ROUNDS)
        processor = {name: processor_seconds(run) for name, run in runs.items()}
    for name, seconds in times.items():
        print(f"{name:>14}: {count / statistics.median(seconds):.0f} uploads of 20 KB a second, "
              f"{processor[name] / count * 1e6:.0f} us of the processor for each")  # fmt: skip
    for under in ("http.client", "careful socket", "socket"):
        middle, low, high = ratio(times, "client", under)
        print(f"client : {under} = {middle:.2f} ({low:.2f} to {high:.2f}), "
              f"of the processor {processor['client'] / processor[under]:.2f}")  # fmt: skip
    least, low, high = ratio(times, "http.client", "socket")
    print(
        f"http.client : socket = {least:.2f} ({low:.2f} to {high:.2f}): below it nothing that parses with it can come"
    )
    goals.append(goal(6, f"{count} uploads of 20 KB : bare socket", middle, 1.9))
    if "requests" in times:
        faster = ratio(times, "client", "requests")[0]
        goals.append(goal(6, f"{count} uploads of 20 KB : requests.Session", faster, 0.25))
    else:
        print("requests is not installed: its part of goal 6 is NOT MEASURED.")
    return goals


def processor_seconds(run: Callable[[], object]) -> float:
    """Of this process alone, the least of three: it does not depend on where the other end runs."""
    seconds = []
    for _ in range(3):
        began = time.process_time()
        run()
        seconds.append(time.process_time() - began)
    return min(seconds)


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
