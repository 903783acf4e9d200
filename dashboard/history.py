"""Which part of the history is on this page? Found by the key of a row, not by counting rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from dashboard import keyset_pages
from dashboard.forms import HistoryFilter
from dashboard.keyset_pages import Page
from servers.models import LicenseServer
from uploads.explanations import explain_cause
from uploads.facets import Choice, facets_of
from uploads.history import HistoryQuery
from uploads.models import Upload, UploadQuerySet

PAGE = 25


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter in force, and the address parameters without it."""

    words: str
    without: str


@dataclass(frozen=True, slots=True)
class History:
    """What a history page shows. `kept` are the filters in force as address parameters."""

    form: HistoryFilter
    page: Page[Upload]
    facets: dict[str, list[Choice]]
    chips: list[Chip]
    kept: str
    asked: HistoryQuery

    @property
    def has_answer(self) -> bool:
        """Did every word of the question make sense?"""
        return not self.form.errors


def history_of(address: QueryDict, *, server: LicenseServer | None) -> History:
    """The page of the history that an address asks for; no rows while it asks for something without sense."""
    form = HistoryFilter(address, server=server)
    asked = form.asked() if form.is_valid() else HistoryQuery(server=server)
    rows = asked.rows().select_related("server", "requested_by") if form.is_valid() else Upload.objects.none()
    page = page_of(rows, older_than=address.get("older", ""), newer_than=address.get("newer", ""))
    given = QueryDict(mutable=True)
    given.update({name: str(address[name]) for name in form.fields if address.get(name)})
    return History(form, page, facets_of(asked), list(_chips(form, given)), given.urlencode(), asked)


def _chips(form: HistoryFilter, given: QueryDict) -> Iterator[Chip]:
    for name in given:
        others = given.copy()
        del others[name]
        value = str(given[name])
        words = explain_cause(value).title if name == "cause" else form.words(name, value)
        said = {"filter": form.fields[name].label, "value": words}
        yield Chip(_("%(filter)s: %(value)s") % said, others.urlencode())


def page_of(uploads: UploadQuerySet, *, older_than: str, newer_than: str) -> Page[Upload]:
    """The page beside a key. A key that cannot be read shows the newest page."""
    return keyset_pages.page_of(uploads, older_than=older_than, newer_than=newer_than, size=PAGE)
