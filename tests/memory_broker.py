"""Where does work wait in tests without a worker? In a broker in the memory of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from celery import Celery, current_app


@dataclass(frozen=True)
class Broker:
    """Nothing carries out what was put into it by itself."""

    app: Celery
    _seen: list[int] = field(default_factory=list)

    def taken(self) -> list[str]:
        """The names of the tasks that were put into it, in their order; they are gone then."""
        return [name for name, _ in self._drained()]

    @property
    def ids(self) -> list[int]:
        """The rows that were handed over until now, in their order."""
        self._seen.extend(row for _, rows in self._drained() for row in rows)
        return self._seen

    def _drained(self) -> list[tuple[str, list[int]]]:
        found = []
        with self.app.connection_for_read() as connection:
            for queue in self.app.amqp.queues:
                with connection.SimpleQueue(queue) as waiting:
                    for _ in range(waiting.qsize()):
                        message = waiting.get_nowait()
                        message.ack()
                        found.append((str(message.headers["task"]), list(message.payload[0])))
        return found


@contextmanager
def memory_broker() -> Iterator[Broker]:
    """An application as current that has the product's settings but this broker."""
    product = current_app._get_current_object()  # type: ignore[attr-defined]
    app = Celery("tests", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url="memory://", broker_transport_options={})
    app.set_current()
    running = Broker(app)
    running.taken()
    try:
        yield running
    finally:
        product.set_current()
        app.close()
