"""What does a person carry, and is anything missing? Gathers sealed reports into volumes; idempotent and safe to kill.

The set is written down in one transaction; the files follow from it, whenever and however often they are written. So
an export that was killed between two volumes is simply run again. Gathering the same servers again gives the same
set while it is on its way: a courier who lost a drive gets the same files, not other ones. What was sealed since then
is gathered only when asked for (`more`), as a set of its own; `again` gives the old set up and gathers anew.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from accounts.tongues import in_our_language
from languages.numbers import number
from programs.catalog import program
from programs.codes import TELEMETRY
from programs.participation import participations
from programs.schedule import day_number
from servers.models import LicenseServer
from uploads import bundle_store, policy
from uploads.courier_gaps import gaps_of
from uploads.courier_index import Entry, Frame, Volume, facts_of, split
from uploads.courier_key import PublicKey, public_key
from uploads.courier_models import CustodyEntry, ManualItem, ManualReport, ManualVolume
from uploads.fence import AGREED_TO_LESS, is_still_agreed, take_away
from uploads.models import Upload, UploadQuerySet
from uploads.states import State, before

Event = CustodyEntry.Event
EVERYTHING = "all"
WAYS_OUT = (gettext_noop("downloaded"), gettext_noop("downloaded, REST"))  # what the doors say in `hand_out`
WITH_LIMIT = gettext_lazy(
    "%(report)s is on its way with volumes of at most %(most)s bytes. Import its receipt first; or give it up and "
    "gather again."
)
WITHOUT_LIMIT = gettext_lazy(
    "%(report)s is on its way with no limit. Import its receipt first; or give it up and gather again."
)
IT_REPORTS = gettext_lazy(
    "This server reports electronically, so there is nothing to carry. Change the reporting mode to manual first."
)
THEY_REPORT = gettext_lazy(
    "These servers report electronically, so there is nothing to carry. Change the reporting mode to manual first."
)


class NothingGathered(Exception):
    """No volumes were made; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be gathered: these servers, or the whole fleet for None; each volume at most of so many bytes.

    Without a limit the configured one counts, and without that one there is none.
    """

    servers: tuple[LicenseServer, ...] | None
    max_bytes: int | None = None

    @property
    def scope(self) -> str:
        """The same for the same servers, in whatever order they were named."""
        return EVERYTHING if self.servers is None else ",".join(sorted(str(one.guid) for one in self.servers))

    def of_whom(self) -> list[LicenseServer]:
        """The servers themselves."""
        return list(LicenseServer.objects.in_service()) if self.servers is None else list(self.servers)


def gather(wish: Wish, *, by: str, at: datetime, more: bool = False, again: bool = False) -> ManualReport:
    """The set of volumes for these servers, its files not written yet.

    Raises NothingGathered, LimitTooSmall, or KeyUnusable; then nothing was changed.
    """
    key = public_key()
    damaged = _damaged(waiting(wish.of_whom()))
    with transaction.atomic():
        for report in _open(wish) if again else []:
            give_up(report, by=by, at=at)
        taken = list(waiting(wish.of_whom()).exclude(pk__in=damaged).select_for_update(of=("self",)))
        is_open = _open(wish)
        if is_open and not more:
            return _the_same(is_open[-1], wish)
        taken = _still_agreed(taken, at=at)
        if not taken:
            raise NothingGathered(_why_nothing(wish, at=at, is_open=bool(is_open)))
        return _written_down(wish, taken, key, damaged=damaged, by=by, at=at)


def waiting(servers: Collection[LicenseServer]) -> UploadQuerySet:
    """What is sealed and waits for a courier, in the order of the volumes: kind, server, period."""
    found = Upload.objects.filter(state=State.READY, program=TELEMETRY, server__in=list(servers))
    return found.select_related("server").order_by("kind", "server__name", "period", "pk")


@transaction.atomic
def give_up(report: ManualReport, *, by: str, at: datetime) -> None:
    """Nobody carries it any more: what did not arrive waits again. A receipt that comes later is still believed."""
    locked = ManualReport.objects.select_for_update().get(pk=report.pk)
    if not locked.is_open:
        return
    ids = list(locked.items.filter(arrived_at=None).values_list("upload_id", flat=True))
    back = Upload.objects.filter(pk__in=ids, state=State.CARRIED).update(state=State.READY)
    ManualReport.objects.filter(pk=report.pk).update(state=ManualReport.State.GIVEN_UP, ended_at=at)
    with in_our_language():
        words = ngettext(
            "%(count)s bundle waits for another courier", "%(count)s bundles wait for another courier", back
        )
    note = words % {"count": back}
    note_custody(report, Event.GIVEN_UP, by=by, at=at, note=note)
    report.refresh_from_db()


def note_custody(report: ManualReport, event: Event, *, by: str, at: datetime, note: str = "") -> None:
    """One more line of the trail."""
    CustodyEntry.objects.create(report=report, event=event, by=by, at=at, note=note[:500])


def hand_out(volume: ManualVolume, *, by: str, at: datetime, to: str) -> None:
    """Somebody has the file in hands now. `to` says how, in English; the trail has it in our language."""
    with in_our_language():
        note = f"{volume.file_name} {_(to)}"
    note_custody(volume.report, Event.HANDED_OUT, by=by, at=at, note=note)


def _open(wish: Wish) -> list[ManualReport]:
    found = ManualReport.objects.filter(scope=wish.scope, state=ManualReport.State.OPEN)
    return list(found.order_by("gathered_at", "pk"))


def _the_same(report: ManualReport, wish: Wish) -> ManualReport:
    if wish.max_bytes is not None and wish.max_bytes != report.max_bytes:
        limit = number(report.max_bytes) if report.max_bytes else ""
        words = WITH_LIMIT if limit else WITHOUT_LIMIT
        raise NothingGathered(str(words) % {"report": report, "most": limit})
    return report


def _damaged(uploads: UploadQuerySet) -> list[int]:
    """Every byte is read before anything is promised. Outside of the transaction, which others wait for."""
    found = []
    for pk, sha256 in uploads.values_list("pk", "bundle_sha256").iterator():
        try:
            bundle_store.open_checked(sha256)
        except (bundle_store.BundleMissing, OSError):
            found.append(pk)
    return found


def _still_agreed(uploads: list[Upload], *, at: datetime) -> list[Upload]:
    """Without what less was agreed to since; that is canceled, as on the network.

    Asked once for each server, of its oldest bundle: while that may leave, so may the others.
    """
    oldest: dict[int, Upload] = {}
    for upload in sorted(uploads, key=lambda one: -one.sealed_under):
        oldest[upload.server_id] = upload
    answers = participations(upload.server for upload in oldest.values())
    states = {server: answers[server, TELEMETRY].state for server in oldest}
    suspect = {pk for pk, upload in oldest.items() if not is_still_agreed(upload, now_as=states[pk])}
    gone = {
        upload.pk
        for upload in uploads
        if upload.server_id in suspect and not is_still_agreed(upload, now_as=states[upload.server_id])
    }
    rows = Upload.objects.filter(pk__in=gone)
    take_away(rows, State.CANCELED, reason=AGREED_TO_LESS)
    return [upload for upload in uploads if upload.pk not in gone]


def _written_down(
    wish: Wish, uploads: Sequence[Upload], key: PublicKey, *, damaged: Collection[int], by: str, at: datetime
) -> ManualReport:
    entries = _ordered([_entry(upload) for upload in uploads])
    servers, ends = {upload.server_id: upload.server for upload in uploads}, {}
    for upload in sorted(uploads, key=lambda one: one.period):
        ends[upload.server_id] = upload.period
    missing = [gap.facts() for gap in gaps_of(servers.values(), now=at, until=ends, damaged=damaged)]
    max_bytes = policy.VOLUME_MAX_BYTES if wish.max_bytes is None else wish.max_bytes
    content = [list(facts_of(entries)), missing, max_bytes, key.fingerprint]
    export_id = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:32]
    report, is_new = ManualReport.objects.update_or_create(
        export_id=export_id,
        defaults={"state": ManualReport.State.OPEN, "ended_at": None, "scope": wish.scope},
        create_defaults={
            "scope": wish.scope,
            "max_bytes": max_bytes,
            "newest_period": max(entry.period for entry in entries),
            "missing": missing,
            "signed_with": key.fingerprint,
            "gathered_by": by,
            "gathered_at": at,
        },
    )
    frame = Frame(
        export_id=export_id, name=report.name, public_key=key.text, fingerprint=key.fingerprint, missing=missing
    )
    volumes = split(entries, frame, max_bytes=max_bytes)
    if is_new:
        _keep_volumes(report, volumes)
    Upload.objects.filter(pk__in=[one.pk for one in uploads], state__in=before(State.CARRIED)).update(
        state=State.CARRIED
    )
    note = _gathered(bundles=len(entries), servers=len(ends), volumes=len(volumes))
    note_custody(report, Event.GATHERED, by=by, at=at, note=note)
    return report


def _gathered(*, bundles: int, servers: int, volumes: int) -> str:
    with in_our_language():
        return _("%(bundles)s of %(servers)s in %(volumes)s") % {
            "bundles": ngettext("%(count)s bundle", "%(count)s bundles", bundles) % {"count": bundles},
            "servers": ngettext("%(count)s server", "%(count)s servers", servers) % {"count": servers},
            "volumes": ngettext("%(count)s volume", "%(count)s volumes", volumes) % {"count": volumes},
        }


def _keep_volumes(report: ManualReport, volumes: list[Volume]) -> None:
    rows = ManualVolume.objects.bulk_create(
        ManualVolume(report=report, number=number, kind=volume.kind) for number, volume in enumerate(volumes, 1)
    )
    items = [
        (row, member, entry) for row, one in zip(rows, volumes, strict=True) for member, entry in one.bundles.items()
    ]
    ManualItem.objects.bulk_create(
        (
            ManualItem(
                report=report,
                volume=row,
                upload_id=entry.upload_id,
                position=position,
                server_guid=entry.server_guid,
                server_name=entry.server_name,
                kind=entry.kind,
                period=entry.period,
                day=entry.day,
                bundle_sha256=entry.sha256,
                bundle_name=entry.name,
                member=member,
                size=entry.size,
            )
            for position, (row, member, entry) in enumerate(items, 1)
        ),
        batch_size=500,
    )


def _ordered(entries: list[Entry]) -> list[Entry]:
    """Kinds in the order of the declaration: what the report's age depends on stands first."""
    order = [upload.kind for upload in program(TELEMETRY).uploads]
    return sorted(entries, key=lambda one: (order.index(one.kind), one.server_name, one.server_guid, one.period))


def _entry(upload: Upload) -> Entry:
    return Entry(
        upload_id=upload.pk,
        server_guid=str(upload.server.guid),
        server_name=upload.server.name,
        kind=upload.kind,
        period=upload.period,
        day=day_number(upload.server.created_at, upload.period),
        sha256=upload.bundle_sha256,
        name=upload.bundle_name,
        size=upload.size,
    )


def _why_nothing(wish: Wish, *, at: datetime, is_open: bool) -> str:
    servers = wish.of_whom()
    if is_open:
        return _("Nothing was sealed since the last gathering. The next report is sealed at the next daily slot.")
    if not any(not server.reports_electronically for server in servers):
        return str(THEY_REPORT if len(servers) > 1 else IT_REPORTS)
    if Upload.objects.filter(server__in=servers, state=State.CARRIED).exists():
        return _("Everything that was sealed is on its way already. Import its receipt, or give that set up.")
    gaps = gaps_of(servers, now=at)
    nothing = _("Nothing is sealed yet. A report is sealed at every daily slot while the scheduler runs.")
    return f"{nothing} {gaps[0].sentence}" if gaps else nothing
