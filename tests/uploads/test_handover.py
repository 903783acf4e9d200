"""What if the broker is not there? The row waits, and whoever asked is told at once."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import redis
from celery import Celery, current_app

from licensing_manager import broker
from licensing_manager.readiness import answers_ping
from tests.stories.running_stack import eventually
from uploads import tasks
from uploads.handover import TASK, hand_over


class Valkey:
    """A real broker of our own on a socket."""

    def __init__(self, folder: Path) -> None:
        self.socket, self.data = folder / "run" / "b.sock", folder / "data"
        broker.prepare(socket=self.socket, data=self.data)
        self.process: subprocess.Popen[bytes]

    def start(self) -> None:
        command = broker.command(socket=self.socket, data=self.data)
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        eventually(lambda: answers_ping(f"unix://{self.socket}"))

    def has_written(self) -> bool:
        """Is every message in its file? It answers before that when an earlier sync still keeps the disk busy."""
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            return int(client.info("persistence")["aof_buffer_length"]) == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def waiting(self) -> int:
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            return int(client.llen("uploads"))


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    """The broker, and an application as current that has the product's settings but this broker."""
    product = current_app._get_current_object()  # type: ignore[attr-defined]
    with TemporaryDirectory(prefix="lm-") as folder:  # short: the path of a socket is limited
        running = Valkey(Path(folder))
        app = Celery("tests", set_as_current=False)
        app.config_from_object("django.conf:settings", namespace="CELERY")
        app.conf.update(broker_url=f"redis+socket://{running.socket}")
        app.set_current()
        yield running
        product.set_current()
        app.close()
        if running.process.poll() is None:
            running.kill()


def test_a_message_is_handed_over_to_a_running_broker(valkey: Valkey) -> None:
    valkey.start()
    assert hand_over(7)
    assert valkey.waiting() == 1


def test_a_broker_that_never_ran_is_a_no_and_no_error(valkey: Valkey) -> None:
    valkey.start()
    valkey.kill()
    assert hand_over(7) is False


def test_a_broker_that_went_away_is_a_no_and_comes_back(valkey: Valkey) -> None:
    valkey.start()
    assert hand_over(7)
    eventually(valkey.has_written)
    valkey.kill()
    assert hand_over(8) is False
    valkey.start()
    assert hand_over(9)
    assert valkey.waiting() == 2


def test_the_message_goes_to_the_task_that_the_worker_knows() -> None:
    assert tasks.transfer_upload.name == TASK


def test_a_worker_takes_ticks_before_uploads(valkey: Valkey) -> None:
    """The consumer asks the broker for both queues at once, in this order."""
    valkey.start()
    line = current_app.connection_for_read()
    channel: Any = line.channel()
    queues = list(current_app.amqp.queues.consume_from)
    for queue in queues:
        channel.queue_declare(queue=queue)
        channel.basic_consume(queue, no_ack=True, callback=lambda _: None, consumer_tag=queue)
    for taken in queues:
        channel._queue_cycle.rotate(taken)
        assert channel._queue_cycle.consume(2) == ["celery", "uploads"]
    line.release()
