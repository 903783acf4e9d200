"""Which secret addresses lead to a feed? Made once, shown once, kept as a hash, and asked anew at each read.

A calendar program cannot sign in, so the address itself is the key. It opens no more than its owner may see, and only
as long as that person may see it.
"""

import secrets
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.tokens import digest
from alerts.channel_models import FeedAddress
from alerts.plain_text import one_line
from languages.sentences import listed
from servers.models import LicenseServer

PERMISSION = "alerts.view_alert"
ANYBODYS = "alerts.manage_channels"  # who manages the ways to people sees and takes back the addresses of all
MOST = 50  # ours: in force for one person; somebody who needs more forgot to take old ones back
SEEN_EVERY = timedelta(minutes=1)  # "last read" is written at most this often, so that reads stay reads


class AddressRefused(Exception):
    """No address was made; the text says why and what to do."""


def make_address(
    owner: User, *, feed: str, name: str, now: datetime, server: LicenseServer | None = None
) -> tuple[FeedAddress, str]:
    """The new row and its secret, which is never readable again. Raises AddressRefused."""
    if feed not in FeedAddress.Feed.values:
        raise AddressRefused(
            _("There is no such feed. There are: %(names)s.") % {"names": listed(FeedAddress.Feed.values)}
        )
    words = one_line(name)[:100].strip()
    if not words:
        raise AddressRefused(_("Give the address a name that says who reads there. Nothing was made."))
    if FeedAddress.objects.filter(owner=owner, revoked_at__isnull=True).count() >= MOST:
        raise AddressRefused(
            _("You have %(most)s addresses in force. Take one back that nobody reads. Nothing was made.")
            % {"most": MOST}
        )
    secret = secrets.token_urlsafe(32)
    address = FeedAddress.objects.create(
        feed=feed, name=words, digest=digest(secret), owner=owner, server=server, created_at=now
    )
    return address, secret


def addresses_for(person: User) -> QuerySet[FeedAddress]:
    """Those that this person may see and take back: one's own, or everybody's. Newest first, the revoked among them."""
    rows = FeedAddress.objects.select_related("owner", "server")
    return rows if person.has_perm(ANYBODYS) else rows.filter(owner=person)


def revoke_address(address: FeedAddress, *, now: datetime) -> None:
    """From now on it leads nowhere; the row stays as evidence."""
    FeedAddress.objects.filter(pk=address.pk, revoked_at__isnull=True).update(revoked_at=now)


def address_read(secret: str, *, feed: str, now: datetime) -> FeedAddress | None:
    """The address in force with this secret, its reading noted; None for any other, and nobody learns why.

    What is looked for is a digest, so the time that the search takes says nothing about a secret that exists.
    """
    rows = FeedAddress.objects.select_related("owner", "server").filter(revoked_at__isnull=True, feed=feed)
    address = rows.filter(digest=digest(secret)).first()
    if address is None or not address.owner.has_perm(PERMISSION):
        return None
    if address.read_at is None or not -SEEN_EVERY < now - address.read_at < SEEN_EVERY:
        FeedAddress.objects.filter(pk=address.pk).update(read_at=now)
    return address


def path_of(address: FeedAddress, secret: str) -> str:
    """Where it is read, below the address of the pages. `dashboard.urls` answers there."""
    if address.feed == FeedAddress.Feed.CALENDAR:
        return f"/feeds/calendar/{secret}.ics"
    return f"/feeds/alerts/{secret}.atom"
