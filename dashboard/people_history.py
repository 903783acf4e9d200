"""Who let whom in, and as what? The history of people as sentences, newest first, in parts."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import PeopleEvent
from accounts.roles import Role
from dashboard.keyset_pages import Page, asked_page

Kind = PeopleEvent.Kind
SIGNS = {Kind.DEACTIVATED: "off", Kind.TAKEN_BACK: "off"}
SENTENCES = {
    Kind.SET_UP: _("%(whom)s became the first administrator, by the set-up link."),
    Kind.INVITED: _("%(by)s made a link for %(whom)s, as %(after)s."),
    Kind.TAKEN_BACK: _("%(by)s took the link for %(whom)s back."),
    Kind.JOINED: _("%(whom)s came in by a link, as %(after)s."),
    Kind.ROLE: _("%(by)s changed the role of %(whom)s from %(before)s to %(after)s."),
    Kind.DEACTIVATED: _("%(by)s deactivated %(whom)s, who was %(before)s."),
    Kind.ACTIVATED: _("%(by)s activated %(whom)s again, as %(after)s."),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One row of the history: when, its sign, and what happened."""

    at: datetime
    sign: str
    words: str


@dataclass(frozen=True, slots=True)
class PeopleHistory:
    """A part of the history, and the page of the list that it is."""

    page: Page[PeopleEvent]
    rows: list[Told]


def people_history(address: QueryDict) -> PeopleHistory:
    """The part that an address asks for."""
    page = asked_page(PeopleEvent.objects.all(), address, column="at")
    return PeopleHistory(page, [Told(one.at, SIGNS.get(Kind(one.kind), "info"), words_of(one)) for one in page.rows])


def words_of(event: PeopleEvent) -> str:
    """What happened, as a sentence for whoever reads it."""
    facts = {
        "by": event.by,
        "whom": event.whom,
        "before": _role(event.role_before),
        "after": _role(event.role_after),
    }
    return str(SENTENCES[Kind(event.kind)]) % facts


def _role(value: str) -> str:
    return str(Role(value).label) if value in Role.values else value
