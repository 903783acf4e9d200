"""How does less leave than before? The decision first, then the fence: when these return, not one more byte leaves.

Doors call these instead of `programs.consent` for whatever ends or narrows what is shared. The decision is committed
before anybody waits, so it stands even where a request that began before takes longer than we wait (FenceStillOpen).
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from programs import consent
from programs.catalog import program
from programs.codes import CALL_HOME, CEIP, EVENT_DATA, TELEMETRY
from programs.models import Action, ConsentDecision, Door
from programs.participation import participation
from programs.texts import decision_text
from servers.models import LicenseServer
from uploads.carrying import hand_to_courier, return_to_queue
from uploads.fence import AGREED_TO_LESS, as_evidence, close_fence
from uploads.sealing import drop_previews

Pause = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The decisions in force, and how many uploads were canceled. Nothing of it leaves any more."""

    decisions: tuple[ConsentDecision, ...]
    canceled: int


def withdraw(
    server: LicenseServer,
    *,
    program_code: str,
    by: User | str,
    door: Door,
    text_sha256: str,
    reason: str = "",
    expected: int | None = None,
    pause: Pause = time.sleep,
) -> Acknowledged:
    """Switch a program off. Raises DecisionRefused, or FenceStillOpen."""
    with transaction.atomic(durable=True):
        row = consent.decide(
            server,
            program_code=program_code,
            action=Action.WITHDRAW,
            by=by,
            door=door,
            text_sha256=text_sha256,
            reason=reason,
            expected=expected,
        )
    return Acknowledged((row,), _close_where_nothing_leaves(server, program_code, pause=pause))


def hold_back(
    server: LicenseServer,
    *,
    program_code: str,
    elements: Collection[str],
    by: User | str,
    door: Door,
    text_sha256: str,
    reason: str = "",
    expected: int | None = None,
    pause: Pause = time.sleep,
) -> Acknowledged:
    """Refuse data elements: bundles that were sealed with them do not leave. Raises DecisionRefused, FenceStillOpen."""
    with transaction.atomic(durable=True):
        row = consent.decide(
            server,
            program_code=program_code,
            action=Action.REFUSE_ELEMENTS,
            by=by,
            door=door,
            text_sha256=text_sha256,
            reason=reason,
            elements=elements,
            expected=expected,
        )
    canceled = _close(server, program_code, reason=AGREED_TO_LESS, keep_unsealed=True, pause=pause)
    return Acknowledged((row,), canceled)


def choose_sharing(
    server: LicenseServer,
    *,
    choice: str,
    by: User | str,
    door: Door,
    text_sha256: str,
    reason: str = "",
    expected: int | None = None,
    pause: Pause = time.sleep,
) -> Acknowledged:
    """The three-way choice, and the end of whatever it ends. Raises DecisionRefused, or FenceStillOpen."""
    with transaction.atomic(durable=True):
        rows = consent.choose_sharing(
            server, choice=choice, by=by, door=door, text_sha256=text_sha256, reason=reason, expected=expected
        )
    return Acknowledged(rows, close_what_ended(server, CALL_HOME, CEIP, pause=pause))


def set_reporting_mode(
    server: LicenseServer,
    *,
    mode: str,
    by: User | str,
    door: Door,
    text_sha256: str,
    reason: str = "",
    expected: int | None = None,
    pause: Pause = time.sleep,
) -> Acknowledged:
    """Electronic or manual; manual ends what is on its way, and keeps what is sealed for whoever carries it.

    Raises DecisionRefused, or FenceStillOpen.
    """
    with transaction.atomic(durable=True):
        row = consent.set_reporting_mode(
            server, mode=mode, by=by, door=door, text_sha256=text_sha256, reason=reason, expected=expected
        )
    return Acknowledged((row,) if row else (), close_what_ended(server, TELEMETRY, pause=pause))


def registration_ended(
    server: LicenseServer, *, by: User | str, door: Door, reason: str, pause: Pause = time.sleep
) -> Acknowledged:
    """After a registration was removed: event data are switched off too, so that a new one does not start them."""
    with transaction.atomic(durable=True):
        rows: tuple[ConsentDecision, ...] = ()
        if consent.state_of(server, EVENT_DATA).granted:
            shown = decision_text(program(EVENT_DATA), Action.WITHDRAW)
            row = consent.decide(
                server,
                program_code=EVENT_DATA,
                action=Action.WITHDRAW,
                by=by,
                door=door,
                text_sha256=shown.sha256,
                reason=reason,
            )
            rows = (row,)
    return Acknowledged(rows, _close_where_nothing_leaves(server, EVENT_DATA, pause=pause))


def close_what_ended(server: LicenseServer, *program_codes: str, pause: Pause = time.sleep) -> int:
    """After decisions about these programs were committed: the end of whatever they ended, as often as it is asked.

    Returns how many uploads were canceled. Raises FenceStillOpen.
    """
    return sum(
        _change_ways(server, pause=pause)
        if code == TELEMETRY
        else _close_where_nothing_leaves(server, code, pause=pause)
        for code in program_codes
    )


def _change_ways(server: LicenseServer, *, pause: Pause) -> int:
    answer = participation(program(TELEMETRY), LicenseServer.objects.get(pk=server.pk))
    if not answer.is_carried:
        return_to_queue()
        return 0
    drop_previews(server, program_code=TELEMETRY)
    return hand_to_courier(server, reason=as_evidence(answer), pause=pause)


def _close_where_nothing_leaves(server: LicenseServer, program_code: str, *, pause: Pause) -> int:
    """Nothing to close where uploads may go on: after a grant, or while the program is enforced."""
    answer = participation(program(program_code), LicenseServer.objects.get(pk=server.pk))
    if answer.sends:
        return 0
    return _close(server, program_code, reason=as_evidence(answer), keep_unsealed=False, pause=pause)


def _close(server: LicenseServer, program_code: str, *, reason: str, keep_unsealed: bool, pause: Pause) -> int:
    drop_previews(server, program_code=program_code)
    return close_fence(server, program_code=program_code, reason=reason, keep_unsealed=keep_unsealed, pause=pause)
