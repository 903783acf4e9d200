"""How does a story get a person at a browser? A real Chromium, and pages that report what went wrong in them."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import PASSWORD
from tests.stories.conftest import StartStack, empty_database, stack, start_stack

__all__ = ["StartStack", "empty_database", "stack", "start_stack"]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=30_000)


@dataclass
class Person:
    """Somebody at a browser. `complaints` are console errors and failed requests of every page."""

    page: Page
    web: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to a page of the product."""
        self.page.goto(self.web + path)

    def press(self, name: str) -> None:
        """Press the button of exactly this name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def set_up(self, setup_url: str) -> None:
        """Become the first administrator."""
        self.page.goto(setup_url)
        self.page.get_by_label("User name").fill("ada")
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Create administrator")
        expect(self.page.get_by_role("heading", name="Add a license server")).to_be_visible()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run; CHROMIUM names another binary."""
    binary = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert binary, "No Chromium was found. Install the package chromium, or name the binary in CHROMIUM."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A clean profile."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    yield context
    context.close()


def person_at(page: Page, web: str) -> Person:
    """Watch the page for complaints from now on."""
    person = Person(page, web)
    page.on("console", lambda said: person.complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: person.complaints.append(str(error)))
    return person
