"""What may go, and when? Bytes of bundles that arrived, rows of the history that grew old, and what a crash left over.

What a person carried goes when a person says so, in `courier_cleanup.py`; here only what went over the network does.

Kept for ever: every bundle that did not arrive and the last that did of each kind, previews, every failure, and the
first and the last arrival of each kind. Nothing here touches the ledger of decisions.

The order makes every step safe to be killed in. A row first says that its bytes are deleted, so no row ever promises
bytes that are gone; then the file that scripts see goes, then the bytes; a row of the history goes last, because it
knows what its file is called. What is left by a kill is found again: by its row, or as bytes that nobody needs.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import Exists, OuterRef, Q

from servers.installation import in_force
from uploads import bundle_store
from uploads.models import Attempt, Preview, Trigger, Upload, UploadQuerySet
from uploads.result_file import SUCCESS
from uploads.states import State

BATCH = 500  # rows in one go: a fraction of a second, even on a slow disk
MOST_BATCHES = 20  # of each kind a tick; the rest has its turn in the next one
ORPHAN_AFTER = timedelta(days=1)  # ours: between sealing a bundle and writing its row lie milliseconds
SETTLED_AFTER = timedelta(minutes=10)  # bytes this young may be in the middle of being sealed again
ENDED = (State.DELIVERED, State.CANCELED, State.OBSERVED)
FAILING = (Attempt.Verdict.TRY_AGAIN, Attempt.Verdict.REFUSED)


@dataclass(frozen=True, slots=True)
class Tidied:
    """What went: bundles that arrived, rows of the history, and leftovers of a crash."""

    bundles: int
    rows: int
    leftovers: int


def tidy(*, now: datetime) -> Tidied:
    """The tick: let go what may go, in portions."""
    return Tidied(bundles=forget_bundles(now=now), rows=forget_history(now=now), leftovers=sweep(now=now))


def forget_bundles(*, now: datetime) -> int:
    """Delete bundles that a newer delivery of their kind replaced. Returns how many."""
    return _in_portions(lambda: _forget_some_bundles(now=now))


def forget_history(*, now: datetime) -> int:
    """Delete rows that ended more than HISTORY_DAYS ago, with their attempts. Returns how many uploads that were."""
    limit = now - timedelta(days=in_force().history_days)
    return _in_portions(lambda: _forget_some_rows(limit, now=now))


def history_before(*, days: int, now: datetime, most: int) -> int:
    """How many uploads would leave the history if it were kept for so many days; counted up to `most`."""
    old = _ended_before(now - timedelta(days=days))
    return _forgettable(old).order_by().values("pk")[:most].count()


def sweep(*, now: datetime) -> int:
    """Delete bytes in the store that no row needs. Returns how many files; every folder has its turn in 24 ticks."""
    gone = _sweep_drafts(now=now)
    folders = [one for one in bundle_store.store_folder().glob("[0-9a-f][0-9a-f]") if one.is_dir()]
    turn = int(now.timestamp() // 600) % 24
    for folder in (one for one in folders if int(one.name, 16) % 24 == turn):
        names = folder.glob(f"{folder.name}{'[0-9a-f]' * 62}.zip")
        old = {one.stem for one in names if _age(one, now=now) > ORPHAN_AFTER}
        gone += sum(_remove(sha256) for sha256 in old - still_needed(old))
    return gone


def still_needed(digests: Collection[str]) -> set[str]:
    """Of these bundles those that a row or a preview refers to."""
    uploads = Upload.objects.filter(bundle_sha256__in=digests, bundle_deleted_at__isnull=True)
    uploads = uploads.exclude(trigger=Trigger.OBSERVED)  # the license server's own bundles are not in the store
    previews = Preview.objects.filter(bundle_sha256__in=digests)
    return {*uploads.values_list("bundle_sha256", flat=True), *previews.values_list("bundle_sha256", flat=True)}


def _in_portions(work: Callable[[], int]) -> int:
    gone = 0
    for _ in range(MOST_BATCHES):
        some = work()
        gone += some
        if some < BATCH:
            break
    return gone


def _forget_some_bundles(*, now: datetime) -> int:
    newer = Upload.objects.with_delivered_bundle().filter(_same_kind(), _later("finished_at"))
    going = Upload.objects.with_delivered_bundle().filter(Exists(newer)).exclude(trigger=Trigger.CARRIED)
    return _let_bundles_go(going, now=now)


def _let_bundles_go(going: UploadQuerySet, *, now: datetime) -> int:
    rows = list(going.order_by("pk").values_list("pk", "bundle_sha256")[:BATCH])
    # Asked again in the update: a state may have changed since.
    marked = going.filter(pk__in=[pk for pk, _ in rows]).update(bundle_deleted_at=now)
    _remove_unneeded({sha256 for _, sha256 in rows}, now=now)
    return marked


def _forget_some_rows(limit: datetime, *, now: datetime) -> int:
    old = _ended_before(limit)
    _let_bundles_go(old.filter(state=State.CANCELED, bundle_deleted_at__isnull=True).exclude(bundle_sha256=""), now=now)
    going = _forgettable(old)
    rows = list(going.order_by("created_at", "pk").values_list("pk", "bundle_sha256")[:BATCH])
    _remove_unneeded({sha256 for _, sha256 in rows if sha256}, now=now)
    Upload.objects.filter(pk__in=[pk for pk, _ in rows]).delete()
    return len(rows)


def _ended_before(limit: datetime) -> UploadQuerySet:
    """Without those that are still to arrive."""
    ended = Upload.objects.filter(created_at__lt=limit, state__in=ENDED)
    return ended.filter(Q(finished_at__isnull=True) | Q(finished_at__lt=limit))


def _forgettable(old: UploadQuerySet) -> UploadQuerySet:
    """Without failures, without the first and the last arrival of each kind, without bytes that are still there."""
    arrived = Upload.objects.arrived().filter(_same_kind())
    in_between = Exists(arrived.filter(_later("finished_at"))) & Exists(arrived.filter(_earlier("finished_at")))
    did_not_arrive = Q(state=State.CANCELED) | Q(state=State.OBSERVED, result_code="")
    failed = Exists(Attempt.objects.filter(upload=OuterRef("pk"), verdict__in=FAILING))
    observed_failure = Q(state=State.OBSERVED) & ~Q(result_code__in=["", SUCCESS])
    bytes_went = Q(bundle_sha256="") | Q(bundle_deleted_at__isnull=False) | Q(trigger=Trigger.OBSERVED)
    return old.filter(did_not_arrive | Q(in_between), bytes_went, ~observed_failure, ~Q(failed))


def _same_kind() -> Q:
    return Q(server=OuterRef("server"), program=OuterRef("program"), kind=OuterRef("kind"))


def _later(name: str) -> Q:
    """After the outer row; of two at the same moment the one that was written later."""
    return Q(**{f"{name}__gt": OuterRef(name)}) | Q(**{name: OuterRef(name)}, pk__gt=OuterRef("pk"))


def _earlier(name: str) -> Q:
    return Q(**{f"{name}__lt": OuterRef(name)}) | Q(**{name: OuterRef(name)}, pk__lt=OuterRef("pk"))


def _remove_unneeded(digests: set[str], *, now: datetime) -> None:
    """Bytes that were sealed just now stay for the sweep: somebody may be about to need the very same ones."""
    settled = {one for one in digests if _age(bundle_store.path_of(one), now=now) > SETTLED_AFTER}
    for sha256 in settled - still_needed(settled):
        _remove(sha256)


def _remove(sha256: str) -> int:
    """The name that scripts see first: the bytes tell which file that is."""
    named = Upload.objects.filter(bundle_sha256=sha256).exclude(trigger=Trigger.OBSERVED).select_related("server")
    for upload in named:
        bundle_store.unpublish(upload.server, sha256=sha256, name=upload.bundle_name)
    bundle_store.path_of(sha256).unlink(missing_ok=True)
    return 1


def _sweep_drafts(*, now: datetime) -> int:
    """Bundles that were being built when their worker was killed."""
    old = [one for one in bundle_store.store_folder().glob(".building-*") if _age(one, now=now) > ORPHAN_AFTER]
    for one in old:
        one.unlink(missing_ok=True)
    return len(old)


def _age(path: Path, *, now: datetime) -> timedelta:
    """How long ago it was written. What is not there has no age."""
    try:
        return timedelta(seconds=now.timestamp() - path.stat().st_mtime)
    except FileNotFoundError:
        return timedelta(0)
