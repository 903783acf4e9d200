"""Can a privacy officer decide, look, hold back, withdraw and prove it, with nothing but a keyboard?"""

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from tests.browser.conftest import Person, person_at
from tests.browser.test_first_upload import import_file, received_digests
from tests.conftest import PASSWORD
from tests.stories.running_stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]
TABS = 400
DORA = """
from accounts.models import User
User.objects.create_user("dora", password={password!r}, role="privacy_officer")
"""


def reach(person: Person, target: Locator) -> None:
    """Press Tab until this is focused."""
    expect(target).to_be_attached()
    for _ in range(TABS):
        if target.evaluate("node => node === document.activeElement"):
            return
        person.page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached by keyboard.")


def enter(person: Person, role: str, name: str) -> None:
    """Press Enter on the first link or button of this name."""
    reach(person, person.page.get_by_role(role, name=name).first)  # type: ignore[arg-type]
    person.page.keyboard.press("Enter")


def write(person: Person, label: str, words: str) -> None:
    """Type into this field."""
    reach(person, person.page.get_by_label(label))
    person.page.keyboard.type(words)


def share(person: Person, value: str, key: str, reason: str) -> None:
    """Choose one of the three answers by arrow keys, review it, save it."""
    reach(person, person.page.locator('input[name="value"]:checked').first)
    for _ in range(3):
        if person.page.locator(f'input[value="{value}"]').is_checked():
            break
        person.page.keyboard.press(key)
    write(person, "Reason for the change", reason)
    enter(person, "button", "Review and save")
    expect(person.page.get_by_role("heading", name="The exact text")).to_be_visible()
    enter(person, "button", "Save this decision")
    expect(person.page.get_by_text("Saved and read back from the ledger")).to_be_visible()


def test_a_privacy_officer_needs_no_mouse(stack: Stack, context: BrowserContext) -> None:
    admin = person_at(context.new_page(), stack.web)
    assert stack.setup_url is not None
    admin.set_up(stack.setup_url)
    import_file(admin)
    base = re.sub(r"licenses/.*", "", admin.page.url).removeprefix(stack.web)
    assert stack.manage("shell", "-c", DORA.format(password=PASSWORD)).returncode == 0
    context.clear_cookies()
    person = person_at(context.new_page(), stack.web)
    person.open(f"{base}sharing/")
    write(person, "User name", "dora")
    write(person, "Password", PASSWORD)
    person.page.keyboard.press("Enter")

    expect(person.page.get_by_role("heading", name="Usage and statistics", level=1)).to_be_visible()
    share(person, "none", "ArrowUp", "Works council, first answer")
    share(person, "ceip", "ArrowUp", "CR-2231")
    expect(person.page.locator('input[value="ceip"]')).to_be_checked()

    person.open(f"{base}programs/ceip/elements/")
    reach(person, person.page.get_by_role("checkbox").first)
    held = person.page.get_by_role("checkbox").first.get_attribute("value")
    person.page.keyboard.press("Space")
    enter(person, "button", "Review and hold back the chosen")
    enter(person, "button", "Save this decision")
    expect(person.page.get_by_text("Saved and read back from the ledger")).to_be_visible()
    person.open(f"{base}programs/ceip/")
    expect(person.page.get_by_role("heading", name="1 data element held back")).to_be_visible()
    expect(person.page.get_by_label("Held data elements")).to_contain_text(str(held))
    enter(person, "button", "Seal a preview")
    expect(person.page.locator("#sha-anonymous")).to_contain_text("sha256")
    assert received_digests(stack) == []

    person.open(f"{base}sharing/")
    share(person, "none", "ArrowDown", "The works council withdrew")
    enter(person, "link", "Consent history")
    expect(person.page.get_by_text("Chain verified now")).to_be_visible()
    enter(person, "link", "Receipt")
    expect(person.page.get_by_text("The works council withdrew")).to_be_visible()
    person.page.emulate_media(media="print")
    expect(person.page.get_by_role("link", name="JSON")).to_be_hidden()
    assert person.page.pdf().startswith(b"%PDF")
    assert person.complaints == []
