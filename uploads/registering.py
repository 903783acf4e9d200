"""How does a server become registered with the cloud, and how does that end? The story over the wire.

A code is asked for, a person enters it at the destination, and we ask until the answer is known. Ending it never waits
for the destination: it counts here at once, and is told there as soon as somebody listens. The wire is ours, because
the vendor's form is not public.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property, partial

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from programs.catalog import programs
from programs.codes import CALL_HOME, CEIP
from programs.models import Door
from programs.participation import State, participation
from servers import registration
from servers.models import CloudRegistration, LicenseServer
from uploads import cis_client
from uploads.cis_client import Refusal, RemoteCode, destination_from_settings
from uploads.outcomes import Outcome, Verdict, judge
from uploads.withdrawing import Acknowledged, registration_ended

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 5.0  # of each step, because a person looks at a page meanwhile
ASK_EVERY = timedelta(seconds=5)  # however many pages are open, a code is asked about no more often
TELL_EVERY = timedelta(minutes=10)  # an end that nobody heard of can wait; a destination that is down is left in peace
MOST_A_TICK = 200  # of each kind; the rest has its turn in the next ticks
NOT_THERE = frozenset({404, 405, 410})
NOT_OFFERED = gettext_lazy(
    "This destination does not offer the registration that Licensing Manager speaks. The vendor's is not public."
)
REMOVED = "The registration was removed."
SHARES = frozenset({State.ON, State.INCLUDED, State.ENFORCED})


class NotRegistered(Exception):
    """No code was asked for; the text is the sentence that a person reads."""


class DestinationFailed(Exception):
    """The destination did not answer as it should. `outcome` is explained like that of an upload."""

    def __init__(self, outcome: Outcome) -> None:
        words = outcome.explanation
        super().__init__(f"{words.title}. {words.cause}")
        self.outcome = outcome


def confirmation_address() -> str:
    """Where a person enters the code."""
    return f"{settings.CIS_URL}/registration/"


def request_code(server: LicenseServer, *, by: User | str) -> CloudRegistration:
    """A code that waits to be entered; a second press gives the same. Raises NotRegistered or DestinationFailed."""
    now = timezone.now()
    current = registration.newest(server)
    if current and current.state == CloudRegistration.State.WAITING and not _expire_late(current, at=now):
        return current
    _refuse_impossible(server)
    given = _ask_code(server, at=now)
    try:
        return registration.open_code(
            server,
            code=given.code,
            remote_id=given.id,
            at=now,
            by=_name(by),
            lifetime=timedelta(seconds=given.seconds),
            destination=_place(),
        )
    except registration.AlreadyOpen as error:
        # Two presses at once: the destination gave both the same code, and the other one was kept.
        if (kept := registration.newest(server)) and kept.remote_id == given.id:
            return kept
        raise NotRegistered(str(error)) from error


def check(server: LicenseServer) -> CloudRegistration | None:
    """The newest registration, after the destination was asked once if it waits. Raises DestinationFailed.

    A code that ran out is over, whether or not the destination can be asked.
    """
    now = timezone.now()
    current = registration.newest(server)
    if not current or current.state != CloudRegistration.State.WAITING:
        return current
    try:
        _ask_state(_Line(), current, at=now)
    except Exception as error:
        if not _expire_late(current, at=now):
            raise DestinationFailed(judge(error)) from error
    return current


def remove_registration(server: LicenseServer, *, by: User | str, door: Door, reason: str = REMOVED) -> Acknowledged:
    """End it here, with all event data, whatever the destination says; it is told now or by a later tick.

    First the registration, so that nothing new leaves, then the choices and uploads that rested on it. A repeat after
    a failure between the two finishes the work. Raises FenceStillOpen like every withdrawal.
    """
    ended = registration.remove(server, at=timezone.now(), by=_name(by))
    try:
        return registration_ended(server, by=by, door=door, reason=reason)
    finally:
        if ended and ended.destination == _place():
            line = _Line()
            line.attempt(partial(_tell_again, line, ended, at=timezone.now()))


def poll_waiting(*, now: datetime) -> int:
    """The tick: ask about every code that waits, tell every end that was not heard. Returns how many changed."""
    line, place = _Line(), _place()
    asking = registration.waiting(asked_before=now - ASK_EVERY)[:MOST_A_TICK]
    telling = registration.untold(destination=place, asked_before=now - TELL_EVERY)[:MOST_A_TICK]
    works = [partial(_ask_state, line, one, at=now) for one in asking]
    works += [partial(_tell_again, line, one, at=now) for one in telling]
    changed = sum(line.attempt(work) for work in works)
    return changed + sum(_expire_late(one, at=now) for one in asking)


class _Line:
    """A log-in that several questions share. Once it fails, nobody is asked any more."""

    def __init__(self) -> None:
        self.to = replace(destination_from_settings(), seconds=PATIENCE_SECONDS)
        self.broken = False

    @cached_property
    def token(self) -> str:
        return cis_client.log_in(self.to)

    def attempt(self, work: Callable[[], bool]) -> bool:
        """Did it change something? A failure is written to the log and leaves everything to a later tick."""
        if self.broken:
            return False
        try:
            return work()
        except Exception as error:
            outcome = judge(error)
            self.broken = outcome.verdict == Verdict.TRY_AGAIN or "token" not in vars(self)
            log.warning("Registration: %s %s", outcome.code, outcome.evidence)
            return False


def _refuse_impossible(server: LicenseServer) -> None:
    """The product asks the same: whoever shares nothing cannot register."""
    if server.archived_at:
        raise NotRegistered(_("This server is archived."))
    if registration.is_registered(server):
        raise NotRegistered(_("This server is registered already. Remove that registration first."))
    choices = [one for one in programs().values() if one.code in {CALL_HOME, CEIP}]
    if not any(participation(one, server).state in SHARES for one in choices):
        raise NotRegistered(
            _("Only servers that share usage statistics can be registered. Choose to share them first.")
        )


def _ask_code(server: LicenseServer, *, at: datetime) -> RemoteCode:
    """Earlier ends are told first: the destination would else give the ended code again, and end it later."""
    line = _Line()
    try:
        for ended in registration.untold(destination=_place(), asked_before=at, server=server):
            _tell(line, ended)
        return cis_client.ask_code(line.to, line.token, guid=str(server.guid), name=server.name)
    except Refusal as refusal:
        if refusal.step == "codes" and refusal.status in NOT_THERE:
            raise NotRegistered(str(NOT_OFFERED)) from refusal
        raise DestinationFailed(judge(refusal)) from refusal
    except Exception as error:
        raise DestinationFailed(judge(error)) from error


def _ask_state(line: _Line, waiting: CloudRegistration, *, at: datetime) -> bool:
    """Ask what became of this code, unless it was just asked, and note it. Did something change?"""
    if waiting.destination != _place() or not registration.claim_question(waiting, at=at, asked_before=at - ASK_EVERY):
        return _expire_late(waiting, at=at)
    token = line.token
    try:
        state, customer_id = cis_client.code_state(line.to, token, remote_id=waiting.remote_id)
    except Refusal as refusal:
        if refusal.status not in NOT_THERE:
            raise
        state, customer_id = "expired", ""
    if state == "confirmed":
        return registration.confirm(waiting, customer_id=customer_id, at=at)
    if state == "refused":
        return registration.refuse(waiting, at=at)
    return _expire_late(waiting, at=at) if state == "waiting" else registration.expire(waiting, at=at)


def _expire_late(waiting: CloudRegistration, *, at: datetime) -> bool:
    """Its time is over. The destination's clock may be behind, so it is told that nobody waits any more."""
    return at >= waiting.expires_at and registration.expire(waiting, at=at, tell=True)


def _tell_again(line: _Line, ended: CloudRegistration, *, at: datetime) -> bool:
    free = registration.claim_question(ended, at=at, asked_before=at - TELL_EVERY)
    return free and _tell(line, ended)


def _tell(line: _Line, ended: CloudRegistration) -> bool:
    """Where nobody knows it any more there is nothing to end."""
    token = line.token
    try:
        cis_client.tell_removal(line.to, token, remote_id=ended.remote_id)
    except Refusal as refusal:
        if refusal.status not in NOT_THERE:
            raise
    registration.note_told(ended)
    return True


def _place() -> str:
    """What the destination is called. The sandbox is the same one behind every port that it had."""
    return "sandbox" if settings.SANDBOX else destination_from_settings().address


def _name(by: User | str) -> str:
    return by.get_username() if isinstance(by, User) else by
