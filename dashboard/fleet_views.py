"""Which saved views stand over the list of the fleet, which is shown, and what may this person do to it?"""

from dataclasses import dataclass

from django.http import HttpRequest

from accounts.models import SavedView
from accounts.saved_views import views_of
from dashboard.permissions import signed_in


@dataclass(frozen=True, slots=True)
class Tab:
    """One saved view. `is_own`: this person may rename and remove it."""

    view: SavedView
    is_shown: bool
    is_first: bool
    is_own: bool


@dataclass(frozen=True, slots=True)
class Tabs:
    """All of them, and the one whose filters are in force."""

    tabs: list[Tab]

    @property
    def shown(self) -> Tab | None:
        """The one that is shown."""
        return next((one for one in self.tabs if one.is_shown), None)


def tabs_of(request: HttpRequest, *, kept: str) -> Tabs:
    """The views of this person and those that others share; `kept` are the filters in force."""
    person = signed_in(request)
    may_all = person.has_perm("accounts.manage_people")
    return Tabs(
        [
            Tab(
                view=one,
                is_shown=one.question == kept,
                is_first=one.pk == person.default_view_id,
                is_own=one.owner_id == person.pk or may_all,
            )
            for one in views_of(person)
        ]
    )
