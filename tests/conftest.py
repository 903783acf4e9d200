"""Who plays in every test, and what may a test reach? The cast, and the guard of the network."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.db import transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from tests.child_guard import sitecustomize as _guard  # noqa: F401  # importing it installs the guard
from tests.postgres_server import running_server
from tests.settings import IS_SQLITE

PASSWORD = "correct horse battery staple"

hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.register_profile("long", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def person(username: str, *, role: Role) -> User:
    """An account with the password that every test knows."""
    return User.objects.create_user(username=username, password=PASSWORD, role=role)


@pytest.fixture
def ada(db: None) -> User:
    """Administrator."""
    return person("ada", role=Role.ADMINISTRATOR)


@pytest.fixture
def ben(db: None) -> User:
    """Operator."""
    return person("ben", role=Role.OPERATOR)


@pytest.fixture
def cleo(db: None) -> User:
    """Viewer."""
    return person("cleo", role=Role.VIEWER)


@pytest.fixture
def dora(db: None) -> User:
    """Privacy officer."""
    return person("dora", role=Role.PRIVACY_OFFICER)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server for this session: the one of this run, or a new one."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    with running_server(Path(tmp_path_factory.mktemp("postgres"))) as url:
        yield url


def pytest_collection() -> None:
    """Thousands of tests are gathered and stay: looking for garbage among them would take a fifth of the run."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on only what the tests themselves make is looked through, and less often than once in 700 objects."""
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A run on another database repeats what knows the database. SQLite's run has tried all the rest."""
    if IS_SQLITE:
        return
    left_out = [item for item in items if not knows_database(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if knows_database(item)]


def knows_database(item: pytest.Item) -> bool:
    """May this test use the database? pytest-django refuses it to every other one."""
    return item.get_closest_marker("django_db") is not None or "django_db_setup" in getattr(item, "fixturenames", ())


@pytest.fixture(autouse=True)
def database_is_asked_for(request: pytest.FixtureRequest) -> Iterator[None]:
    """By mark or argument: one that is asked for on the way would be left out on PostgreSQL without a word."""
    yield
    assert knows_database(request.node) or "django_db_setup" not in request.fixturenames


@pytest.fixture(autouse=True)
def language_between_tests() -> Iterator[None]:
    """A page leaves its thread in the language of its reader, as in production; the next test starts in English."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session", autouse=True)
def ledger_between_tests() -> Iterator[None]:
    """After a test with transactions Django empties every table; only then do the triggers of the ledger step aside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", _flush_without_triggers)
        yield


def _flush_without_triggers(operations: BaseDatabaseOperations, sql_list: list[str]) -> None:
    connection = operations.connection
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for sql in ("SET LOCAL session_replication_role = replica", *sql_list):
                cursor.execute(sql)
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        dropped = [f"DROP TRIGGER {name}" for name, _ in triggers]
        for sql in (*dropped, *sql_list, *(made for _, made in triggers)):
            cursor.execute(sql)
