"""Which files of a manual report may go? Those of bundles that arrived, named with their sizes before anybody deletes.

The product asks its administrator to delete them by hand after a manual upload. The last bundle of each kind stays,
as it does for uploads over the network; so does every bundle that something still needs.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.tongues import in_our_language
from languages.numbers import number
from servers.models import LicenseServer
from uploads import bundle_store
from uploads.courier_models import CustodyEntry, ManualReport
from uploads.courier_open import still_open
from uploads.courier_volume import courier_folder
from uploads.manual_report import note_custody
from uploads.models import Preview, Upload
from uploads.states import State


@dataclass(frozen=True, slots=True)
class Leftover:
    """One file that may go: the bytes in the store or a volume, and the other names of the same bytes."""

    path: Path
    size: int
    names: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What may go now, and what it frees, in bytes."""

    bundles: tuple[Leftover, ...]
    volumes: tuple[Leftover, ...]

    @property
    def size(self) -> int:
        """Bytes that are free afterwards."""
        return sum(one.size for one in (*self.bundles, *self.volumes))

    @property
    def count(self) -> int:
        """Files; a bundle with two names is one."""
        return len(self.bundles) + len(self.volumes)


def leftovers_of(report: ManualReport) -> Leftovers:
    """The files of this report that are there and that nothing needs any more."""
    needed = _needed_digests(report)
    guids = set(report.items.order_by().values_list("server_guid", flat=True))
    servers = {server.guid: server for server in LicenseServer.objects.filter(guid__in=guids)}
    bundles = {}
    for item in report.items.exclude(arrived_at=None):
        path = bundle_store.path_of(item.bundle_sha256)
        if item.bundle_sha256 not in needed and path.is_file():
            bundles[path] = Leftover(
                path, path.stat().st_size, _names(servers.get(item.server_guid), path, item.bundle_name)
            )
    return Leftovers(tuple(bundles.values()), tuple(_volumes(report)))


def delete_leftovers(report: ManualReport, *, by: str, at: datetime) -> Leftovers:
    """Delete them and write down who did. What is killed half-way is found again by the next call.

    The rows say first that their bytes are gone, as in `retention.py`: none may promise bytes that are not there.
    """
    digests = [one.path.stem for one in leftovers_of(report).bundles]
    Upload.objects.filter(state=State.DELIVERED, bundle_sha256__in=digests).update(bundle_deleted_at=at)
    return _delete(report, by=by, at=at)


@transaction.atomic
def _delete(report: ManualReport, *, by: str, at: datetime) -> Leftovers:
    ManualReport.objects.select_for_update().get(pk=report.pk)
    gone = leftovers_of(report)
    for one in (*gone.bundles, *gone.volumes):
        for path in (*one.names, one.path):  # the digest last: while it is there, the others are found again
            path.unlink(missing_ok=True)
    if gone.count:
        ManualReport.objects.filter(pk=report.pk).update(files_deleted_at=at)
        with in_our_language():
            bundles, volumes = len(gone.bundles), len(gone.volumes)
            words = _("%(bundles)s and %(volumes)s, %(size)s bytes") % {
                "bundles": ngettext("%(count)s bundle", "%(count)s bundles", bundles) % {"count": bundles},
                "volumes": ngettext("%(count)s volume", "%(count)s volumes", volumes) % {"count": volumes},
                "size": number(gone.size),
            }
        note_custody(report, CustodyEntry.Event.DELETED, by=by, at=at, note=words)
    report.refresh_from_db()
    return gone


def _needed_digests(report: ManualReport) -> set[str]:
    """Digests of what did not arrive, of previews, and of the newest that arrived of each server and kind."""
    ids = report.items.exclude(upload=None).order_by().values("upload__server")
    delivered = Upload.objects.filter(state=State.DELIVERED, server__in=ids).exclude(bundle_sha256="").order_by()
    newest = (
        delivered.values("server", "program", "kind")
        .annotate(last=Max("period"))
        .values_list("server", "program", "kind", "last")
    )
    kept = {
        sha256
        for server, code, kind, last in newest
        for sha256 in delivered.filter(server=server, program=code, kind=kind, period=last).values_list(
            "bundle_sha256", flat=True
        )
    }
    digests = report.items.order_by().values("bundle_sha256")
    waiting = Upload.objects.filter(bundle_sha256__in=digests).exclude(state__in=[State.DELIVERED, State.CANCELED])
    previews = Preview.objects.filter(bundle_sha256__in=digests)
    return kept.union(*(rows.values_list("bundle_sha256", flat=True) for rows in (waiting, previews)))


def _names(server: LicenseServer | None, path: Path, name: str) -> tuple[Path, ...]:
    """The name for scripts, where it is a name of these bytes."""
    link = bundle_store.published_path(server, name=name) if server else None
    return (link,) if link and link.is_file() and link.samefile(path) else ()


def _volumes(report: ManualReport) -> list[Leftover]:
    """Volumes that nobody has to carry again: all of their bundles arrived, or the set was given up."""
    missing = {one.number for one in still_open(report)} if report.is_open else set()
    folder = courier_folder(report)
    paths = [folder / volume.file_name for volume in report.volumes.all() if volume.number not in missing]
    return [Leftover(path, path.stat().st_size) for path in paths if path.is_file()]
