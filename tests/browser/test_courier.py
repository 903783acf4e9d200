"""Forty days offline: does a person carry two servers back into compliance, and see what is missing on the way?"""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import BrowserContext, Locator, expect

from receiver.store import Store
from tests.browser.conftest import Person, person_at
from tests.browser.forty_days import DAYS, NAMES
from tests.stories.conftest import StartStack
from tests.stories.running_stack import ROOT, Stack, eventually

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def forty_days_pass(stack: Stack) -> None:
    """Beside the system, with its database: every day by its scheduler and its worker's code.

    Its own scheduler asks once an hour, first at its start. If the days passed before that, today would be sealed too.
    """
    eventually(lambda: has_ticked(stack), within=60)
    command = [sys.executable, "-m", "tests.browser.forty_days"]
    done = subprocess.run(command, cwd=ROOT, env=stack.environment, check=True, capture_output=True, text=True)
    assert int(done.stdout) == DAYS * len(NAMES) * 2


def has_ticked(stack: Stack) -> bool:
    """Has a worker looked what is due?"""
    with urlopen(f"{stack.web}/health/ready", timeout=10) as answer:
        return json.load(answer)["last_tick"] is not None


def download(person: Person, folder: Path) -> list[Path]:
    """Every volume by its own button."""
    paths: list[Path] = []
    while (button := person.page.get_by_role("link", name=re.compile("Download volume"))).count():
        with person.page.expect_download() as began:
            button.click()
        path = folder / began.value.suggested_filename
        began.value.save_as(path)
        paths.append(path)
        person.page.reload()
    return paths


def hand_over(stack: Stack, folder: Path, volumes: list[Path]) -> Path:
    """The receiver takes them, somewhere with a network."""
    receipt = folder / f"receipt-{len(volumes)}.json"
    store = folder / "elsewhere"
    done = stack.manage("receive", "--store", str(store), "--take", *map(str, volumes), "--receipt", str(receipt))
    assert done.returncode == 0, done.stderr
    return receipt


def bring(person: Person, receipt: Path) -> None:
    person.page.get_by_label("Receipt file").set_input_files(receipt)
    person.press("Import receipt")


def age_of(person: Person, name: str) -> Locator:
    """The row of a server in the list."""
    person.open("/servers/")
    return person.page.get_by_role("row", name=re.compile(re.escape(name)))


def test_forty_days_offline_and_back(start_stack: StartStack, context: BrowserContext, tmp_path: Path) -> None:
    stack = start_stack(DISPATCH_SECONDS="3600")
    person = person_at(context.new_page(), stack.web)
    assert stack.setup_url is not None
    person.set_up(stack.setup_url)
    forty_days_pass(stack)
    for name in NAMES:
        expect(age_of(person, name)).to_contain_text("Never")
    person.open("/manual/")
    expect(person.page.locator("main")).to_contain_text("No day is missing")
    person.page.get_by_label("At most, for each volume").fill("0.11")
    person.press("Gather into volumes")
    volumes = download(person, tmp_path)
    assert len(volumes) == 3
    assert max(path.stat().st_size for path in volumes) <= 110_000

    first = hand_over(stack, tmp_path, [volumes[0], volumes[2]])
    bring(person, first)
    expect(person.page.get_by_role("alert")).to_contain_text("signed with a key that is not trusted here")
    person.press("Believe this receiver")
    bring(person, first)
    gap = re.compile(r"Volume 2 of 3 is missing: days \d+ to \d+ of lab-02\.plant\.example \(License server report\)\.")
    expect(person.page.get_by_role("alert")).to_contain_text(gap)
    person.open("/manual/")
    expect(person.page.locator(".note.plan")).to_contain_text(gap)

    person.page.get_by_role("link", name=re.compile("^courier-")).first.click()
    bring(person, hand_over(stack, tmp_path, [volumes[1]]))
    expect(person.page.locator("main")).to_contain_text("Every report of this set arrived.")
    for name in NAMES:
        expect(age_of(person, name)).to_contain_text(re.compile("just now|minutes? ago"))
        person.page.get_by_role("link", name=name).click()
        expect(person.page.locator(".readouts")).to_contain_text(re.compile(r"Day 0 of 90[\d\s]*In order\."))
    received = {one.sha256 for one in Store(tmp_path / "elsewhere").bundles() if one.complete}
    assert received == {path.stem for path in (stack.data_dir / "bundles").glob("*/*.zip")}

    person.open("/manual/")
    person.page.get_by_role("link", name=re.compile("^courier-")).click()
    person.page.get_by_role("button", name=re.compile(r"^Delete \d+ files, ")).click()
    expect(person.page.get_by_role("status")).to_contain_text("files with")
    assert eventually(lambda: len(list((stack.data_dir / "bundles").glob("*/*.zip"))) == len(NAMES) * 2)
    assert list((stack.data_dir / "courier").rglob("*.zip")) == []
    assert len(list((stack.data_dir / "servers").rglob("*.zip"))) == len(NAMES) * 2
    assert person.complaints == []
