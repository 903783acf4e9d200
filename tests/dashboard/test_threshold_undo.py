"""Can a change of a ladder be taken back from its message, and never what somebody else changed since?"""

import re
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from alerts.models import Threshold
from alerts.thresholds import Scope, save_threshold
from servers.models import LicenseServer, ServerGroup
from tests.dashboard.conftest import Login

CHANGED = "Somebody changed this ladder since."


def save(client: Client, **words: object) -> str:
    return client.post(reverse("save_threshold"), {"do": "save", **words}, follow=True).content.decode()


def undo(client: Client, page: str) -> str:
    """Press the button of the message, with what the browser was given."""
    found = re.search(rf'action="{reverse("undo_threshold")}".*?name="change" value="([^"]+)"', page, re.DOTALL)
    assert found, "the message offers no undo"
    return client.post(reverse("undo_threshold"), {"change": found[1]}, follow=True).content.decode()


def columns() -> list[dict[str, Any]]:
    names = ("key", "days", "percent", "is_muted", "escalate_after_days", "changed_by")
    return [{name: getattr(row, name) for name in names} for row in Threshold.objects.all()]


def test_a_new_ladder_is_taken_back(server: LicenseServer, ada: User, login: Login) -> None:
    client = login(ada)
    page = save(client, rule="license_expiry", feature="XDT_PLT_CCS", server=server.name, days="60 5")
    page = undo(client, page)
    assert "Removed: License expiry, XDT_PLT_CCS on lic-ams-01.corp.example." in page
    assert not Threshold.objects.exists()
    assert reverse("undo_threshold") not in page


def test_a_changed_ladder_is_as_it_was_by_a_new_entry(ada: User, dora: User, login: Login) -> None:
    group = ServerGroup.objects.create(name="Amsterdam")
    save_threshold(Scope(group=group), days=[60, 5], percent=[80], escalate_after_days=2, by=dora, now=timezone.now())
    before = columns()
    client = login(ada)
    page = save(client, group=group.pk, days="9", is_muted="on")
    assert columns() != before
    assert "Undone: Every clock, group Amsterdam is as it was before." in undo(client, page)
    assert columns() == [before[0] | {"changed_by": "ada"}]


def test_a_removed_ladder_comes_back(ada: User, login: Login) -> None:
    row = save_threshold(Scope(), days=[45], is_muted=True, by=ada, now=timezone.now())
    before, client = columns(), login(ada)
    page = client.post(reverse("remove_threshold", args=[row.pk]), follow=True).content.decode()
    assert "Undone: Every clock, the installation is as it was before." in undo(client, page)
    assert columns() == before


def test_what_somebody_changed_since_is_left_alone(ada: User, dora: User, login: Login) -> None:
    client = login(ada)
    page = save(client, days="60")
    save_threshold(Scope(), days=[10], by=dora, now=timezone.now())
    assert CHANGED in undo(client, page)
    assert columns()[0]["days"] == [10]
    page = save(client, days="30")
    Threshold.objects.get().delete()
    assert CHANGED in undo(client, page)
    assert not Threshold.objects.exists()


def test_a_removed_ladder_does_not_replace_a_newer_one(ada: User, dora: User, login: Login) -> None:
    row = save_threshold(Scope(), days=[45], by=ada, now=timezone.now())
    client = login(ada)
    page = client.post(reverse("remove_threshold", args=[row.pk]), follow=True).content.decode()
    save_threshold(Scope(), days=[10], by=dora, now=timezone.now())
    assert CHANGED in undo(client, page)
    assert columns()[0]["days"] == [10]


def test_a_ladder_of_a_group_that_is_gone_stays_gone(ada: User, login: Login) -> None:
    group = ServerGroup.objects.create(name="Amsterdam")
    row = save_threshold(Scope(group=group), days=[45], by=ada, now=timezone.now())
    client = login(ada)
    page = client.post(reverse("remove_threshold", args=[row.pk]), follow=True).content.decode()
    group.delete()
    assert "The group or the server of this ladder was removed." in undo(client, page)
    assert not Threshold.objects.exists()


def test_a_button_that_was_not_made_here_does_nothing(ada: User, ben: User, login: Login) -> None:
    for change in ("", "x", '{"key": "|||"}'):
        response = login(ada).post(reverse("undo_threshold"), {"change": change}, follow=True)
        assert "This button is not known here. Nothing was changed." in response.content.decode()
    assert login(ben).post(reverse("undo_threshold")).status_code == 403
    assert not Threshold.objects.exists()
