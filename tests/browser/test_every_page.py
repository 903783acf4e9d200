"""Is every page, in every state, right at every width and in both themes: by eye, by ear, and by our own rules?

Each page is loaded once. `PAGE_PICTURES=/some/folder` keeps a picture of each, for people to look at.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Person
from tests.browser.furnished import LONG, facts_of
from tests.browser.looking import AXE, Looker
from tests.browser.rooms import EMPTY, FURNISHED, Room
from tests.browser.test_first_upload import LICENSE_FILE
from tests.browser.test_privacy_officer import enter, reach, write
from tests.stories.running_stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]
Facts = dict[str, Any]


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One system for all pages of this module; nothing in it is changed by looking."""
    stack = Stack(tmp_path_factory.mktemp("pages") / "data", environment={})
    stack.wait_until_ready()
    yield stack
    assert not stack.stop()


@pytest.fixture(scope="module")
def ada(standing: Stack, chromium: Browser) -> Iterator[Looker]:
    """The first administrator, who has set it up and sees nothing yet."""
    context = chromium.new_context()
    looker = Looker.at(context, standing.web)
    assert standing.setup_url is not None
    looker.page.goto(standing.setup_url)
    assert looker.look(picture="set-up") == []
    Person(looker.page, standing.web).set_up(standing.setup_url)
    yield looker
    context.close()


@pytest.fixture(scope="module")
def empty(ada: Looker) -> dict[str, list[str]]:
    """What is wrong with the pages of an installation in which nothing is."""
    return wrong_in(EMPTY, {"ada": ada}, {})


@pytest.fixture(scope="module")
def facts(standing: Stack, empty: dict[str, list[str]]) -> Facts:
    """The same installation with every state in it, and where each is."""
    return facts_of(standing)


@pytest.fixture(scope="module")
def lookers(ada: Looker, standing: Stack, chromium: Browser, facts: Facts) -> Iterator[dict[str, Looker]]:
    """Ada, a viewer, and a stranger, each at a browser of their own."""
    viewer, stranger = chromium.new_context(), chromium.new_context()
    viewer.add_cookies([{"name": "sessionid", "value": facts["cleo"], "url": standing.web}])
    yield {"ada": ada, "cleo": Looker.at(viewer, standing.web), "": Looker.at(stranger, standing.web)}
    viewer.close()
    stranger.close()


def wrong_in(rooms: list[Room], lookers: dict[str, Looker], facts: Facts) -> dict[str, list[str]]:
    """By page, everything that somebody noticed; pages without a finding are left out."""
    found = {
        room.label: lookers[room.who].open(
            room.address(facts), status=room.status, picture=room.label if facts else f"empty {room.label}"
        )
        for room in rooms
    }
    return {label: rows for label, rows in found.items() if rows}


def test_an_empty_installation_is_in_order(empty: dict[str, list[str]]) -> None:
    assert empty == {}


def test_every_page_is_in_order(lookers: dict[str, Looker], facts: Facts) -> None:
    assert wrong_in(FURNISHED, lookers, facts) == {}


def test_what_a_form_answers_is_in_order(lookers: dict[str, Looker], facts: Facts) -> None:
    """Pages that only a button leads to: a review, a refusal, a secret that is shown once, a preview."""
    ada, stranger = lookers["ada"], lookers[""]
    wrong = {}
    for label, looker, address, fields, button in (
        ("review", ada, f"/servers/{facts['busy']}/sharing/", {}, "Review and save"),
        ("token", ada, "/account/", {"Name": "night"}, "Create token"),
        ("no ladder", ada, "/alerts/thresholds/", {"Steps, in days left": "nine"}, "Save ladder"),
        ("ladder", ada, "/alerts/thresholds/", {"Product code": "XDT"}, "Preview"),
        ("address", ada, "/alerts/feeds/", {"Who reads there": "x"}, "Make address"),
        ("sign-in", stranger, "/sign-in/", {"User name": "ada", "Password": "wrong"}, "Sign in"),
    ):
        looker.page.goto(looker.web + address)
        for name, words in fields.items():
            looker.page.get_by_label(name, exact=True).first.fill(words)
        looker.page.get_by_role("button", name=button, exact=True).first.click()
        looker.page.wait_for_load_state()
        wrong[label] = looker.look(picture=label)
    assert {label: rows for label, rows in wrong.items() if rows} == {}


def test_the_looker_would_notice_what_is_wrong(lookers: dict[str, Looker]) -> None:
    looker = lookers[""]
    looker.page.goto(f"{looker.web}/sign-in/")
    looker.page.evaluate(
        """() => {
        document.querySelectorAll("label").forEach(label => label.remove());
        document.querySelector("h1").style.width = "3000px";
        document.body.insertAdjacentHTML("beforeend", "<h1 style='color: red'>x</h1><img src='http://127.0.0.2/x'>");
        console.warn("said");
        }"""
    )
    looker.page.evaluate(AXE)
    found = "\n".join(looker.look())
    for sign in ("h1 is 2", "px too wide", "label:", "style-src", "img-src", "console warning: said"):
        assert sign in found


def test_nothing_moves_for_whom_it_disturbs(lookers: dict[str, Looker]) -> None:
    page = lookers["ada"].page
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{lookers['ada'].web}/style-guide/panels/")
    moving = "[...document.querySelectorAll('*')].filter(one => one.getAnimations().length).length"
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    page.reload()
    assert page.evaluate(moving) > 0


@pytest.mark.parametrize("width", [1440, 820, 390])
def test_the_list_of_servers_fits_with_a_name_of_255_letters(lookers: dict[str, Looker], width: int) -> None:
    page = lookers["ada"].page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{lookers['ada'].web}/servers/?view=all")
    expect(page.locator("#fleet").get_by_role("link", name=LONG)).to_be_visible()
    assert page.locator("#fleet .scroll").evaluate("node => node.scrollWidth - node.clientWidth") <= 0


def test_it_can_be_read_with_forced_colors(lookers: dict[str, Looker]) -> None:
    """Where washes fall away, what is chosen still shows. (axe knows nothing of the colors of the system.)"""
    looker = lookers["ada"]
    looker.page.emulate_media(forced_colors="active", color_scheme="dark")
    looker.page.goto(f"{looker.web}/style-guide/signs/")
    chosen = looker.page.locator(".choice", has=looker.page.locator(":checked")).first
    assert chosen.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    looker.page.emulate_media(forced_colors="none")


def printed(page: Page) -> dict[str, Any]:
    """What of a page goes onto paper."""
    facts: dict[str, Any] = page.evaluate(
        """() => {
        const shown = name => [...document.querySelectorAll(name)].filter(one => one.offsetParent).length;
        return {gone: shown(".topbar, .rail, .foot, form, .button"), title: shown("h1"),
                paper: getComputedStyle(document.body.closest("html")).backgroundColor,
                head: [...document.querySelectorAll("thead")].every(
                  one => getComputedStyle(one).display === "table-header-group")};
        }"""
    )
    return facts


@pytest.mark.parametrize("kind", ["history", "receipt", "sheet"])
def test_it_prints_black_on_white_without_controls(kind: str, lookers: dict[str, Looker], facts: Facts) -> None:
    looker = lookers["ada"]
    pages = {"history": f"/servers/{facts['busy']}/uploads/", "receipt": f"/servers/{facts['busy']}/decisions/1/"}
    pages["sheet"] = f"/manual/{facts['courier']}/sheet/"
    looker.page.emulate_media(media="print", color_scheme="dark")
    looker.page.goto(looker.web + pages[kind])
    assert printed(looker.page) == {"gone": 0, "title": 1, "paper": "rgb(255, 255, 255)", "head": True}
    looker.page.emulate_media(media="screen")


def test_it_can_be_used_without_script(standing: Stack, facts: Facts, chromium: Browser) -> None:
    context = without_script(chromium, standing, facts)
    person = Person(context.new_page(), standing.web)
    person.open(f"/servers/{facts['bare']}/")
    person.press("Upload now")
    expect(person.page.get_by_role("heading", name="Uploads", exact=True)).to_be_visible()
    person.page.get_by_label("Result").select_option("delivered")
    person.press("Apply")
    expect(person.page.get_by_role("link", name="Remove the filter Result: Delivered")).to_be_visible()
    context.close()


def without_script(chromium: Browser, standing: Stack, facts: Facts) -> BrowserContext:
    """Ada's profile with scripts switched off."""
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": facts["ada"], "url": standing.web}])
    return context


def test_files_are_imported_by_keyboard_alone(lookers: dict[str, Looker], facts: Facts) -> None:
    person = Person(lookers["ada"].page, lookers["ada"].web)
    person.open(f"/servers/{facts['bare']}/licenses/")
    person.page.keyboard.press("Tab")
    expect(person.page.get_by_text("Skip to content")).to_be_focused()
    person.page.keyboard.press("Enter")
    expect(person.page.locator("#main")).to_be_focused()
    reach(person, person.page.locator("#files"))
    person.page.locator("#files").set_input_files(LICENSE_FILE)  # stands for the dialog of the system
    enter(person, "button", "Import")
    expect(person.page.locator("#results").get_by_text("Imported", exact=True)).to_be_visible()


def test_an_alert_is_acknowledged_by_keyboard_alone(lookers: dict[str, Looker], facts: Facts) -> None:
    person = Person(lookers["ada"].page, lookers["ada"].web)
    person.open(f"/servers/{facts['busy']}/alerts/")
    reach(person, person.page.locator(".events button[value=acknowledge]").first)
    person.page.keyboard.press("Enter")
    expect(person.page.get_by_text("Acknowledged by ada").first).to_be_visible()
    reach(person, person.page.locator(".events button[popovertarget]").first)
    person.page.keyboard.press("Enter")
    open_menu = person.page.locator(".menu:popover-open")
    reach(person, open_menu.get_by_label("Why may it wait?"))
    person.page.keyboard.type("The order is placed.")
    reach(person, open_menu.get_by_role("button", name="For 1 day"))
    person.page.keyboard.press("Enter")
    expect(person.page.get_by_text("1 alert was snoozed until")).to_be_visible()


def test_a_report_is_carried_by_keyboard_alone(lookers: dict[str, Looker], facts: Facts) -> None:
    """Take the volume, print the sheet, and type in the case number that the vendor's page showed."""
    person = Person(lookers["ada"].page, lookers["ada"].web)
    person.open(f"/manual/{facts['courier']}/")
    with person.page.expect_download() as download:
        enter(person, "link", "Download volume 1")
    assert download.value.suggested_filename.endswith(".zip")
    person.page.reload()
    enter(person, "link", "Custody sheet")
    expect(person.page.get_by_role("heading", level=1)).to_be_visible()
    person.page.go_back()
    reach(person, person.page.locator("summary", has_text="No file, only a case number?"))
    person.page.keyboard.press("Enter")
    write(person, "Case number", "80001234")
    reach(person, person.page.get_by_label("Uploaded on"))
    person.page.keyboard.type(f"{timezone.now():%m%d%Y}")
    reach(person, person.page.get_by_label("Volume 1"))
    person.page.keyboard.press("Space")
    enter(person, "button", "Record case number")
    expect(person.page.get_by_text("Every report arrived").first).to_be_visible()


def test_it_takes_a_file_that_is_dropped(lookers: dict[str, Looker], facts: Facts) -> None:
    page = lookers["ada"].page
    page.goto(f"{lookers['ada'].web}/servers/{facts['bare']}/licenses/")
    handle = page.evaluate_handle(
        """text => { const data = new DataTransfer();
        data.items.add(new File([text], "dropped.lic")); return data; }""",
        Path(LICENSE_FILE).read_text(encoding="utf-8-sig"),
    )
    page.locator(".drop").dispatch_event("drop", {"dataTransfer": handle})
    expect(page.locator("#files")).to_have_js_property("files.length", 1)


def test_it_keeps_the_theme_that_was_chosen(lookers: dict[str, Looker]) -> None:
    page, web = lookers["cleo"].page, lookers["cleo"].web
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{web}/servers/")
    page.get_by_title("Dark").click()
    page.goto(f"{web}/alerts/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
