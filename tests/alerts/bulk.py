"""What do the tests of acts on many servers begin with? Four servers, and a broker that keeps what it is given."""

from collections.abc import Callable, Iterator

import pytest

from accounts.models import User
from alerts import bulk_acts
from alerts.bulk_models import BulkAct
from alerts.bulk_trial import try_out
from dashboard.bulk import text_of
from servers.models import LicenseServer
from tests.factories import a_server
from tests.memory_broker import Broker, memory_broker


@pytest.fixture(autouse=True)
def broker() -> Iterator[Broker]:
    with memory_broker() as running:
        yield running


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
