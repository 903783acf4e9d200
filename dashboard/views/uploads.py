"""Did it arrive, and if not, why?"""

import re
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.bundle_trees import tree_of
from dashboard.live import watched
from dashboard.permissions import needs, signed_in
from programs.catalog import programs
from programs.participation import participation
from programs.schedule import next_slot
from servers.models import LicenseServer
from uploads import bundle_store
from uploads.bundle_store import BundleMissing
from uploads.canceling import NotCanceled, cancel_upload
from uploads.fence import FenceStillOpen
from uploads.handover import hand_over
from uploads.models import Attempt, Upload
from uploads.result_file import render as render_result
from uploads.same_cause import others_with_same_cause
from uploads.settling import last_result
from uploads.starting import NotStarted, retry_now, start_upload
from uploads.states import OPEN

ONE_UPLOAD = re.compile(r"[0-9]{1,18}")


@require_safe
@needs("uploads.view_upload")
def live(request: HttpRequest, guid: UUID) -> HttpResponse:
    """The panel of the running upload; tells the page when an upload began or ended."""
    server = get_object_or_404(LicenseServer, guid=guid)
    only = request.GET.get("only", "")
    number = int(only) if ONE_UPLOAD.fullmatch(only) else None
    context = watched(server, heard=request.GET.get("said", ""), only=number)
    response = render(request, "components/live_upload.html", {**context, "polled": True})
    if context["mark"] != request.GET.get("mark", context["mark"]):
        response["HX-Trigger"] = "uploads-changed"
    return response


@require_POST
@needs("uploads.start_upload")
def start(request: HttpRequest, guid: UUID) -> HttpResponse:
    """Upload now: one upload for each kind of the program, or exactly the sealed preview that was looked at."""
    server = get_object_or_404(LicenseServer, guid=guid)
    program = programs().get(request.POST.get("program", "telemetry"))
    if program is None:
        raise Http404
    sha256, wanted = request.POST.get("sha256", ""), request.POST.get("kind", "")
    try:
        for kind in [upload.kind for upload in program.uploads if wanted in ("", upload.kind)]:
            hand_over(
                start_upload(
                    server, program_code=program.code, kind=kind, by=signed_in(request), bundle_sha256=sha256
                ).pk
            )
    except NotStarted as error:
        messages.error(request, f"{_('Nothing was started.')} {error}")
    return redirect("uploads", guid=guid)


@require_safe
@needs("uploads.view_upload")
def detail(request: HttpRequest, guid: UUID, upload_id: int) -> HttpResponse:
    """One upload: every attempt, the cause, the fix, and the evidence as it came."""
    upload = _found(guid, upload_id)
    attempts = list(upload.attempts.all())
    ended = [one for one in attempts if one.verdict != Attempt.Verdict.RUNNING and one.code]
    may = request.user.has_perm("uploads.start_upload")
    context = {
        **watched(upload.server, only=upload.pk),
        "upload": upload,
        "can_cancel": may and upload.state in OPEN and not upload.is_moving,
        "sent_now": max(upload.acknowledged_bytes - (attempts[-1].first_byte if attempts else 0), 0),
        "program": programs().get(upload.program),
        "attempts": attempts,
        "last": ended[-1] if ended else None,
        "failed": next((one for one in reversed(ended) if one.has_failed), None),
        "trees": tree_of(upload) if upload.bundle_sha256 else [],
        "explanation": upload.explanation,
        "others": others_with_same_cause(upload),
        "has_bundle": bool(upload.bundle_sha256) and bundle_store.path_of(upload.bundle_sha256).is_file(),
    }
    return render(request, "upload.html", context)


@require_POST
@needs("uploads.start_upload")
def retry(request: HttpRequest, guid: UUID, upload_id: int) -> HttpResponse:
    """Try now instead of waiting for the next slot."""
    upload = _found(guid, upload_id)
    try:
        hand_over(retry_now(upload, at=timezone.now()).pk)
    except NotStarted as error:
        messages.error(request, str(error))
    return redirect("upload", guid=guid, upload_id=upload_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("uploads.start_upload")
def cancel(request: HttpRequest, guid: UUID, upload_id: int) -> HttpResponse:
    """Say what canceling does and does not do, then do it."""
    upload = _found(guid, upload_id)
    if request.method == "POST":
        try:
            cancel_upload(upload, by=signed_in(request), reason=request.POST.get("reason", ""))
            messages.success(request, _("Canceled. Not one more byte of this upload leaves."))
        except (NotCanceled, FenceStillOpen) as error:
            messages.error(request, str(error))
    elif upload.state in OPEN:
        program = programs().get(upload.program)
        following = next_slot(upload.server.service_started_at, now=timezone.now())
        context = {"upload": upload, "program": program, "next": following if _sends(upload) else None}
        return render(request, "cancel_upload.html", context)
    return redirect("upload", guid=guid, upload_id=upload_id)


@require_safe
@needs("uploads.download_bundle")
def bundle(request: HttpRequest, guid: UUID, upload_id: int) -> FileResponse:
    """The very bytes that were sent."""
    upload = _found(guid, upload_id)
    try:
        path = bundle_store.open_checked(upload.bundle_sha256)
    except BundleMissing as error:
        raise Http404(str(error)) from error
    name = f"{upload.server.short_name}-{upload.bundle_name}"
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


@require_safe
@needs("uploads.view_upload")
def result(request: HttpRequest, guid: UUID, upload_id: int) -> HttpResponse:
    """The result in the product's own shape."""
    found = last_result(_found(guid, upload_id))
    if found is None:
        raise Http404("No attempt has ended yet.")
    return HttpResponse(render_result(found), content_type="application/xml")


def _found(guid: UUID, upload_id: int) -> Upload:
    return get_object_or_404(Upload.objects.select_related("server", "requested_by"), server__guid=guid, pk=upload_id)


def _sends(upload: Upload) -> bool:
    program = programs().get(upload.program)
    return program is not None and participation(program, upload.server).sends
