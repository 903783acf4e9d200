"""Is there a page that no browser of the tests has seen?"""

from dashboard.urls import urlpatterns
from tests.browser.rooms import FURNISHED, NO_PAGES
from tests.dashboard.test_routes import POSTS

NAMES = {str(pattern.name) for pattern in urlpatterns}


def test_every_page_is_looked_at_in_a_browser() -> None:
    assert NAMES - {room.name for room in FURNISHED} <= NO_PAGES


def test_what_is_called_no_page_is_there_and_not_looked_at() -> None:
    assert not NO_PAGES - NAMES
    assert not {room.name for room in FURNISHED} & POSTS
