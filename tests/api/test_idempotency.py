"""Is a repeated POST carried out once?"""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from api.models import KeyedRequest
from intake.models import SourceReport
from servers.models import LicenseServer
from servers.registry import add_server
from tests.api.calling import LICENSE, V1, calling, is_problem, post, send_file

NEW = {"name": "ls9.example.org"}


class Killed(BaseException):
    """Stands for a process that ends."""


def add(client: Client, key: str = "k1", **body: str) -> Any:
    return post(client, "/servers", body or NEW, key=key)


def test_it_carries_out_a_repeat_once_and_answers_the_same(as_ada: Client) -> None:
    first, second = add(as_ada), add(as_ada)
    assert LicenseServer.objects.count() == 1
    assert (second.status_code, second.json(), second["Location"]) == (201, first.json(), first["Location"])
    assert second["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first


def test_it_knows_a_repeated_form_though_its_boundary_differs(as_ben: Client, server: LicenseServer) -> None:
    first, second = send_file(as_ben, key="k1"), send_file(as_ben, key="k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/plain"])
def test_it_knows_a_repeated_bare_file(kind: str, as_ben: Client, server: LicenseServer) -> None:
    def send(content: bytes = LICENSE, name: str = "a.lic") -> Any:
        address = f"{V1}/reports?server=ls1.example.org&name={name}"
        return as_ben.generic("POST", address, content, kind, headers={"idempotency-key": "k1"})

    first, second = send(), send()
    assert (first.status_code, second.status_code, second.json()) == (201, 201, first.json())
    assert second["Idempotency-Replayed"] == "true"
    assert is_problem(send(LICENSE + b"\n"), 422)
    assert is_problem(send(name="b.lic"), 422)


def test_it_remembers_a_refusal_of_the_file_too(as_ben: Client, server: LicenseServer) -> None:
    send_file(as_ben, b"hello", key="k1")
    second = send_file(as_ben, b"hello", key="k1")
    assert is_problem(second, 422)
    assert second["Idempotency-Replayed"] == "true"


def test_it_refuses_the_key_of_another_request(as_ada: Client) -> None:
    add(as_ada)
    assert is_problem(add(as_ada, name="other"), 422)
    assert is_problem(send_file(as_ada, key="k1"), 422)
    assert is_problem(send_file(as_ada, LICENSE + b"\n", key="k1"), 422)


def test_it_keeps_the_keys_of_people_apart(as_ada: Client, ben: User, server: LicenseServer) -> None:
    assert send_file(as_ada, key="k1").status_code == 201
    assert send_file(calling(ben), key="k1").status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 129, "caf\u00e9", "tab\tkey"])
def test_it_wants_a_printable_key(key: str, as_ada: Client) -> None:
    response = add(as_ada, key)
    assert is_problem(response, 400)
    assert not LicenseServer.objects.exists()


def test_it_frees_the_key_of_a_request_that_failed(as_ada: Client) -> None:
    assert is_problem(add(as_ada, name="a/b"), 400)
    assert add(as_ada).status_code == 201


def unfinished(*, held_for: timedelta) -> None:
    LicenseServer.objects.all().delete()
    KeyedRequest.objects.update(status=None, content_type="", body="", held_until=timezone.now() + held_for)


def test_it_asks_a_concurrent_repeat_to_wait(as_ada: Client) -> None:
    add(as_ada)
    unfinished(held_for=timedelta(minutes=1))
    response = add(as_ada)
    assert is_problem(response, 409)
    assert response["Retry-After"] == "1"


def test_it_carries_out_what_a_dead_process_left(as_ada: Client) -> None:
    add(as_ada)
    unfinished(held_for=timedelta(minutes=-1))
    assert add(as_ada).status_code == 201
    assert KeyedRequest.objects.get().status == 201


def test_it_does_both_or_neither_when_it_is_killed_between_action_and_answer(as_ada: Client) -> None:
    def kill(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("UPDATE") and "api_keyedrequest" in sql:
            raise Killed
        return execute(sql, params, many, context)

    with connection.execute_wrapper(kill), pytest.raises(Killed):
        add(as_ada)
    assert not LicenseServer.objects.exists()
    assert add(as_ada).status_code == 201


def test_it_forgets_a_key_after_a_day(as_ada: Client) -> None:
    add(as_ada)
    KeyedRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert add(as_ada, name="other").status_code == 201
    assert KeyedRequest.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_imports_once_though_eight_ask_at_once(ada: User) -> None:
    add_server(name="ls1.example.org")
    clients = [calling(ada) for _ in range(8)]
    statuses: list[int] = []

    def ask(client: Client) -> None:
        statuses.append(send_file(client, key="k1").status_code)
        connection.close()

    threads = [threading.Thread(target=ask, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert SourceReport.objects.count() == 1
