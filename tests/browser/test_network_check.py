"""Does a person who presses “Check now” see what the worker found, without doing anything more?"""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.conftest import person_at
from tests.stories.running_stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def test_the_answer_of_the_worker_appears_by_itself(tmp_path: Path, context: BrowserContext) -> None:
    stack = Stack(tmp_path / "data", environment={})
    stack.wait_until_ready()
    person = person_at(context.new_page(), stack.web)
    assert stack.setup_url is not None
    person.set_up(stack.setup_url)
    person.page.get_by_role("link", name="Network check").click()
    expect(person.page.get_by_role("heading", name="Not checked yet")).to_be_visible()
    person.press("Check now")
    expect(person.page.get_by_role("heading", name="All well")).to_be_visible()
    expect(person.page.get_by_role("row", name="Trial upload")).to_contain_text("bytes without data, arrived")
    assert stack.manage("network_check").returncode == 0
    assert person.complaints == []
    assert not stack.stop()
