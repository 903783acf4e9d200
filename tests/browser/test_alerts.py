"""Does a person see in time that a license ends, and can she answer by keyboard and take it back?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Person, person_at
from tests.stories.running_stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]
TITLE = "120 XDT_PLT_CCS licenses expire"
ENDS = {
    "XDT_PLT_CCS": (5, 120),
    "MPS_ENT_CCS": (6, 50),
    "PVS_STD_CCS": (8, 30),
    "XDS_ADV_CCU": (9, 20),
    "CNS_V1": (34, 1),
}
# Every label of the drawing and every leader, as the browser laid them out.
BOXES = """() => [...document.querySelectorAll('.axis text:not(.step-label)')].map(text => {
  const box = text.getBoundingClientRect();
  return [text.textContent, box.left, box.right, box.top, box.bottom];
})"""
LEADERS = """() => [...document.querySelectorAll('.axis .leader')].map(line => {
  const box = line.getBoundingClientRect();
  return [box.left, box.top, box.bottom];
})"""


def a_license_file(folder: Path) -> Path:
    """Five products that end soon, one after the other."""
    today = datetime.now(UTC).date()
    days = {feature: today + timedelta(days=left) for feature, (left, _) in ENDS.items()}
    lines = [
        f"INCREMENT {feature} CITRIX {days[feature] + timedelta(days=1):%Y.%m%d} "
        f"{days[feature]:%d-%b-%Y} {count} VENDOR_STRING=;LT=Retail SN=LA-{feature} SIGN=0"
        for feature, (_, count) in ENDS.items()
    ]
    path = folder / "ending.lic"
    path.write_text("\n".join(["SERVER this_host HOSTNAME=lic-ams-01", "VENDOR CITRIX", "USE_SERVER", *lines]) + "\n")
    return path


def started(stack: Stack, tmp_path: Path, context: BrowserContext) -> Person:
    """Somebody at a system with those licenses, which looked once."""
    person = person_at(context.new_page(), stack.web)
    assert stack.setup_url is not None
    person.set_up(stack.setup_url)
    person.page.get_by_label("Drop .lic files here or choose them").set_input_files(a_license_file(tmp_path))
    person.press("Import and add")
    expect(person.page.locator("#results")).to_contain_text("Imported")
    looked = stack.manage("evaluate_alerts")
    assert looked.returncode == 0, looked.stderr
    return person


def press_by_keyboard(page: Page, name: str) -> None:
    """Tab to the button and press Enter, as somebody without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent").strip().startswith(name):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"No button {name!r} is reached by Tab.")


def test_an_alert_is_seen_acknowledged_taken_back_and_snoozed(
    stack: Stack, tmp_path: Path, context: BrowserContext
) -> None:
    person = started(stack, tmp_path, context)
    page = person.page
    person.open("/servers/")
    page.get_by_role("link", name="alerts that nobody answered").click()
    expect(page.get_by_role("heading", name="Act this week")).to_be_visible()
    alert = page.locator(".events > li", has_text=TITLE)
    expect(alert).to_contain_text("Renew them and import the new license file.")
    press_by_keyboard(page, f"Acknowledge: {TITLE}")
    expect(alert).to_contain_text("Acknowledged by ada")
    press_by_keyboard(page, f"Undo: {TITLE}")
    expect(alert).not_to_contain_text("Acknowledged by ada")
    press_by_keyboard(page, f"Snooze: {TITLE}")
    page.keyboard.press("Tab")
    expect(alert.get_by_label("Why may it wait?")).to_be_focused()
    page.keyboard.type("The order is on its way")
    press_by_keyboard(page, "For 7 days")
    expect(page.get_by_text("Plus 1 snoozed:")).to_be_visible()
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_text("The order is on its way").first).to_be_visible()
    for words in ("Acknowledged by ada", "Acknowledgement taken back by ada", "Snoozed by ada", "Step reached"):
        expect(page.locator(".attempts")).to_contain_text(words)
    assert person.complaints == []


@pytest.mark.parametrize("width", [1440, 1920])
def test_no_label_of_the_line_lies_on_another_as_the_browser_draws_it(
    width: int, stack: Stack, tmp_path: Path, context: BrowserContext
) -> None:
    person = started(stack, tmp_path, context)
    person.page.set_viewport_size({"width": width, "height": 900})
    person.open("/")
    boxes, leaders = person.page.evaluate(BOXES), person.page.evaluate(LEADERS)
    assert len(leaders) >= 4
    for number, (words, left, right, top, bottom) in enumerate(boxes):
        assert left >= 0, words
        for other, other_left, other_right, other_top, other_bottom in boxes[number + 1 :]:
            apart = right <= other_left or other_right <= left or bottom <= other_top + 3 or other_bottom <= top + 3
            assert apart, (words, other)
        for x, high, low in leaders:
            assert not (left < x < right and high < bottom - 3 and low > top + 3), (words, x)
    assert person.complaints == []


def test_the_preview_of_a_ladder_follows_what_is_typed(stack: Stack, tmp_path: Path, context: BrowserContext) -> None:
    person = started(stack, tmp_path, context)
    page = person.page
    person.open("/alerts/thresholds/")
    expect(page.locator("#preview")).to_contain_text("In the next year")
    page.get_by_label("Steps, in days left").fill("3")
    expect(page.locator("#preview")).to_contain_text("3 days left: nobody. There is no channel.")
    page.get_by_label("Mute: open alerts, tell nobody").check()
    person.press("Save ladder")
    expect(page.get_by_text("Saved: Every clock, the installation.")).to_be_visible()
    assert person.complaints == []


def test_everything_on_the_page_works_without_script(stack: Stack, tmp_path: Path, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = started(stack, tmp_path, context).page
    page.goto(f"{stack.web}/alerts/")
    page.get_by_label(f"Choose: {TITLE}").check()
    page.get_by_role("button", name="Acknowledge the chosen").click()
    alert = page.locator(".events > li", has_text=TITLE)
    expect(alert).to_contain_text("Acknowledged by ada")
    alert.get_by_role("button", name="Snooze").click()
    alert.get_by_label("Why may it wait?").fill("Budget")
    alert.get_by_role("button", name="For 1 day").click()
    expect(page.get_by_text("Plus 1 snoozed:")).to_be_visible()
    page.goto(f"{stack.web}/alerts/thresholds/")
    page.get_by_label("Steps, in days left").fill("3")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_contain_text("3 days left")
    context.close()
