"""Can a person come back to a list: under a name, alone or shared, and shown first?"""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import SavedView, User
from accounts.saved_views import MOST, ViewRefused, save_view, views_of
from tests.dashboard.conftest import Login
from tests.factories import a_server

pytestmark = pytest.mark.django_db


def save(client: Client, name: str = "By hand", question: str = "mode=manual&sort=name", **words: str) -> str:
    form = {"name": name, "question": question, **words}
    return client.post(reverse("save_view"), form, follow=True).content.decode()


def change(client: Client, view: SavedView, act: str, **words: str) -> str:
    return client.post(reverse("change_view", args=[view.pk]), {"act": act, **words}, follow=True).content.decode()


@pytest.fixture(autouse=True)
def some_server() -> None:
    a_server()


def test_filters_get_a_name_and_a_tab(cleo: User, login: Login) -> None:
    page = save(login(cleo))
    assert "Saved as By hand." in page
    assert '<a href="/servers/?mode=manual&amp;sort=name" aria-current="page">By hand</a>' in page
    assert not SavedView.objects.get().is_shared


def test_what_is_no_filter_is_not_kept(cleo: User, login: Login) -> None:
    save(login(cleo), question="mode=manual&after=2026-01-01~1&evil=<script>")
    assert SavedView.objects.get().question == "mode=manual"


def test_another_one_sees_only_what_is_shared(cleo: User, ben: User, login: Login) -> None:
    save(login(cleo), "Mine")
    save(login(cleo), "Ours", "pressure=act", shared="1")
    page = login(ben).get(reverse("servers")).content.decode()
    assert ">Ours</a>" in page
    assert ">Mine</a>" not in page


def test_the_same_name_holds_the_newer_filters(cleo: User, login: Login) -> None:
    save(login(cleo))
    save(login(cleo), question="pressure=act")
    assert SavedView.objects.get().question == "pressure=act"


def test_it_is_renamed_and_removed_by_its_owner(cleo: User, ben: User, login: Login) -> None:
    save(login(cleo), shared="1")
    view = SavedView.objects.get()
    assert "is not yours" in change(login(ben), view, "rename", name="Taken")
    assert "is not yours" in change(login(ben), view, "remove")
    change(login(cleo), view, "rename", name="  Carried   by hand ")
    assert SavedView.objects.get().name == "Carried by hand"
    assert "The view is removed." in change(login(cleo), view, "remove")
    assert not SavedView.objects.exists()


def test_one_has_no_two_of_a_name(cleo: User, login: Login) -> None:
    save(login(cleo), "A")
    save(login(cleo), "B")
    assert "of this name already" in change(login(cleo), SavedView.objects.get(name="B"), "rename", name="A")


def test_it_is_shown_first_until_it_is_not_shared_any_more(cleo: User, ben: User, login: Login) -> None:
    save(login(cleo), shared="1")
    view, client = SavedView.objects.get(), login(ben)
    change(client, view, "first")
    assert client.get(reverse("servers"))["Location"] == "/servers/?mode=manual&sort=name"
    assert client.get(reverse("servers"), {"view": "all"}).status_code == 200
    save(login(cleo))
    assert client.get(reverse("servers")).status_code == 200


def test_a_view_of_somebody_else_cannot_be_shown_first(cleo: User, ben: User, login: Login) -> None:
    save(login(cleo))
    assert "is not yours" in change(login(ben), SavedView.objects.get(), "first")


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\u202eb", "a\x07b"])
def test_a_name_that_is_none_is_refused(cleo: User, login: Login, name: str) -> None:
    assert "Nothing was saved." in save(login(cleo), name)
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["<img src=x onerror=alert(1)>", "مركز البيانات", "🔥🔥"])
def test_names_are_shown_as_text(cleo: User, login: Login, name: str) -> None:
    page = save(login(cleo), name)
    assert SavedView.objects.get().name == name
    assert "<img src=x" not in page


def test_nobody_keeps_more_than_fifty(cleo: User) -> None:
    for number in range(MOST):
        save_view(cleo, name=f"View {number}", question="", is_shared=False)
    with pytest.raises(ViewRefused, match="Remove one"):
        save_view(cleo, name="One more", question="", is_shared=False)
    assert views_of(cleo).count() == MOST
