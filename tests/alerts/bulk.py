"""What do the tests of acts on many servers begin with? Four servers, and a broker that keeps what it is given."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from celery import Celery, current_app

from accounts.models import User
from alerts import bulk_acts
from alerts.bulk_models import BulkAct
from alerts.bulk_trial import try_out
from dashboard.bulk import text_of
from servers.models import LicenseServer
from tests.factories import a_server


@dataclass(frozen=True)
class Broker:
    """A broker in the memory of this process; nothing carries out what was put into it by itself."""

    app: Celery

    def taken(self) -> list[str]:
        """The names of the tasks that were put into it, in their order; they are gone then."""
        names = []
        with self.app.connection_for_read() as connection:
            for queue in self.app.amqp.queues:
                with connection.SimpleQueue(queue) as waiting:
                    for _ in range(waiting.qsize()):
                        message = waiting.get_nowait()
                        message.ack()
                        names.append(str(message.headers["task"]))
        return names


@pytest.fixture(autouse=True)
def broker() -> Iterator[Broker]:
    """An application as current that has the product's settings but this broker."""
    product = current_app._get_current_object()  # type: ignore[attr-defined]
    app = Celery("tests", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url="memory://", broker_transport_options={})
    app.set_current()
    running = Broker(app)
    running.taken()
    yield running
    product.set_current()
    app.close()


@pytest.fixture
def servers() -> list[LicenseServer]:
    return [a_server(f"lic{number}.example.test") for number in range(4)]


@pytest.fixture
def begun(ada: User) -> Callable[[], BulkAct]:
    """Thirty servers whose sharing is to be chosen; it waits for a worker."""

    def begin() -> BulkAct:
        chosen = [a_server(f"many{number}.example.test") for number in range(30)]
        text = text_of("share")
        assert text
        return bulk_acts.begin(
            "share", "ceip", chosen, digest=try_out("share", "ceip", chosen).digest, by=ada, reason="Audit",
            text_sha256=text.sha256,
        )  # fmt: skip

    return begin
