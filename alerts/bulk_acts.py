"""How is one act carried out on many servers? Begun under the dry run that was seen, then server by server.

Each server gets its own ordinary decision, by the same function as for one server. A worker that is killed in between
has done a server or not; whoever goes on finds out from the ledger, and nothing is decided twice.
"""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from alerts.bulk_models import PERMISSIONS, Act, BulkAct, BulkItem
from alerts.bulk_trial import ALREADY, CHANGES, REFUSED, ActRefused, try_out
from alerts.keeping_standings import refresh
from languages.sentences import said_after_each_other
from programs.catalog import programs
from programs.codes import CALL_HOME, CEIP, TELEMETRY
from programs.models import ConsentDecision, Door
from programs.refusals import DecisionRefused, checked_reason
from servers.models import LicenseServer, ServerGroup
from servers.registry import archive_server, change_server
from uploads.fence import FenceStillOpen
from uploads.handover import put
from uploads.models import Upload
from uploads.starting import NotStarted, start_upload
from uploads.withdrawing import Pause, choose_sharing

TASK = "alerts.tasks.carry_out_bulk_acts"
AT_ONCE = 25  # ours: so few servers are done while the person waits
BATCH = 100  # servers of one task
LEASE = timedelta(minutes=2)
Result = BulkItem.Result


def begin(
    act: str, value: str, servers: Iterable[LicenseServer], *, digest: str, by: User, reason: str, text_sha256: str = ""
) -> BulkAct:
    """Write down what is to be done, if it is still what was seen. Raises ActRefused; then nothing was done."""
    try:
        why = checked_reason(reason)
    except DecisionRefused as refused:
        raise ActRefused(str(refused)) from refused
    if not by.has_perm(PERMISSIONS[Act(act)]):
        raise ActRefused(_("Your role does not allow this."))
    with transaction.atomic():
        trial = try_out(act, value, servers)
        if trial.digest != digest:
            raise ActRefused(_("Some of these servers were changed after you looked. Look at the new dry run."))
        if not trial.counts[CHANGES]:
            raise ActRefused(_("This would change no server."))
        if open_one := BulkAct.objects.filter(digest=digest, by=by, finished_at__isnull=True).first():
            return open_one
        begun = BulkAct.objects.create(
            act=trial.act, value=trial.value, reason=why, by=by, by_name=by.get_username(), text_sha256=text_sha256,
            digest=digest, already=trial.counts[ALREADY], refused=trial.counts[REFUSED], created_at=timezone.now(),
        )  # fmt: skip
        items = [BulkItem(act=begun, server=one.server, expected=one.expected) for one in trial.of(CHANGES)]
        BulkItem.objects.bulk_create(items, batch_size=500)
    return begun


def set_going(begun: BulkAct, *, pause: Pause = time.sleep) -> None:
    """Few servers at once, many by a worker. Without a broker the next tick begins."""
    if begun.items.count() <= AT_ONCE:
        carry_on(now=timezone.now(), only=begun, pause=pause)
    else:
        _ask_a_worker()


def carry_on(*, now: datetime, only: BulkAct | None = None, most: int = BATCH, pause: Pause = time.sleep) -> int:
    """The next servers of every act that nobody is at; asks for a worker while any are left. Returns how many."""
    waiting = BulkAct.objects.filter(finished_at__isnull=True).order_by("pk")
    done = 0
    for act in waiting.filter(pk=only.pk) if only else waiting:
        free = Q(lease_until__isnull=True) | Q(lease_until__lt=now) | Q(lease_until__gt=now + LEASE * 2)
        if BulkAct.objects.filter(free, pk=act.pk, finished_at__isnull=True).update(lease_until=now + LEASE):
            done += _some(act, most=most, pause=pause)
    if BulkAct.objects.filter(finished_at__isnull=True, lease_until__isnull=True).exists():
        _ask_a_worker()
    return done


def _some(act: BulkAct, *, most: int, pause: Pause) -> int:
    items = list(act.items.filter(result=Result.WAITING).select_related("server", "server__group")[:most])
    for item in items:
        BulkAct.objects.filter(pk=act.pk).update(lease_until=timezone.now() + LEASE)
        _do(item, act, pause=pause)
        refresh(item.server)
    is_over = not act.items.filter(result=Result.WAITING).exists()
    BulkAct.objects.filter(pk=act.pk).update(lease_until=None, finished_at=timezone.now() if is_over else None)
    return len(items)


def _do(item: BulkItem, act: BulkAct, *, pause: Pause) -> None:
    """One server, once. What was begun by a worker that is gone is asked of the ledger."""
    was_begun, item.begun_at = item.begun_at is not None, timezone.now()
    item.save(update_fields=["begun_at"])
    try:
        item.result = _carry_out(item, act, was_begun=was_begun, pause=pause)
    except (DecisionRefused, NotStarted, ActRefused) as refused:
        item.result, item.why = Result.REFUSED, str(refused)[:500]
    except ValidationError as refused:
        item.result, item.why = Result.REFUSED, said_after_each_other(refused.messages)[:500]
    except FenceStillOpen as waiting:
        item.result, item.why = Result.CHANGED, str(waiting)[:500]
    item.done_at = timezone.now()
    item.save(update_fields=["result", "why", "done_at"])


def _carry_out(item: BulkItem, act: BulkAct, *, was_begun: bool, pause: Pause) -> Result:
    server, person = LicenseServer.objects.select_related("group").get(pk=item.server_id), act.by
    if person is None or not person.is_active or not person.has_perm(PERMISSIONS[Act(act.act)]):
        raise ActRefused(_("%(name)s may not do this any more.") % {"name": act.by_name})
    match act.act:
        case Act.SHARE:
            _share(server, item, act, by=person, was_begun=was_begun, pause=pause)
        case Act.GROUP:
            group = ServerGroup.objects.get_or_create(name=act.value)[0] if act.value else None
            if server.group == group:
                return Result.CHANGED if was_begun else Result.ALREADY
            change_server(server, group=group)
        case Act.UPLOAD:
            for kind in _kinds_to_start(server, act, by=person, was_begun=was_begun):
                start_upload(server, program_code=TELEMETRY, kind=kind, by=person)
        case _:
            if server.archived_at:
                return Result.CHANGED if was_begun else Result.ALREADY
            archive_server(server)
    return Result.CHANGED


def _kinds_to_start(server: LicenseServer, act: BulkAct, *, by: User, was_begun: bool) -> list[str]:
    """Without those that a worker that is gone had started: they may have arrived already, and would go out twice."""
    kinds = [upload.kind for upload in programs()[TELEMETRY].uploads]
    if not was_begun:
        return kinds
    ours = Upload.objects.filter(
        server=server, program=TELEMETRY, requested_by=by, created_at__gte=act.created_at
    ).values_list("kind", flat=True)
    return [kind for kind in kinds if kind not in set(ours)]


def _share(server: LicenseServer, item: BulkItem, act: BulkAct, *, by: User, was_begun: bool, pause: Pause) -> None:
    later = ConsentDecision.objects.filter(server=server, program__in=[CALL_HOME, CEIP], sequence__gt=item.expected)
    is_ours = was_begun and later.exists() and not later.exclude(decided_by_id=by.pk, reason=act.reason).exists()
    choose_sharing(
        server, choice=act.value, by=by, door=Door.PAGE, text_sha256=act.text_sha256, reason=act.reason,
        expected=None if is_ours else item.expected, pause=pause,
    )  # fmt: skip


def _ask_a_worker() -> None:
    put(TASK)
