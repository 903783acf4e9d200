"""Who else on this installation fails for the same cause now? One problem of the network is rarely one server's."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from servers.models import LicenseServer
from uploads.models import Upload
from uploads.states import State

FAILING = (State.FAILED, State.REFUSED)
NAMED = 5  # so many servers are named; the others are counted


@dataclass(frozen=True, slots=True)
class Others:
    """The servers that share a cause: how many, and the first few by name."""

    count: int = 0
    first: tuple[LicenseServer, ...] = ()

    @property
    def unnamed(self) -> int:
        """How many there are beside the named ones."""
        return self.count - len(self.first)


def others_with_same_cause(upload: Upload) -> Others:
    """Other servers in service with an upload that fails for this upload's cause; nobody when it does not fail.

    One look into the index for each server, however many of its uploads fail: 10,000 servers stay cheap.
    """
    if upload.state not in FAILING or not upload.cause:
        return Others()
    failing = Upload.objects.filter(cause=upload.cause, state__in=FAILING, server=OuterRef("pk")).order_by()
    servers = LicenseServer.objects.in_service().exclude(pk=upload.server_id).filter(Exists(failing))
    first = tuple(servers.only("guid", "name").order_by("name")[:NAMED])
    return Others(len(first) if len(first) < NAMED else servers.order_by().count(), first)
