"""Do two people at two keyboards bring a policy to every server, from an empty installation on?"""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Person, person_at
from tests.browser.test_privacy_officer import enter, reach, write
from tests.conftest import PASSWORD
from tests.stories.running_stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]
SERVERS = """
from servers.registry import add_server
from servers.models import LicenseServer
add_server(name="lic-ams-01")
provider = add_server(name="lic-csp-01")
LicenseServer.objects.filter(pk=provider.pk).update(provider_override="yes", is_provider=True)
"""


def choose(person: Person, label: str, downs: int) -> None:
    """Choose in a list by the arrow keys."""
    reach(person, person.page.get_by_label(label))
    for _ in range(downs):
        person.page.keyboard.press("ArrowDown")


def second_person(ada: Person, dora: Person) -> None:
    """Ada makes a link, and dora comes in by it."""
    ada.open("/account/people/")
    write(ada, "User name", "dora")
    enter(ada, "button", "Make a link")
    link = ada.page.locator("#secret").inner_text()
    dora.page.goto(link)
    write(dora, "Password", PASSWORD)
    enter(dora, "button", "Create account")
    expect(dora.page.get_by_role("navigation", name="Main")).to_be_visible()


def test_a_policy_takes_two_people_and_no_mouse(stack: Stack, chromium: Browser) -> None:
    contexts = [chromium.new_context(viewport={"width": 1440, "height": 900}) for _ in range(2)]
    ada, dora = (person_at(context.new_page(), stack.web) for context in contexts)
    assert stack.setup_url is not None
    ada.set_up(stack.setup_url)
    stack.manage("shell", "-c", SERVERS)

    ada.open("/policies/new/")
    write(ada, "Name", "Europe, minimum")
    choose(ada, "Share usage statistics", 2)
    enter(ada, "button", "Save draft and try it")
    expect(ada.page.get_by_text("Would start sending ids of the server by")).to_be_visible()
    expect(ada.page.get_by_text("Nobody else here may approve.")).to_be_visible()
    where = ada.page.url

    second_person(ada, dora)
    ada.page.goto(where)
    enter(ada, "button", "Propose")
    expect(ada.page.get_by_text("somebody else has to approve it")).to_be_visible()
    expect(ada.page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)

    dora.page.goto(where)
    write(dora, "Why", "Seen")
    enter(dora, "button", "Approve")
    expect(dora.page.get_by_text("Approved. Nothing was applied yet.")).to_be_visible()
    ada.page.reload()
    enter(ada, "button", "Apply to 1 server")
    expect(ada.page.locator(".badge", has_text="Applied")).to_be_visible()
    expect(ada.page.get_by_text("Decided: 1")).to_be_visible()

    enter(ada, "link", "Undo lic-ams-01")
    enter(ada, "button", "Undo")
    expect(ada.page.locator(".badge", has_text="Undone")).to_be_visible()
    said = [complaint for complaint in (*ada.complaints, *dora.complaints) if "favicon" not in complaint]
    assert said == []
    for context in contexts:
        context.close()
