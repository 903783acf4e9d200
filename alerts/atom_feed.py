"""How does a feed reader show what was said? Atom 1.0 of the newest notices, each with an id that never changes.

Its bytes follow from the rows alone: nothing in it says when it was read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alerts.local_forms import a_number, language_tag
from alerts.models import AlertServer, Notice
from alerts.plain_text import lines, one_line
from servers.models import LicenseServer

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
MOST = 100  # ours: a reader that looks once a week misses nothing of an ordinary installation


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where the feed stands. `since` is its date while nothing was said."""

    key: UUID
    title: str
    site: str
    since: datetime


class _Feed(Atom1Feed):
    """Django's, with an id of its own and a date that follows from its entries."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(
            title=shelf.title, link=f"{shelf.site}/", description="", feed_guid=shelf.key.urn, language=language_tag()
        )
        self.since = shelf.since

    def latest_post_date(self) -> datetime:
        """That of the newest entry."""
        return super().latest_post_date() if self.items else self.since


def notices_for(server: LicenseServer | None) -> QuerySet[Notice]:
    """The newest, of all servers and the installation, or of the alerts in which this server is or was."""
    rows = Notice.objects.select_related("alert").order_by("-at", "-id")
    if server is not None:
        rows = rows.filter(Exists(AlertServer.objects.filter(alert=OuterRef("alert"), server=server)))
    return rows[:MOST]


def feed_of(notices: Iterable[Notice], *, shelf: Shelf) -> bytes:
    """The document in UTF-8."""
    feed = _Feed(shelf)
    for notice in notices:
        feed.add_item(
            title=_title(notice),
            link=f"{shelf.site}/alerts/{notice.alert_id}/",
            description=_summary(notice),
            unique_id=_id_of(notice).urn,
            pubdate=notice.at,
            updateddate=notice.at,
            author_name="Licensing Manager",
            categories=[str(notice.get_severity_display()), str(notice.alert.get_rule_display())],
        )
    return feed.writeString("utf-8").encode()


def _title(notice: Notice) -> str:
    if notice.reason == Notice.Reason.STEP:
        return one_line(notice.title)
    return one_line(_("%(reason)s: %(title)s") % {"reason": notice.get_reason_display(), "title": notice.title})


def _summary(notice: Notice) -> str:
    """HTML, because that is what Django's feed says of it."""
    number = notice.server_count
    many = (
        ngettext("%(count)s server.", "%(count)s servers.", number) % {"count": a_number(number)} if number > 1 else ""
    )
    parts = [notice.detail, many, _("What to do: %(action)s") % {"action": notice.action} if notice.action else ""]
    return "".join(format_html("<p>{}</p>", lines(part)) for part in parts if part)


def _id_of(notice: Notice) -> UUID:
    """The same for the same notice after a restore, a new name of the machine or a new number of the row."""
    alert = notice.alert
    return uuid5(NAMESPACE_OID, f"{alert.problem} {alert.opened_at.isoformat()} {notice.reason} {notice.rung}")
