"""Why does nothing leave by itself? Each silence with since when, its cause and the next step.

Beat gives a sign of life of its own, and a worker gives one whenever it does what beat asked for. So a beat that is
gone, workers that are gone, and workers that all have their hands full are told apart.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servers.models import LicenseServer
from uploads.disk import measure
from uploads.models import Attempt, Upload
from uploads.readiness import SILENT_AFTER, Readiness, Signs
from uploads.states import State

PICKED_UP_WITHIN = timedelta(minutes=5)  # ours: an idle worker takes a message within a second


@dataclass(frozen=True, slots=True)
class Silence:
    """One reason. `since` is None where it is not known."""

    code: str
    title: str
    since: datetime | None
    cause: str
    fix: str


def silences(found: Readiness, *, now: datetime) -> list[Silence]:
    """What an administrator has to do something about, with a database and perhaps without a broker."""
    if not found.database:
        return []
    if (disk := measure()) is not None and disk.is_full:
        return [_disk_full()]  # it silences the others too
    if not found.broker:
        return [_broker_silent()]
    standstill = standing_still(found.signs, now=now) or _nobody_picks_up(now=now)
    return [standstill] if standstill else []


def standing_still(signs: Signs, *, now: datetime) -> Silence | None:
    """Has nobody looked lately what is due? Asked by every page, so the broker is left alone."""
    ticking = signs.is_ticking(now=now)
    if ticking:
        return None
    since = signs.tick or _first_server(before=now - SILENT_AFTER)
    if since is None:
        return None  # it was just set up
    if not signs.beat_is_alive(now=now):
        return _beat_silent(signs.beat or since)
    if sending := Upload.objects.filter(state=State.SENDING, lease_until__gte=now).count():
        return _workers_busy(since, sending)
    return _no_worker(since)


def _nobody_picks_up(*, now: datetime) -> Silence | None:
    """Messages were handed over, and no upload was begun for minutes."""
    limit = now - PICKED_UP_WITHIN
    waiting = _waits_since(limit, now=now)
    if not waiting.exists():
        return None
    alive = Q(state=State.SENDING, lease_until__gte=now)
    if Upload.objects.filter(alive).exists() or Attempt.objects.filter(started_at__gt=limit).exists():
        return None
    return _no_worker(waiting.aggregate(oldest=Min("handed_over_at"))["oldest"])


def _waits_since(limit: datetime, *, now: datetime) -> QuerySet[Upload]:
    """A lost message is handed over again, so the age of the message alone would hide how long it has been."""
    due = Q(state=State.QUEUED, created_at__lte=limit) | Q(next_attempt_at__lte=limit)
    return Upload.objects.claimable(now=now).filter(due, handed_over_at__isnull=False)


def _first_server(*, before: datetime) -> datetime | None:
    known = LicenseServer.objects.in_service().filter(created_at__lt=before).order_by("created_at")
    return known.values_list("created_at", flat=True).first()


def _disk_full() -> Silence:
    return Silence(
        "disk_full",
        _("The disk is full"),
        None,
        _(
            "Only the reserve is left on the disk of the data folder, so no new bundle is begun. What is sealed still "
            "leaves; nothing is lost."
        ),
        _(
            "Free some space, or set DATA_DIR to a larger disk. Uploads go on by themselves then; start those "
            "that failed "
            "meanwhile with Try now."
        ),
    )


def _broker_silent() -> Silence:
    return Silence(
        "broker_silent",
        _("The broker does not answer"),
        None,
        _(
            "Redis or Valkey at REDIS_URL gave no answer within a second, so no worker hears what is due. "
            "Uploads wait in "
            "the database; none is lost."
        ),
        _("Start the broker, or restart Licensing Manager. What waits leaves by itself once it is back."),
    )


def _beat_silent(since: datetime) -> Silence:
    return Silence(
        "beat_silent",
        _("The scheduler is silent"),
        since,
        _(
            "Beat asks every few seconds what is due, and has not asked for a while: it does not run, or does "
            "not reach "
            "the database. No upload leaves by itself."
        ),
        _(
            "Start beat, or restart Licensing Manager. Of the days that passed only the newest report can still "
            "be made."
        ),
    )


def _no_worker(since: datetime | None) -> Silence:
    return Silence(
        "no_worker",
        _("No worker picks up what is due"),
        since,
        _("Beat runs and asks, and nobody does what it asks for: no worker runs, or it listens to another broker."),
        _("Start a worker with the same REDIS_URL, or restart Licensing Manager. What waits leaves by itself then."),
    )


def _workers_busy(since: datetime, sending: int) -> Silence:
    works = ngettext(
        "%(count)s upload is under way, and no worker was free to look what else is due.",
        "%(count)s uploads are under way, and no worker was free to look what else is due.",
        sending,
    ) % {"count": sending}
    return Silence(
        "workers_busy",
        _("Every worker is busy"),
        since,
        works,
        _("Wait for them, or start more workers. If it happens every day, raise their number for good."),
    )
