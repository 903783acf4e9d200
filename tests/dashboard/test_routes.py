"""Does every page ask who is there, and does it let in exactly the right people?"""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from accounts.models import User
from accounts.roles import PERMISSIONS
from dashboard.urls import urlpatterns
from servers.models import LicenseServer
from tests.dashboard.conftest import Login, an_upload

OPEN_TO_STRANGERS = {"live", "ready", "setup", "join", "sign_in", "sign_out", "set_language"}
WITH_A_KEY_OF_THEIR_OWN = {"metrics", "calendar_feed", "atom_feed"}  # tests/dashboard/test_feeds.py
PAGES = [pattern for pattern in urlpatterns if pattern.name not in WITH_A_KEY_OF_THEIR_OWN]
SIGNED_IN_ONLY = {"account", "choose_zone", "resume", "revoke_token"}
PROGRAM_PAGES = {"program", "preview", "preview_bundle"}
POSTS = {
    "import_files",
    "preview",
    "start_upload",
    "retry_upload",
    "revoke_token",
    "choose_zone",
    "sign_out",
    "override_provider",
    "review",
    "save_decision",
}
POSTS |= {"register", "remove_registration", "run_network_check"}
POSTS |= {"gather", "gather_fleet", "trust_receiver", "import_receipt", "type_in_receipt", "give_up_report"}
POSTS |= {"distrust_receiver", "delete_leftovers", "react", "react_on_server", "test_channel", "act_on_channel"}
POSTS |= {"act_on_person", "take_back_link", "end_demo"}
POSTS |= {"save_view", "change_view", "start_bulk_act"}
POSTS |= {"try_policy", "propose_policy", "approve_policy", "decline_policy", "apply_policy", "answer_undo"}
POSTS |= {"undo_installation"}
POSTS |= {
    "save_threshold",
    "preview_threshold",
    "remove_threshold",
    "undo_threshold",
    "revoke_feed",
}


def address(pattern: URLPattern, server: LicenseServer, upload_id: int) -> str:
    """A real address for the pattern."""
    values = {
        "guid": server.guid,
        "code": "telemetry",
        "upload_id": upload_id,
        "token_id": 1,
        "secret": "x",
        "sequence": 1,
        "form": "csv",
        "report_id": 1,
        "receiver_id": 1,
        "number": 1,
        "alert_id": 1,
        "channel_id": 1,
        "threshold_id": 1,
        "address_id": 1,
        "view_id": 1,
        "act_id": 1,
        "person_id": 1,
        "policy_id": 1,
        "undo_id": 1,
        "invitation_id": 1,
        "part": "lists",
    }
    wanted = re.findall(r"<(?:\w+:)?(\w+)>", str(pattern.pattern))
    return reverse(str(pattern.name), kwargs={name: values[name] for name in wanted})


def permission_of(pattern: URLPattern) -> str | None:
    """What the view behind the pattern asks for; None when it asks for nothing."""
    view: object = pattern.callback
    while view is not None and not hasattr(view, "permission"):
        view = getattr(view, "__wrapped__", None)
    return getattr(view, "permission", None)


@pytest.mark.parametrize("pattern", PAGES, ids=lambda pattern: pattern.name)
def test_it_sends_strangers_to_the_door(pattern: URLPattern, server: LicenseServer) -> None:
    url = address(pattern, server, an_upload(server).pk)
    response = Client().post(url) if pattern.name in POSTS else Client().get(url)
    if pattern.name in OPEN_TO_STRANGERS:
        assert response.status_code in {200, 302, 410, 503}
        assert "next=" not in response.get("Location", "")
    elif response.status_code != 405:
        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("pattern", PAGES, ids=lambda pattern: pattern.name)
def test_it_declares_a_permission_for_every_page(pattern: URLPattern) -> None:
    permission = permission_of(pattern)
    if pattern.name in OPEN_TO_STRANGERS | SIGNED_IN_ONLY:
        assert permission is None
    else:
        assert any(permission in names for names in PERMISSIONS.values())


@pytest.mark.parametrize("who", ["ada", "ben", "cleo", "dora"])
@pytest.mark.parametrize("pattern", PAGES, ids=lambda pattern: pattern.name)
def test_it_lets_in_whom_the_role_table_names(
    pattern: URLPattern, who: str, server: LicenseServer, login: Login, request: pytest.FixtureRequest
) -> None:
    user: User = request.getfixturevalue(who)
    url = address(pattern, server, an_upload(server).pk)
    response = login(user).post(url) if pattern.name in POSTS else login(user).get(url)
    permission = permission_of(pattern)
    allowed = permission is None or user.has_perm(permission)
    assert (response.status_code != 403) is allowed
    assert response.status_code < 500 or pattern.name == "ready"


def test_it_says_whose_right_it_is(server: LicenseServer, cleo: User, login: Login) -> None:
    response = login(cleo).post(reverse("start_upload", args=[server.guid]))
    assert "It takes the administrator or the operator." in response.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "overview",
        "licenses",
        "uploads",
        "servers",
        "account",
        "program",
        "elements",
        "settings",
        "audit",
        "network_check",
        "manual",
        "manual_fleet",
        "alerts",
        "server_alerts",
        "closed_alerts",
        "channels",
        "add_channel",
        "thresholds",
        "feeds",
        "why",
        "people",
        "policies",
        "new_policy",
        "installation",
    ],
)
def test_it_keeps_style_and_script_out_of_the_page(name: str, server: LicenseServer, ada: User, login: Login) -> None:
    without = {"servers", "add_server", "account", "network_check", "manual_fleet", "alerts", "closed_alerts"}
    without |= {
        "installation",
        "policies",
        "new_policy",
        "people",
        "channels",
        "add_channel",
        "thresholds",
        "feeds",
        "why",
    }
    kwargs = {"guid": server.guid} if name not in without else {}
    if name in {"program", "elements"}:
        kwargs["code"] = "telemetry"  # type: ignore[assignment]
    response = login(ada).get(reverse(name, kwargs=kwargs))
    page = response.content.decode()
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert not re.search(
        r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:|https?://(?!127\.|www\.w3)", page
    )
    assert len(page) < 60_000
