"""Can everybody use every page: by eye, by keyboard, by ear, on a phone and on a wide screen, in light and dark?"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Person, person_at
from tests.browser.test_first_upload import LICENSE_FILE, import_file
from tests.stories.running_stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
SERVER_PAGES = (
    "",
    "licenses/",
    "licenses/?reports=1",
    "uploads/",
    "uploads/?state=refused",
    "uploads/?state=lost",
    "uploads/1/",
    "programs/telemetry/",
    "programs/ceip/",
    "programs/telemetry/elements/?kind=usage",
    "sharing/",
    "audit/",
    "alerts/",
)
OTHER_PAGES = ("/servers/", "/uploads/", "/servers/add/", "/network-check/", "/account/", "/nothing/here/")
ALERT_PAGES = (
    "/alerts/",
    "/alerts/?group=act&rule=license_expiry",
    "/alerts/1/",
    "/alerts/closed/",
    "/alerts/channels/",
    "/alerts/channels/add/",
    "/alerts/channels/1/",
    "/alerts/thresholds/?edit=1",
    "/alerts/feeds/",
    "/alerts/why/?alert=1",
    "/alerts/why/?kind=backup",
)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One system for all pages of this module; nothing in it is changed by looking."""
    stack = Stack(tmp_path_factory.mktemp("pages") / "data", environment={})
    stack.wait_until_ready()
    yield stack
    assert not stack.stop()


@pytest.fixture(scope="module")
def paths(standing: Stack, chromium: Browser) -> tuple[list[str], dict[str, str]]:
    """Every page's address, and the cookies of a person who is signed in and has sent one upload."""
    context = chromium.new_context()
    person = person_at(context.new_page(), standing.web)
    assert standing.setup_url is not None
    person.set_up(standing.setup_url)
    import_file(person)
    base = re.sub(r"licenses/.*", "", person.page.url).removeprefix(standing.web)
    person.open(f"{base}programs/telemetry/")
    person.page.get_by_role("button", name="Seal a preview").first.click()
    person.page.get_by_role("button", name="Upload now, exactly this").first.click()
    expect(person.page.locator("#history tbody")).to_contain_text("Delivered")
    tell_somebody(standing, person)
    state = context.storage_state(path=None)
    context.close()
    return [*(base + path for path in SERVER_PAGES), *OTHER_PAGES, *ALERT_PAGES], {"state": state}  # type: ignore[dict-item]


def tell_somebody(standing: Stack, person: Person) -> None:
    """A channel, a ladder of its own, an address of a calendar, and an alert that was looked at."""
    person.open("/alerts/channels/add/")
    person.page.get_by_label("Name", exact=True).fill("On call")
    person.page.get_by_label("How it is told").select_option("webhook")
    person.page.get_by_label("Where it leads").fill("https://127.0.0.1:9/hook")
    person.press("Add channel")
    expect(person.page.get_by_role("heading", name="The secret")).to_be_visible()
    person.open("/alerts/thresholds/")
    person.page.get_by_label("Product code").fill("XDT_PLT_CCS")
    person.press("Save ladder")
    person.open("/alerts/feeds/")
    person.page.get_by_label("Who reads there").fill("My phone")
    person.press("Make address")
    expect(person.page.get_by_role("heading", name="The new address")).to_be_visible()
    assert standing.manage("evaluate_alerts").returncode == 0


@pytest.fixture
def looking(standing: Stack, paths: tuple[list[str], dict[str, str]], chromium: Browser) -> Iterator[BrowserContext]:
    """A profile with that person's cookies."""
    context = chromium.new_context(storage_state=paths[1]["state"], reduced_motion="reduce")
    yield context
    context.close()


def findings(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA, a line each."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]} ({one['nodes'][0]['failureSummary']})" for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_it_is_accessible_and_fits_the_screen(
    width: int, scheme: str, standing: Stack, paths: tuple[list[str], dict[str, str]], looking: BrowserContext
) -> None:
    person = person_at(looking.new_page(), standing.web)
    person.page.set_viewport_size({"width": width, "height": 900})
    person.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    wrong = {}
    for path in paths[0]:
        person.open(path)
        overflow = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        complaints = [one for one in person.complaints if "404" not in one]
        wrong[path] = [*findings(person.page), *complaints, *([f"{overflow} px too wide"] if overflow > 0 else [])]
    assert {path: rows for path, rows in wrong.items() if rows} == {}


def test_it_would_notice_a_missing_name(standing: Stack, context: BrowserContext) -> None:
    person = person_at(context.new_page(), standing.web)
    person.open("/sign-in/")
    person.page.evaluate("document.querySelectorAll('label').forEach(label => label.remove())")
    assert any(one.startswith("label:") for one in findings(person.page))


@pytest.mark.parametrize("path", ["/sign-in/", "/setup/used-up/"])
def test_it_has_accessible_doors(path: str, standing: Stack, context: BrowserContext) -> None:
    person = person_at(context.new_page(), standing.web)
    person.open(path)
    assert findings(person.page) == []


def test_it_can_be_used_without_script(
    standing: Stack, paths: tuple[list[str], dict[str, str]], chromium: Browser
) -> None:
    context = chromium.new_context(storage_state=paths[1]["state"], java_script_enabled=False)
    person = Person(context.new_page(), standing.web)
    person.open(paths[0][0])
    person.press("Upload now")
    expect(person.page.get_by_role("heading", name="Uploads", exact=True)).to_be_visible()
    person.page.get_by_label("Result").select_option("delivered")
    person.press("Apply")
    expect(person.page.locator("#history tbody tr").first).to_be_visible()
    context.close()


def test_it_can_be_used_by_keyboard_alone(
    standing: Stack, paths: tuple[list[str], dict[str, str]], looking: BrowserContext
) -> None:
    person = person_at(looking.new_page(), standing.web)
    person.open(paths[0][1])
    person.page.keyboard.press("Tab")
    expect(person.page.get_by_text("Skip to content")).to_be_focused()
    person.page.keyboard.press("Enter")
    expect(person.page.locator("#main")).to_be_focused()
    person.page.get_by_label("Drop files here or choose them").set_input_files(LICENSE_FILE)
    person.page.get_by_role("button", name="Import", exact=True).focus()
    person.page.keyboard.press("Enter")
    expect(person.page.get_by_text("Already here", exact=True)).to_be_visible()


def test_it_keeps_the_theme_that_was_chosen(
    standing: Stack, paths: tuple[list[str], dict[str, str]], looking: BrowserContext
) -> None:
    person = person_at(looking.new_page(), standing.web)
    person.open(paths[0][0])
    person.page.get_by_title("Dark").click()
    person.open("/servers/")
    expect(person.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_it_takes_a_file_that_is_dropped(
    standing: Stack, paths: tuple[list[str], dict[str, str]], looking: BrowserContext
) -> None:
    person = person_at(looking.new_page(), standing.web)
    person.open(paths[0][1])
    handle = person.page.evaluate_handle(
        """text => { const data = new DataTransfer();
        data.items.add(new File([text], "dropped.lic")); return data; }""",
        Path(LICENSE_FILE).read_text(encoding="utf-8-sig"),
    )
    person.page.locator(".drop").dispatch_event("drop", {"dataTransfer": handle})
    expect(person.page.locator("#files")).to_have_js_property("files.length", 1)
