"""Does this server report as it must? Last success, next upload, failures since: asked by pages and API."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from programs.catalog import program
from programs.models import Action, ConsentDecision
from programs.participation import participation
from servers.models import LicenseServer
from uploads.models import Preview, Upload
from uploads.planned import next_slot_of
from uploads.states import State

TELEMETRY = "telemetry"


@dataclass(frozen=True, slots=True)
class Reporting:
    """The state of one program's reports. None means that there is none, not that it is not known."""

    last_success: datetime | None
    failing: int
    failing_since: datetime | None


def reporting_of(server: LicenseServer, *, program_code: str = TELEMETRY) -> Reporting:
    """What the upload history says. A report's age is that of the program's first kind.

    A product usage that arrived does not make up for a license report that did not; failures count whatever the kind.
    """
    uploads = Upload.objects.filter(server=server, program=program_code)
    kind = program(program_code).uploads[0].kind
    last = uploads.arrived().filter(kind=kind).order_by("-finished_at").values_list("finished_at", flat=True).first()
    failed = uploads.filter(state__in=[State.FAILED, State.REFUSED]).order_by("created_at")
    since = failed.values_list("created_at", flat=True).first()
    return Reporting(last, failed.count() if since else 0, since)


def last_successes(servers: Iterable[LicenseServer], *, program_code: str = TELEMETRY) -> dict[int, datetime]:
    """The same last success of many servers at once, by their keys; without those that have none."""
    rows = Upload.objects.arrived().filter(server__in=list(servers), program=program_code, finished_at__isnull=False)
    rows = rows.filter(kind=program(program_code).uploads[0].kind).order_by()
    return dict(rows.values_list("server_id").annotate(last=Max("finished_at")))


def expected_since(server: LicenseServer, *, program_code: str = TELEMETRY) -> datetime | None:
    """From when on reports of this program were due every day, sent or carried; None while none is."""
    one = program(program_code)
    if not participation(one, server).is_due:
        return None
    if one.is_mandatory:
        return server.created_at
    grants = ConsentDecision.objects.of(server, program_code).filter(action=Action.GRANT)
    return grants.order_by("-sequence").values_list("decided_at", flat=True).first() or server.created_at


def size_a_day(server: LicenseServer, *, program_code: str) -> int | None:
    """About how many bytes leave a day: the newest bundle of each kind of the program; None where none is known."""
    kinds = {upload.kind for upload in program(program_code).uploads}
    previews = Preview.objects.filter(server=server, program=program_code, kind__in=kinds)
    found = {preview.kind: (preview.sealed_at, preview.size) for preview in previews}
    for kind in kinds:
        uploads = Upload.objects.filter(server=server, program=program_code, kind=kind, size__gt=0)
        newest = uploads.order_by("-created_at", "-pk").values_list("created_at", "size").first()
        if newest:
            found[kind] = max(newest, found.get(kind, newest))
    return sum(size for _at, size in found.values()) or None


def next_upload(server: LicenseServer, *, program_code: str = TELEMETRY, now: datetime) -> datetime | None:
    """When the next upload leaves by itself: a retry or the next slot, whichever is sooner; None when none will."""
    if not participation(program(program_code), server).sends:
        return None
    slot = next_slot_of(server, now=now)
    retry = (
        Upload.objects.filter(server=server, program=program_code, next_attempt_at__isnull=False)
        .order_by("next_attempt_at")
        .values_list("next_attempt_at", flat=True)
        .first()
    )
    return min(slot, retry) if retry else slot
