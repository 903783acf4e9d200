"""What does the tenant's person do, and what does the receiver know then? The cast of the registration."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import time_machine
import urllib3

from programs.models import Door
from receiver.codes import Registration
from servers.models import CloudRegistration, LicenseServer
from servers.registration import is_registered, newest
from tests.factories import a_server
from tests.uploads.conftest import Peer
from uploads.registering import DestinationFailed, check, remove_registration, request_code

State = CloudRegistration.State
CODES, REMOVALS = "codes", "removals"
MINUTE, QUARTER = timedelta(minutes=1), timedelta(minutes=15)


def sharing_server(name: str) -> LicenseServer:
    server = a_server(name)
    LicenseServer.objects.filter(pk=server.pk).update(is_provider=True)
    server.refresh_from_db()
    return server


def enter(peer: Peer, code: str, decision: str = "confirm") -> str:
    """What a person does in a browser, both steps; the last page."""
    at, text = f"{peer.url}/registration/", ""
    text = urllib3.request("GET", at, retries=False).data.decode()
    for choice in ("", decision):
        form = {"nonce": re.search('name="nonce" value="([^"]+)"', text)[1], "code": code, "decision": choice}  # type: ignore[index]
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        reply = urllib3.request("POST", at, body=urlencode(form).encode(), headers=headers, retries=False)
        text = reply.data.decode()
    return text


def remotely(peer: Peer, waiting: CloudRegistration | None) -> Registration:
    """The same registration, as the receiver has it."""
    assert waiting
    found = peer.store.codes.by_id(waiting.remote_id)
    assert found
    return found


def later(clock: time_machine.Traveller, span: timedelta = MINUTE) -> datetime:
    clock.shift(span)
    return datetime.now(tz=UTC)


def end(server: LicenseServer) -> CloudRegistration:
    remove_registration(server, by="ada", door=Door.PAGE)
    ended = newest(server)
    assert ended
    return ended


def registered(peer: Peer, server: LicenseServer) -> None:
    enter(peer, request_code(server, by="ada").code)
    check(server)
    assert is_registered(server)


def failing(work: Callable[[], object]) -> str:
    """The code of the failure, without the prefix that all share."""
    with pytest.raises(DestinationFailed) as failed:
        work()
    assert str(failed.value).endswith(".")
    return failed.value.outcome.code.removeprefix("CTX_UPLOADER_ERROR_")


def state_after(ask: Callable[[LicenseServer], CloudRegistration | None], server: LicenseServer) -> str:
    found = ask(server)
    return found.state if found else ""
