"""Does a feed reader show what was said, once each, whatever a server is called?"""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree

from alerts.atom_feed import MOST, Shelf, feed_of, notices_for
from alerts.models import Alert, AlertServer, Notice
from servers.models import LicenseServer
from tests.alerts.alerts_by_hand import NOW, a_notice, an_alert
from tests.factories import a_server

ATOM = "{http://www.w3.org/2005/Atom}"
SHELF = Shelf(key=UUID(int=7), title="Licensing Manager", site="https://lm.example", since=NOW)
HOSTILE = "ls1 <script>alert(1)</script>]]>&\x1b\ufffe\r\n'\"é東京😀"


def read(server: LicenseServer | None = None, *, shelf: Shelf = SHELF) -> etree._Element:
    return etree.fromstring(feed_of(notices_for(server), shelf=shelf))


def texts(root: etree._Element, path: str) -> list[str | None]:
    return [one.text for one in root.iterfind("/".join(f"{ATOM}{part}" for part in path.split("/")))]


def test_an_entry_says_what_happened_and_what_to_do(db: None) -> None:
    an_alert(a_server(), server_count=3)
    root = read()
    assert texts(root, "entry/title") == ["25 licenses of XDT_PLT_UD expire"]
    assert texts(root, "entry/summary") == [
        "<p>They expire on 2026-03-30, in 20 days.</p><p>3 servers.</p>"
        "<p>What to do: Renew them, then import the new license file.</p>"
    ]
    assert texts(root, "entry/updated") == texts(root, "updated") == ["2026-03-10T08:00:00+00:00"]
    assert [one.get("term") for one in root.iterfind(f"{ATOM}entry/{ATOM}category")] == [
        "Plan this month",
        "License expiry",
    ]
    pk = Alert.objects.get().pk
    assert [one.get("href") for one in root.iterfind(f"{ATOM}entry/{ATOM}link")] == [f"https://lm.example/alerts/{pk}/"]
    assert texts(root, "id") == ["urn:uuid:00000000-0000-0000-0000-000000000007"]


def test_each_thing_said_is_an_entry_of_its_own_newest_first(db: None) -> None:
    alert = an_alert()
    a_notice(alert, rung=14, at=NOW + timedelta(days=6))
    a_notice(alert, reason=Notice.Reason.ESCALATED, rung=14, at=NOW + timedelta(days=7))
    root = read()
    title = alert.title
    assert texts(root, "entry/title") == [f"Nobody reacted: {title}", title, title]
    assert len(set(texts(root, "entry/id"))) == 3


def test_an_id_outlives_a_new_number_of_the_row_and_a_new_address(db: None) -> None:
    alert = an_alert()
    before = texts(read(), "entry/id")
    Notice.objects.all().delete()
    a_notice(alert)
    moved = Shelf(key=SHELF.key, title="other", site="https://new.example", since=NOW)
    assert texts(read(shelf=moved), "entry/id") == before


def test_the_same_problem_a_year_later_is_another_entry(db: None) -> None:
    an_alert()
    Alert.objects.update(closed_at=NOW)
    an_alert(at=NOW + timedelta(days=365))
    assert len(set(texts(read(), "entry/id"))) == 2


def test_the_feed_of_a_server_has_its_own_alerts_also_those_it_left(db: None) -> None:
    mine, other = a_server("mine.example.org"), a_server("other.example.org")
    an_alert(mine, other, problem="both", title="both")
    an_alert(other, problem="other", title="other")
    an_alert(problem="installation", title="installation")
    AlertServer.objects.filter(server=mine).update(gone_at=NOW)
    assert texts(read(mine), "entry/title") == ["both"]
    assert len(texts(read(), "entry/title")) == 3


@pytest.mark.parametrize("field", ["title", "detail", "action"])
def test_no_name_breaks_the_document_or_becomes_markup(field: str, db: None) -> None:
    an_alert(**{field: HOSTILE})
    root = read()
    [summary], [title] = texts(root, "entry/summary"), texts(root, "entry/title")
    assert "<script>" not in str(summary)
    assert "é東京😀" in (str(title) if field == "title" else str(summary))


def test_an_empty_feed_is_one_and_does_not_say_when_it_was_read(db: None) -> None:
    assert texts(read(), "updated") == ["2026-03-10T08:00:00+00:00"]
    assert feed_of([], shelf=SHELF) == feed_of([], shelf=SHELF)


def test_it_is_so_long_and_asks_once(db: None) -> None:
    alert = an_alert()
    for rung in range(MOST + 5):
        a_notice(alert, rung=-rung, at=NOW + timedelta(days=rung))
    with CaptureQueriesContext(connection) as asked:
        root = read()
    assert (len(texts(root, "entry/id")), len(asked)) == (MOST, 1)
