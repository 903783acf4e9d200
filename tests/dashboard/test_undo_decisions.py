"""Is a saved decision taken back by a new entry, on its own text, and only where that restores what was before?"""

import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from programs.consent import state_of
from programs.models import ConsentDecision
from servers.models import LicenseServer
from tests.dashboard.conftest import Login, an_upload
from tests.dashboard.test_sharing import reviewed, save
from uploads.states import State

BUTTON = "Review and undo"


def decide(client: Client, server: LicenseServer, **words: object) -> str:
    """The page after a decision was reviewed and saved."""
    return save(client, server, reviewed(client, server, **words))


def offered(page: str) -> dict[str, object]:
    """The fields of the form that leads back."""
    form = next(one for one in page.split("<form") if BUTTON in one)
    found = re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)">', form)
    fields = {name: value for name, value in found if name not in {"csrfmiddlewaretoken", "elements"}}
    return {**fields, "elements": [value for name, value in found if name == "elements"]}


def undo(client: Client, server: LicenseServer, page: str) -> str:
    """Press the button, read the review, and save it."""
    return decide(client, server, **offered(page))


def shared(server: LicenseServer) -> dict[str, bool]:
    """Which of the two programs is chosen."""
    return {code: state_of(server, code).granted for code in ("call_home", "ceip")}


@pytest.mark.parametrize("choice", ["ceip", "none"])
def test_a_choice_is_undone_by_a_new_entry(choice: str, server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    decide(client, server, kind="sharing", value=choice)
    was, count = shared(server), ConsentDecision.objects.count()
    page = decide(client, server, kind="sharing", value="call_home")
    assert shared(server) != was
    undo(client, server, page)
    assert shared(server) == was
    assert ConsentDecision.objects.count() > count + 1


def test_nothing_is_undone_before_its_text_was_read(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    page = decide(client, server, kind="sharing", value="ceip")
    assert "Share by CEIP only. Entries " in page
    count = ConsentDecision.objects.count()
    review = client.post(reverse("review", args=[server.guid]), offered(page)).content.decode()
    assert "both entries stay in the ledger" in review
    assert 'value="Undo of entries' in review
    assert "sha256" in review
    assert ConsentDecision.objects.count() == count


def test_it_is_offered_once(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    assert BUTTON in decide(client, server, kind="sharing", value="ceip")
    assert BUTTON not in client.get(reverse("settings", args=[server.guid])).content.decode()


def test_a_way_of_reporting_is_undone(server: LicenseServer, ada: User, login: Login) -> None:
    client = login(ada)
    undo(client, server, decide(client, server, kind="mode", value="manual"))
    server.refresh_from_db()
    assert server.reporting_mode == "electronic"


def test_elements_that_were_held_back_stay_out_when_sharing_is_undone(
    server: LicenseServer, dora: User, login: Login
) -> None:
    """Choosing Call Home again would accept every element; the way back names those that were accepted."""
    client = login(dora)
    decide(client, server, kind="sharing", value="call_home")
    path = min(state_of(server, "call_home").accepted)
    decide(client, server, kind="elements", value="call_home:refuse", elements=[path])
    accepted = state_of(server, "call_home").accepted
    fields = offered(decide(client, server, kind="sharing", value="none"))
    review = client.post(reverse("review", args=[server.guid]), fields).content.decode()
    assert f'<li><span class="k">{path}</span></li></ul>' in review
    assert review.count('<span class="k">') == 1
    decide(client, server, **fields)
    assert state_of(server, "call_home").accepted == accepted
    assert path not in accepted


def test_nothing_is_offered_that_would_share_more_than_before(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    decide(client, server, kind="sharing", value="call_home")
    path = min(state_of(server, "call_home").accepted)
    decide(client, server, kind="elements", value="call_home:refuse", elements=[path])
    assert BUTTON not in decide(client, server, kind="sharing", value="ceip")


def test_an_element_is_held_back_and_accepted_again(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    decide(client, server, kind="sharing", value="call_home")
    accepted = state_of(server, "call_home").accepted
    page = decide(client, server, kind="elements", value="call_home:refuse", elements=[min(accepted)])
    page = undo(client, server, page)
    assert state_of(server, "call_home").accepted == accepted
    undo(client, server, page)
    assert state_of(server, "call_home").accepted == accepted - {min(accepted)}


def test_erasure_is_not_taken_back(server: LicenseServer, dora: User, login: Login) -> None:
    page = decide(login(dora), server, kind="program", value="ceip:erasure_requested")
    assert "Saved and read back from the ledger" in page
    assert BUTTON not in page


def test_it_says_what_stays_canceled(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    decide(client, server, kind="sharing", value="call_home")
    upload = an_upload(server, state=State.FAILED, program="call_home", kind="call_home")
    page = decide(client, server, kind="sharing", value="none")
    upload.refresh_from_db()
    assert upload.state == State.CANCELED
    assert "1 upload was canceled by it and stays canceled." in page


def test_what_is_in_force_already_writes_nothing_and_says_so(server: LicenseServer, dora: User, login: Login) -> None:
    client = login(dora)
    page = decide(client, server, kind="mode", value="electronic")
    assert "Report telemetry electronically: this is in force already. Nothing was written." in page
    assert BUTTON not in page
    assert not ConsentDecision.objects.exists()


def test_the_way_back_is_refused_where_somebody_decided_meanwhile(
    server: LicenseServer, ada: User, dora: User, login: Login
) -> None:
    client = login(dora)
    fields = reviewed(client, server, **offered(decide(client, server, kind="sharing", value="ceip")))
    decide(login(ada), server, kind="sharing", value="call_home")
    assert "Somebody decided meanwhile." in save(client, server, fields)
    assert shared(server)["call_home"]
