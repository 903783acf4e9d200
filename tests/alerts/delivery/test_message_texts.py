"""Does a message say what happened, until when, what to do and where, and can nobody write a page into it?"""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.content import Content, Part, content_from, counted
from alerts.message_texts import html_text, plain_text

URL = "https://licenses.example/alerts/"
BURST = Part(
    alert=1, severity="act", word="Act this week", rule="grace", reason="step", due="2026-03-14", rung=7, servers=1,
    title="License burst mode ends on 14 March, in 4 days", names=["lic-ams-01"], link=f"{URL}1/",
    detail="All 500 Desktops licenses are in use since 27 February.", action="Release some, or install licenses.",
    why="The 7-day step was reached: no more than 7 days left.",
)  # fmt: skip
FAILING = Part(
    alert=2, severity="plan", word="Plan this month", rule="uploads_fail", reason="step", servers=12,
    title="Uploads have failed 5 days in a row", names=["lic-ams-01", "lic-ams-02"],
    detail="cis.citrix.com cannot be found.", action="Check the proxy.", why="It has lasted for 7 days or longer.",
)  # fmt: skip
OVER = Part(
    alert=3, is_over=True, severity="watch", word="Over", rule="disk_full", reason="closed",
    title="The disk fills up", detail="It began 2026-03-08 06:00 UTC and was over 2026-03-10 06:00 UTC.",
    action="Nothing is left to do.", why="It ended by itself: the rules find it no more.",
)  # fmt: skip
WHOLE = Content(
    kind="alerts", subject="7 alerts: 1 act this week, 1 plan this month, 4 watch, 1 over", channel="Team",
    parts=(BURST, FAILING, OVER), left_out={"watch": 4}, where=URL,
)  # fmt: skip
READ = f"""\
Act this week: License burst mode ends on 14 March, in 4 days

All 500 Desktops licenses are in use since 27 February.
Do: Release some, or install licenses.
Until: 2026-03-14
Where: lic-ams-01
Why now: The 7-day step was reached: no more than 7 days left.
https://licenses.example/alerts/1/

{"-" * 72}

Plan this month: Uploads have failed 5 days in a row

cis.citrix.com cannot be found.
Do: Check the proxy.
Where: lic-ams-01, lic-ams-02 and 10 more servers
Why now: It has lasted for 7 days or longer.

{"-" * 72}

Over: The disk fills up

It began 2026-03-08 06:00 UTC and was over 2026-03-10 06:00 UTC.
Why now: It ended by itself: the rules find it no more.

{"-" * 72}

4 more are not shown in full: 4 watch.

{"-" * 72}

Sent by Licensing Manager to the channel Team.
https://licenses.example/alerts/
"""


class Reader(HTMLParser):
    """What a mail program would see: the tags, the words, and where links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_plain_text_reads_like_this() -> None:
    assert plain_text(WHOLE) == READ


def test_the_page_says_the_same_and_fetches_nothing() -> None:
    page = Reader(html_text(WHOLE))
    assert set(page.links) == {URL, f"{URL}1/"}
    assert set(page.tags) <= {"html", "head", "meta", "title", "body", "div", "p", "h2", "a", "b", "br"}
    for line in READ.replace("Act this week: ", "").splitlines():
        if line and not line.startswith(("-", "https", "Do", "Plan", "Over")):
            assert line in page.words


def test_without_a_public_address_there_is_no_link() -> None:
    bare = replace(WHOLE, parts=(replace(BURST, link=""),), where="Open the alerts page of Licensing Manager.")
    assert Reader(html_text(bare)).links == []
    assert "http" not in plain_text(bare)


@pytest.mark.parametrize("address", ["javascript:alert(1)", 'https://x/" onclick="alert(1)', "http://x/<script>"])
def test_no_address_becomes_more_than_a_link(address: str) -> None:
    page = Reader(html_text(replace(WHOLE, parts=(replace(BURST, link=address),))))
    assert "script" not in page.tags
    assert "onclick" not in "".join(page.tags)
    assert not any(link.startswith("javascript") for link in page.links)


@given(st.text(), st.text(), st.text(min_size=1))
def test_whatever_others_write_stays_text(title: str, detail: str, name: str) -> None:
    content = replace(WHOLE, channel=name, parts=(replace(BURST, title=title, detail=detail, names=[name]),))
    page = Reader(html_text(content))
    assert len(page.tags) == len(Reader(html_text(replace(content, parts=(BURST,)))).tags)
    assert set(page.links) == {URL, f"{URL}1/"}
    plain_text(content).encode()


def test_content_comes_back_from_the_database_as_it_was() -> None:
    assert content_from(WHOLE.as_json()) == replace(WHOLE, parts=content_from(WHOLE.as_json()).parts)
    assert plain_text(content_from(WHOLE.as_json())) == READ


def test_what_presses_most_is_counted_first() -> None:
    assert counted({"over": 1, "watch": 2, "act": 3, "unknown": 4}) == (
        "3 act this week, 2 watch, 4 could not be checked, 1 over"
    )
