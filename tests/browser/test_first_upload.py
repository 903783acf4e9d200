"""Does the first upload travel from a person's click to the receiver's disk, through every real part?"""

import hashlib
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from receiver.store import Store
from tests.browser.conftest import Person, person_at
from tests.stories.conftest import StartStack
from tests.stories.running_stack import Stack, eventually

pytestmark = [pytest.mark.stack, pytest.mark.browser]
ROOT = Path(__file__).resolve().parents[2]
BESIDE = ROOT.parent / "shared" / "fixtures" / "lic" / "citrix_mps_ent_ccu_nfr_2008.lic"
LICENSE_FILE = BESIDE if BESIDE.exists() else ROOT / "tests" / "samples" / "lic" / "citrix_wrapped.lic"


def received_digests(stack: Stack) -> list[str]:
    """The SHA-256 of every whole bundle that the receiver has, computed from its bytes."""
    bundles = Store(stack.data_dir / "receiver").bundles()
    return [hashlib.sha256(one.content_path.read_bytes()).hexdigest() for one in bundles if one.complete]


def import_file(person: Person) -> None:
    person.page.get_by_label("Drop .lic files here or choose them").set_input_files(LICENSE_FILE)
    person.press("Import and add")
    expect(person.page.locator("#results")).to_contain_text("Imported")


def test_it_sends_exactly_what_was_previewed_after_a_click(stack: Stack, context: BrowserContext) -> None:
    person = person_at(context.new_page(), stack.web)
    assert stack.setup_url is not None
    person.set_up(stack.setup_url)
    import_file(person)
    person.page.get_by_role("link", name="Usage and statistics", exact=True).click()
    person.page.get_by_role("link", name="See exactly what leaves").click()
    person.page.get_by_role("button", name="Seal a preview").first.click()
    previewed = person.page.locator("#sha-compliance").inner_text().split()[-1]
    compliance = person.page.locator(".panel", has=person.page.locator("#sha-compliance"))
    compliance.get_by_role("button", name="Upload now, exactly this").click()
    expect(person.page.locator("#history tbody")).to_contain_text("Delivered")
    person.page.locator("#history tbody a.mono").first.click()
    expect(person.page.locator("#sha")).to_have_text(previewed)
    assert received_digests(stack) == [previewed]
    [result] = (stack.data_dir / "servers").glob("*/resource/cache/upload_compliance_result.xml")
    assert "<Code>CTX_UPLOADER_SUCCESS</Code>" in result.read_text()
    assert person.complaints == []


def test_it_sends_by_itself_when_the_time_has_come(start_stack: StartStack, context: BrowserContext) -> None:
    stack = start_stack(DISPATCH_SECONDS="1")
    person = person_at(context.new_page(), stack.web)
    assert stack.setup_url is not None
    person.set_up(stack.setup_url)
    import_file(person)
    guid = re.search(r"servers/([0-9a-f-]{36})/", person.page.url)
    assert guid is not None
    person.open("/account/")
    person.page.get_by_label("Name").fill("clock")
    person.press("Create token")
    token = person.page.locator("#secret").inner_text().strip()
    person.open(f"/servers/{guid[1]}/uploads/")
    expect(person.page.locator("#history")).to_contain_text("Nothing yet")
    # The service of this server started six minutes ago, says its administrator: the first report is due.
    answer = context.request.patch(
        f"{stack.web}/api/v1/servers/{guid[1]}",
        data=json.dumps({"service_started_at": minutes_ago(6)}),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    assert answer.ok, answer.text()
    expect(person.page.locator("#history tbody")).to_contain_text("Delivered")
    expect(person.page.locator("#history tbody")).to_contain_text("Daily")
    assert eventually(lambda: len(received_digests(stack)) == 2)


def minutes_ago(minutes: int) -> str:
    """A moment before now, in ISO 8601."""
    from datetime import UTC, datetime, timedelta

    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def test_it_explains_a_refused_network_and_loses_nothing(start_stack: StartStack, context: BrowserContext) -> None:
    stack = start_stack(
        CIS_URL="http://127.0.0.1:9",
        CIS_USERNAME="u",
        CIS_PASSWORD="p",
        CIS_PRODUCT_KEY="0" * 40,
        UPLOAD_LEASE_SECONDS="5",
    )
    person = person_at(context.new_page(), stack.web)
    assert stack.setup_url is not None
    person.set_up(stack.setup_url)
    import_file(person)
    person.page.get_by_role("link", name="Overview", exact=True).click()
    person.press("Upload now")
    expect(person.page.locator("#history tbody")).to_contain_text("Failed, will be tried again")
    expect(person.page.locator("#history tbody")).to_contain_text("again in 23 hours")
    person.page.locator("#history tbody a.mono").first.click()
    expect(person.page.get_by_text("CTX_UPLOADER_ERROR_NETWORK_OPEN").first).to_be_visible()
    expect(person.page.get_by_text("nothing listens on the port")).to_be_visible()
    expect(person.page.get_by_role("button", name="Try now")).to_be_visible()
    [result] = (stack.data_dir / "servers").glob("*/resource/cache/upload_compliance_result.xml")
    assert "CTX_UPLOADER_ERROR_NETWORK_OPEN" in result.read_text()
    assert "<Arg>127.0.0.1:9</Arg>" in result.read_text()
    assert len(list((stack.data_dir / "bundles").glob("*/*.zip"))) == 2
