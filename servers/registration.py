"""Is a server registered with the cloud? Its code, its tenant, and its end; the wire is not spoken here."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from servers.models import CloudRegistration, LicenseServer

State = CloudRegistration.State
OPEN = (State.WAITING, State.REGISTERED)
CODE = re.compile(r"[A-Z0-9]{8}")
CODE_LIFE = timedelta(minutes=15)  # ours: the product's own time is not public; long enough to sign in elsewhere


class AlreadyOpen(Exception):
    """The server is registered, or has a code that waits; the text is the sentence that a person reads."""


def is_registered(server: LicenseServer) -> bool:
    """Asked of the database at every call, so that a removal counts at once."""
    return CloudRegistration.objects.filter(server=server, state=State.REGISTERED).exists()


def registered_ids(server_ids: Iterable[int]) -> set[int]:
    """Those of these servers that are registered, in one query."""
    registered = CloudRegistration.objects.filter(server__in=list(server_ids), state=State.REGISTERED)
    return set(registered.values_list("server_id", flat=True))


def newest(server: LicenseServer) -> CloudRegistration | None:
    """The registration that a page shows: the last one begun, whatever became of it."""
    return CloudRegistration.objects.filter(server=server).first()


def open_code(
    server: LicenseServer,
    *,
    code: str,
    remote_id: str,
    at: datetime,
    by: str = "",
    lifetime: timedelta = CODE_LIFE,
    destination: str = "",
) -> CloudRegistration:
    """A code that waits to be entered, for at most our 15 minutes. Raises AlreadyOpen when something is open.

    Raises ValueError for what is no code: eight letters and digits, upper case.
    """
    if not CODE.fullmatch(code):
        raise ValueError(code)
    try:
        with transaction.atomic():
            return CloudRegistration.objects.create(
                server=server,
                code=code,
                remote_id=remote_id,
                destination=destination,
                requested_by=by,
                requested_at=at,
                expires_at=at + min(lifetime, CODE_LIFE),
            )
    except IntegrityError:
        if not CloudRegistration.objects.filter(server=server, state__in=OPEN).exists():
            raise
        raise AlreadyOpen(_("This server is registered already, or has a code that waits.")) from None


def confirm(registration: CloudRegistration, *, customer_id: str, at: datetime) -> bool:
    """The tenant entered the code. False when the code does not wait any more; then nothing changes."""
    facts = {"state": State.REGISTERED, "customer_id": customer_id, "registered_at": at, "asked_at": at}
    return _move(registration, **facts)


def refuse(registration: CloudRegistration, *, at: datetime) -> bool:
    """The tenant does not want this server."""
    return _move(registration, asked_at=at, state=State.REFUSED)


def expire(registration: CloudRegistration, *, at: datetime, tell: bool = False) -> bool:
    """The code was not entered in time. `tell`: the destination may think otherwise and has to hear of it."""
    return _move(registration, asked_at=at, state=State.EXPIRED, tell_removal=tell)


def remove(server: LicenseServer, *, at: datetime, by: str = "") -> CloudRegistration | None:
    """End what is open, at once and whatever the destination says; it is told later. None when nothing was open."""
    ended = {"state": State.REMOVED, "removed_at": at, "removed_by": by, "tell_removal": True, "asked_at": None}
    with transaction.atomic():
        found = CloudRegistration.objects.select_for_update().filter(server=server, state__in=OPEN).first()
        if found is None:
            return None
        CloudRegistration.objects.filter(pk=found.pk).update(**ended)
    found.refresh_from_db()
    return found


def waiting(*, asked_before: datetime) -> list[CloudRegistration]:
    """Codes whose answer nobody asked for since then; the longest unasked first."""
    return _unasked(CloudRegistration.objects.filter(state=State.WAITING), asked_before)


def untold(*, destination: str, asked_before: datetime, server: LicenseServer | None = None) -> list[CloudRegistration]:
    """Ends (of one server, or of all) that this destination has not heard of, and was not told since then."""
    found = CloudRegistration.objects.filter(tell_removal=True, destination=destination)
    return _unasked(found.filter(server=server) if server else found, asked_before)


def claim_question(registration: CloudRegistration, *, at: datetime, asked_before: datetime) -> bool:
    """May the caller ask the destination now? Of two who want to at the same time only one does."""
    free = CloudRegistration.objects.filter(pk=registration.pk).filter(_not_asked_since(asked_before))
    return free.update(asked_at=at) == 1


def note_told(registration: CloudRegistration) -> None:
    """The destination has heard of the end."""
    CloudRegistration.objects.filter(pk=registration.pk).update(tell_removal=False)
    registration.refresh_from_db()


def _unasked(found: QuerySet[CloudRegistration], before: datetime) -> list[CloudRegistration]:
    unasked = found.filter(_not_asked_since(before)).select_related("server")
    return list(unasked.order_by(F("asked_at").asc(nulls_first=True), "pk"))


def _not_asked_since(moment: datetime) -> Q:
    return Q(asked_at__isnull=True) | Q(asked_at__lte=moment)


def _move(registration: CloudRegistration, **facts: object) -> bool:
    """From waiting to where the facts say, if it still waits: of two who move it one succeeds."""
    moved = CloudRegistration.objects.filter(pk=registration.pk, state=State.WAITING).update(**facts)
    registration.refresh_from_db()
    return moved == 1
