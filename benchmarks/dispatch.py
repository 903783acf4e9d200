"""How long does it take to plan and queue what is due, beside pushing as many messages into the broker?

    python -m benchmarks.dispatch [SERVERS] [--quick]

SERVERS is 20,000 unless given: with the two kinds of telemetry that is 40,000 due uploads. All of it is real: a
database file of its own with the product's settings, the product's tick, and a Valkey on a socket. The yardstick is one
pipelined LPUSH of as many messages of the same size into the same broker.

Goal 7 speaks of plan and queue. The product hands over at most `policy.MAX_HANDED_OVER` messages a tick, because more
than workers can start is of no use; here the bound is lifted, so that all of them are queued. What the product's own
tick takes, with its bound, and what a tick takes on which nothing is due, are printed as well and have no limit.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

GOAL, LIMIT = 7, 3.0
STARTED = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
FIRST = STARTED + timedelta(minutes=5)
KINDS = 2
SECONDS_FOR_THE_BROKER = 30


def main() -> int:
    """Run it in a scratch folder; 0 when it is correct and within its limit."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("servers", nargs="?", type=int, default=20_000)
    parser.add_argument("--quick", action="store_true", help="one round instead of three")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lm-") as folder:
        os.environ.update(DATA_DIR=folder, DJANGO_SETTINGS_MODULE="licensing_manager.settings")
        for name in ("DATABASE_URL", "REDIS_URL", "CIS_URL"):
            os.environ.pop(name, None)
        import django

        django.setup()
        broker = start_broker()
        try:
            found = measure(arguments.servers, rounds=1 if arguments.quick else 3)
        finally:
            broker.kill()
            broker.wait()
    print(json.dumps(found))
    return 0 if found["correct"] and found["met"] else 1


def start_broker() -> "subprocess.Popen[bytes]":
    """The product's own Valkey, once it answers."""
    from django.conf import settings

    from licensing_manager import broker
    from licensing_manager.readiness import answers_ping

    socket, data = settings.BROKER_SOCKET, settings.DATA_DIR / "broker"
    broker.prepare(socket=socket, data=data)
    process = subprocess.Popen(broker.command(socket=socket, data=data), stdout=subprocess.DEVNULL)
    until = time.monotonic() + SECONDS_FOR_THE_BROKER
    while not answers_ping(settings.REDIS_URL):
        assert time.monotonic() < until, "the broker does not answer"
        time.sleep(0.02)
    return process


def measure(servers: int, *, rounds: int) -> dict[str, object]:
    """Plan and queue on as many days as there are rounds, and push beside each."""
    from django.core.management import call_command

    from servers.models import LicenseServer
    from uploads import policy
    from uploads.dispatch import tick

    call_command("migrate", verbosity=0)
    rows = (LicenseServer(name=f"ls{number}", service_started_at=STARTED) for number in range(servers))
    LicenseServer.objects.bulk_create(rows, batch_size=500)
    due, usual = servers * KINDS, policy.MAX_HANDED_OVER
    ours, pushes, idle, correct = [], [], [], True
    for day in range(rounds):
        now = FIRST + timedelta(days=day)
        policy.MAX_HANDED_OVER = due
        ours.append(seconds(lambda now=now: tick(now=now)))
        correct = correct and everything_is_queued(due, day=day)
        size = forget_messages()
        pushes.append(seconds(lambda size=size: push(due, size=size)))
        forget_messages()
        policy.MAX_HANDED_OVER = usual
        idle.append(seconds(lambda now=now: tick(now=now + timedelta(seconds=15))))
        end_all()
    ratio = statistics.median(ours) / statistics.median(pushes)
    bounded = seconds(lambda: tick(now=FIRST + timedelta(days=rounds)))
    return {
        "goal": GOAL,
        "what": f"plan and queue {due} due uploads, beside a pipelined LPUSH of as many messages",
        "ratio": round(ratio, 2),
        "limit": LIMIT,
        "met": ratio <= LIMIT,
        "correct": correct,
        "rounds": rounds,
        "seconds": {
            "plan and queue all": round(statistics.median(ours), 3),
            "lpush": round(statistics.median(pushes), 3),
            f"plan all, queue {usual}": round(bounded, 3),
            "nothing due": round(statistics.median(idle), 3),
        },
    }


def seconds(work: Callable[[], object]) -> float:
    """How long it took."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def everything_is_queued(due: int, *, day: int) -> bool:
    """Is there one upload of each kind for each server on every day, and one message for each of today's?"""
    from uploads.models import Upload

    newest = set(Upload.objects.filter(period=FIRST + timedelta(days=day)).values_list("pk", flat=True))
    return Upload.objects.count() == due * (day + 1) and len(newest) == due and queued_ids() == newest


def queued_ids() -> set[int]:
    """The uploads that the messages in the broker name; a message too many would show as a difference in number."""
    found = [number for message in messages() for number in ids_in(message)]
    assert len(found) == len(set(found)), "a message stands there twice"
    return set(found)


def ids_in(message: bytes) -> list[int]:
    """The arguments of a task as Celery writes them."""
    import base64

    [arguments, _, _] = json.loads(base64.b64decode(json.loads(message)["body"]))
    return [int(number) for number in arguments]


def messages() -> list[bytes]:
    """Everything that waits in the queue."""
    return list(client().lrange("celery", 0, -1))


def forget_messages() -> int:
    """Empty the queue; the mean size of a message in bytes."""
    waiting = messages()
    client().flushdb()
    return sum(map(len, waiting)) // max(len(waiting), 1)


def push(count: int, *, size: int) -> None:
    """The yardstick."""
    pipeline = client().pipeline(transaction=False)
    for _ in range(count):
        pipeline.lpush("yardstick", b"x" * size)
    pipeline.execute()


def end_all() -> None:
    """As if workers had done it all: nothing is in flight any more."""
    from uploads.models import Upload
    from uploads.states import State

    Upload.objects.update(state=State.CANCELED, handed_over_at=None)


def client() -> "redis.Redis":  # noqa: F821
    """The broker, as a plain client sees it."""
    import redis
    from django.conf import settings

    return redis.Redis.from_url(settings.REDIS_URL)


if __name__ == "__main__":
    sys.exit(main())
