"""Does a new user find the four answers on a demo, within three clicks each, and is the demo gone when they say so?"""

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Download, Locator, expect

from demo import folder
from tests.browser.conftest import Person, person_at
from tests.conftest import PASSWORD
from tests.stories.running_stack import PATIENCE, ROOT, Stack, eventually, processes_of

pytestmark = [pytest.mark.stack, pytest.mark.browser]
MOST_CLICKS = 3
FILLING = 180.0  # seconds on a machine that is busy with other tests


class DemoStack(Stack):
    """`serve --demo` as a person types it: told of the data folder, it goes on in the folder of the demo."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir, environment={}, options=("--demo",))
        self.data_dir = data_dir / folder.NAME


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoStack]:
    """The whole demo, filled once for this module."""
    data = tmp_path_factory.mktemp("demo") / "var"
    data.mkdir()
    stack = DemoStack(data)
    eventually(lambda: stack.facts.get("web") or stack.process.poll() is not None, within=FILLING)
    assert stack.process.poll() is None, stack.output
    yield stack
    assert not stack.stop()


class NewUser:
    """Somebody who starts at `/` and follows links by what they say; `clicks` counts them."""

    def __init__(self, person: Person) -> None:
        self.person, self.page, self.clicks = person, person.page, 0

    def start(self) -> None:
        """At the front door, as if for the first time."""
        self.person.open("/")
        self.clicks = 0

    def follow(self, link: Locator) -> None:
        """One click, one page."""
        self.clicks += 1
        assert self.clicks <= MOST_CLICKS, f"The answer takes more than {MOST_CLICKS} clicks."
        address = link.get_attribute("href")
        link.click()
        assert address
        self.page.wait_for_url(f"**{address.partition('#')[0]}*")

    def link(self, words: str) -> Locator:
        """The first link in the content that says this."""
        return self.page.get_by_role("main").get_by_role("link", name=words).first

    def menu(self, words: str) -> Locator:
        """The link in the menu at the side that begins so; a count may stand behind it."""
        links = self.page.get_by_role("navigation", name="Main").get_by_role("link")
        return links.filter(has_text=re.compile(rf"^\s*{words}(?! of)")).first


@pytest.fixture(scope="module")
def new_user(demo: DemoStack, chromium: Browser) -> Iterator[NewUser]:
    """The one who just made the first account, on a usual screen."""
    context: BrowserContext = chromium.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    person = person_at(context.new_page(), demo.web)
    assert demo.setup_url
    person.page.goto(demo.setup_url)
    person.page.get_by_label("User name").fill("ada")
    person.page.get_by_label("Password").fill(PASSWORD)
    person.press("Create administrator")
    expect(person.page.get_by_text("nothing of this is real")).to_be_visible()
    yield NewUser(person)
    context.close()
    assert person.complaints == []


def test_when_is_the_next_report_due(new_user: NewUser) -> None:
    new_user.start()
    new_user.follow(new_user.link("lic-01"))
    expect(new_user.page.get_by_role("main")).to_contain_text("The next upload leaves in")


def test_what_exactly_did_call_home_send_last(new_user: NewUser, demo: DemoStack) -> None:
    """On most hours of the day that is yesterday's; in the first minutes after midnight it is today's."""
    new_user.start()
    new_user.follow(new_user.link("lic-01"))
    new_user.follow(new_user.menu("Uploads"))
    row = new_user.page.get_by_role("row").filter(has_text="Call Home").first
    new_user.follow(row.get_by_role("link").first)
    main = new_user.page.get_by_role("main")
    expect(main.get_by_role("heading", name="Exactly this was sent")).to_be_visible()
    expect(main.get_by_role("list", name="Content of the bundle")).to_contain_text("lic-01.harbor.example")
    digest = main.locator("#sha").inner_text()
    with new_user.page.expect_download() as waiting:
        main.get_by_role("link", name="Bundle, ").click()
    file: Download = waiting.value
    assert file.suggested_filename.startswith("lic-01-upload_")
    assert hashlib.sha256(file.path().read_bytes()).hexdigest() == digest
    assert (demo.data_dir / "bundles" / digest[:2] / f"{digest}.zip").exists()


def test_which_license_expires_first_and_how_many_seats_fall_away(new_user: NewUser) -> None:
    new_user.start()
    new_user.follow(new_user.menu("All alerts"))
    main = new_user.page.get_by_role("main")
    expect(main).to_contain_text("1,200 XDT_PLT_UD licenses expire")
    expect(main).to_contain_text("in 3 days")
    expect(main).to_contain_text("then 800 of 2,000 remain")


def test_why_did_the_upload_of_tuesday_fail_and_what_do_i_do(new_user: NewUser) -> None:
    new_user.start()
    new_user.follow(new_user.link("lic-01"))
    new_user.follow(new_user.menu("Uploads"))
    named = "Licensing Telemetry (License server report)"
    cells = new_user.page.get_by_role("row").filter(has_text="Tue ").filter(has_text=named)
    late = cells.filter(has=new_user.page.get_by_role("cell", name="2", exact=True)).first
    new_user.follow(late.get_by_role("link").first)
    main = new_user.page.get_by_role("main")
    expect(main).to_contain_text("Why attempt 1 failed: The proxy wants a password")
    expect(main).to_contain_text("What to do if it comes again")
    expect(main).to_contain_text("UPLOAD_PROXY")
    expect(main.get_by_role("list").first).to_contain_text("2.")


def test_a_second_one_beside_it_is_refused_and_so_is_removing_it(demo: DemoStack) -> None:
    for words in (["serve", "--demo", "--port", "0"], ["demo", "remove"]):
        tried = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=demo.environment, capture_output=True, text=True,
            check=False, timeout=PATIENCE,
        )  # fmt: skip
        assert tried.returncode == 1
        assert "already runs here" in tried.stderr
    assert folder.is_demo(demo.data_dir)


def test_it_is_removed_by_its_button_and_nothing_is_left(new_user: NewUser, demo: DemoStack) -> None:
    """Last in this file: afterwards there is no demo."""
    new_user.page.get_by_role("link", name="What is shown, and how to remove it").click()
    expect(new_user.page.get_by_role("main")).to_contain_text("40 servers")
    new_user.person.press("Remove the demo and stop")
    expect(new_user.page.get_by_role("heading", name="The demo is over")).to_be_visible()
    assert demo.process.wait(timeout=PATIENCE) == 0
    assert not demo.data_dir.exists()
    assert list(demo.data_dir.parent.iterdir()) == [demo.data_dir.parent / "secret_key"]
    assert not processes_of(demo.data_dir)
    assert "The demo is removed" in demo.output
