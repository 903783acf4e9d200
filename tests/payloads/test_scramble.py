"""Is an identifier made unreadable by the documented rule?"""

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from payloads.scramble import scramble, scramble_declared
from payloads.values import Record
from tests.payloads.records import PERMITTED


def test_it_gives_the_worked_example_of_the_reference() -> None:
    assert scramble("alice@example.test") == "abEUWgMzSHUWHqGME3O1cA=="


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_it_always_gives_24_characters_of_base64(text: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9+/]{22}==", scramble(text))


def test_it_is_the_same_for_the_same_text_and_for_no_other() -> None:
    assert scramble("ada") == scramble("ada")
    assert len({scramble(text) for text in ("ada", "Ada", "ada ", "")}) == 4


def test_it_scrambles_what_the_declaration_says_and_nothing_else() -> None:
    key = ("license_server", "FQDN")
    elements = {**PERMITTED, key: replace(PERMITTED[key], scrambled=True)}
    record = Record("license_server", {"FQDN": "lic1", "HardwareId": "E824", "Unknown": "x"})
    (found,) = scramble_declared([record], elements)
    assert found.values == {"FQDN": scramble("lic1"), "HardwareId": "E824", "Unknown": "x"}


def test_it_scrambles_every_text_of_a_list() -> None:
    key = ("inventory.feature.sa_date", "Pool")
    elements = {**PERMITTED, key: replace(PERMITTED[key], scrambled=True)}
    (found,) = scramble_declared([Record(key[0], {"Pool": ("ada", "ben")})], elements)
    assert found.values == {"Pool": (scramble("ada"), scramble("ben"))}


def test_it_reaches_records_inside_records_and_leaves_the_unknown_unknown() -> None:
    key = ("inventory.feature.sa_date.ccu_devices", "DevId")
    elements = {**PERMITTED, key: replace(PERMITTED[key], scrambled=True)}
    inner = [Record(key[0], {"DevId": "C39A"}), Record(key[0], {"DevId": None})]
    (outer,) = scramble_declared([Record("inventory.feature.sa_date", {}, inner)], elements)
    assert [child.values["DevId"] for child in outer.children] == [scramble("C39A"), None]
