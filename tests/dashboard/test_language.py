"""Does everybody read in their own language, and does nobody get a page in another one's?"""

from threading import Thread

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import User
from servers.models import LicenseServer
from tests.dashboard.conftest import Login

# A sentence that Django itself brings in every language, so that this needs none of our catalogs.
REQUIRED = {
    "de": "Dieses Feld ist zwingend erforderlich.",
    "fr": "Ce champ est obligatoire.",
    "ja": "この項目は必須です。",
}


def refused_form(client: Client, language: str = "") -> str:
    headers = {"accept-language": language} if language else {}
    return client.post(reverse("account"), {"name": "", "days": "30"}, headers=headers).content.decode()


@pytest.mark.parametrize("language", REQUIRED)
def test_a_page_is_in_the_language_of_the_browser(login: Login, cleo: User, language: str) -> None:
    page = refused_form(login(cleo), f"{language},en;q=0.5")
    assert REQUIRED[language] in page
    assert f'<html lang="{language}" dir="ltr"' in page


def test_an_unknown_language_becomes_that_of_the_installation(login: Login, cleo: User) -> None:
    assert '<html lang="en"' in refused_form(login(cleo), "tlh")
    with override_settings(LANGUAGE_CODE="de"):
        page = refused_form(login(cleo), "tlh")
    assert REQUIRED["de"] in page
    assert '<html lang="de"' in page


def test_what_nobody_reads_on_a_page_is_in_the_language_of_the_installation(db: None) -> None:
    said = []
    with override_settings(LANGUAGE_CODE="fr"):
        Client().get(reverse("sign_in"), headers={"accept-language": "de"})
        worker = Thread(target=lambda: said.append(gettext("This field is required.")))  # as in worker and commands
        worker.start()
        worker.join()
    assert said == [REQUIRED["fr"]]


def test_a_choice_outlives_the_browser_and_leads_back_to_the_same_page(
    login: Login, cleo: User, server: LicenseServer
) -> None:
    client, here = login(cleo), f"{reverse('licenses', args=[server.guid])}?shown=all"
    page = client.get(here).content.decode()
    assert f'<input type="hidden" name="next" value="{here}">' in page
    answer = client.post(reverse("set_language"), {"language": "ja", "next": here})
    assert answer.url == here  # type: ignore[attr-defined]
    assert '<html lang="ja"' in client.get(here, headers={"accept-language": "de"}).content.decode()
    cookie = answer.cookies["language"]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 365 * 24 * 3600)


@pytest.mark.parametrize("page", ["sign_in", "a page that is not there"])
def test_it_is_chosen_before_anybody_signs_in(db: None, page: str) -> None:
    client = Client(enforce_csrf_checks=True)
    text = client.get(reverse(page) if page == "sign_in" else "/nowhere/").content.decode()
    assert all(f'lang="{code}"' in text for code in ("en", "de", "fr", "es", "ja", "zh-hans"))
    token = client.cookies["csrftoken"].value
    answer = client.post(reverse("set_language"), {"language": "es", "next": "/", "csrfmiddlewaretoken": token})
    assert answer.cookies["language"].value == "es"
    assert client.post(reverse("set_language"), {"language": "de"}).status_code == 403


def test_a_secret_address_is_not_repeated_and_still_led_back_to(db: None) -> None:
    client, secret = Client(), "/setup/qJ7s-_x9Tz/"
    assert "qJ7s-_x9Tz" not in client.get(secret).content.decode()
    there = {"referer": f"http://testserver{secret}"}
    answer = client.post(reverse("set_language"), {"language": "de", "next": ""}, headers=there)
    assert answer.url.endswith(secret)  # type: ignore[attr-defined]


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_it_leads_nowhere_else(db: None, elsewhere: str) -> None:
    answer = Client().post(reverse("set_language"), {"language": "de", "next": elsewhere})
    assert answer.url == "/"  # type: ignore[attr-defined]


def test_after_a_form_it_leads_to_the_page_that_the_form_was_on(login: Login, cleo: User) -> None:
    client, page = login(cleo), reverse("account")
    for referer, back in {
        "http://testserver/account/?a=1": "/account/?a=1",
        "https://elsewhere.example/x": "/",
    }.items():
        text = client.post(page, {"name": ""}, headers={"referer": referer}).content.decode()
        assert f'name="next" value="{back}"' in text


@pytest.mark.parametrize("path", ["/sign-in/", "/api/v1/servers/", "/health/live", "/nowhere/"])
def test_nothing_is_kept_for_a_reader_of_another_language(db: None, path: str) -> None:
    answer = Client().get(path)
    varies = {name.strip().lower() for name in answer["Vary"].split(",")}
    assert {"accept-language", "cookie"} <= varies
    assert answer["Content-Language"] == "en"


def test_a_known_answer_in_another_language_is_sent_anew(login: Login, cleo: User, server: LicenseServer) -> None:
    client, path = login(cleo), "/api/v1/servers/999999/"
    english = client.get(path)
    again = client.get(path, headers={"if-none-match": english.get("ETag", '"none"'), "accept-language": "de"})
    assert again["Content-Language"] == "de"
    assert again.status_code == english.status_code
