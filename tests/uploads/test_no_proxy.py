"""Is NO_PROXY understood in every form that the documentation names?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uploads.no_proxy import exempting

NAME, NUMBER, SIX = "https://cis.example.org", "http://10.1.2.3:8080", "https://[fd00::7]:8443"
FORMS: list[tuple[str, str, bool]] = [
    ("*", NAME, True),
    ("cis.example.org", NAME, True),
    ("CIS.Example.ORG", NAME, True),
    ("example.org", NAME, True),
    (".example.org", NAME, True),
    ("*.example.org", NAME, True),
    ("le.org", NAME, False),
    ("other.org", NAME, False),
    ("cis.example.org.evil.example", NAME, False),
    ("cis.example.org:443", NAME, True),
    ("cis.example.org:8443", NAME, False),
    (".example.org:443", NAME, True),
    ("example.org", "https://cis.example.org.", True),
    ("10.1.2.3", NUMBER, True),
    ("10.1.2.30", NUMBER, False),
    ("1.2.3", NUMBER, False),
    ("10.1.2.3:8080", NUMBER, True),
    ("10.1.2.3:80", NUMBER, False),
    ("10.0.0.0/8", NUMBER, True),
    ("10.1.2.9/24", NUMBER, True),
    ("192.168.0.0/16", NUMBER, False),
    ("10.0.0.0/8", NAME, False),
    ("10.0.0.0/99", NUMBER, False),
    ("fd00::7", SIX, True),
    ("fd00:0:0::7", SIX, True),
    ("[fd00::7]", SIX, True),
    ("[fd00::7]:8443", SIX, True),
    ("[fd00::7]:443", SIX, False),
    ("fd00::/8", SIX, True),
    ("10.0.0.0/8", SIX, False),
    ("", NAME, False),
    (",;, ,", NAME, False),
    (".", NAME, False),
    ("*.", NAME, False),
]


@pytest.mark.parametrize(("entry", "url", "exempt"), FORMS)
def test_a_form_means_what_is_documented(entry: str, url: str, *, exempt: bool) -> None:
    assert bool(exempting(entry, url=url)) is exempt


def test_the_entry_that_exempts_is_named_as_it_was_written() -> None:
    assert exempting("localhost, 10.0.0.0/8 ; *.Example.org", url=NAME) == "*.Example.org"


@given(no_proxy=st.text(), host=st.from_regex(r"[a-z0-9.\-]{1,30}", fullmatch=True))
def test_any_text_is_an_answer(no_proxy: str, host: str) -> None:
    assert isinstance(exempting(no_proxy, url=f"https://{host}"), str)
