"""What exactly leaves, and why?"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dashboard.permissions import needs
from payloads.bundle import BundleRefused
from payloads.gate import GateClosed
from payloads.reading import read_tree
from programs.catalog import Program, UploadKind, programs
from programs.participation import participation
from servers.models import LicenseServer
from uploads import bundle_store
from uploads.bundle_store import BundleMissing
from uploads.models import Preview, Upload
from uploads.reporting import next_upload, reporting_of
from uploads.sealing import seal_preview


@require_safe
@needs("programs.view_program")
def page(request: HttpRequest, guid: UUID, code: str) -> HttpResponse:
    """The program's terms, its sealed preview, and every element that it may send."""
    server, program = _found(guid, code)
    now = timezone.now()
    context = {
        "program": program,
        "answer": participation(program, server),
        "reporting": reporting_of(server, program_code=code),
        "next": next_upload(server, program_code=code, now=now),
        "kinds": [_kind(server, program, upload) for upload in program.uploads],
    }
    return render(request, "program.html", context)


@require_POST
@needs("uploads.start_upload")
def preview(request: HttpRequest, guid: UUID, code: str) -> HttpResponse:
    """Seal a new preview for each kind of the program."""
    server, program = _found(guid, code)
    for upload in program.uploads:
        try:
            seal_preview(server, program_code=code, kind=upload.kind, at=timezone.now())
        except (GateClosed, OSError) as error:
            messages.error(request, f"No preview was made. {error}")
    response = redirect("program", guid=guid, code=code)
    response["Location"] += "#preview"
    return response


@require_safe
@needs("uploads.download_bundle")
def preview_bundle(request: HttpRequest, guid: UUID, code: str) -> FileResponse:
    """The bytes of the preview, which are the bytes that would be sent."""
    server, program = _found(guid, code)
    kind = request.GET.get("kind", program.uploads[0].kind)
    sealed = get_object_or_404(Preview, server=server, program=code, kind=kind)
    try:
        path = bundle_store.open_checked(sealed.bundle_sha256)
    except BundleMissing as error:
        raise Http404(str(error)) from error
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{server.short_name}-{sealed.bundle_name}")


def _kind(server: LicenseServer, program: Program, upload: UploadKind) -> dict[str, Any]:
    sealed = Preview.objects.filter(server=server, program=program.code, kind=upload.kind).first()
    sent = sealed and Upload.objects.filter(server=server, bundle_sha256=sealed.bundle_sha256).first()
    found: dict[str, Any] = {"upload": upload, "preview": sealed, "sent": sent, "trees": [], "values": {}}
    if sealed:
        try:
            found["trees"] = read_tree(bundle_store.open_checked(sealed.bundle_sha256), upload)
        except (BundleMissing, BundleRefused) as error:
            found["broken"] = str(error)
    return found


def _found(guid: UUID, code: str) -> tuple[LicenseServer, Program]:
    if code not in programs():
        raise Http404(f"There is no program {code}.")
    return get_object_or_404(LicenseServer, guid=guid), programs()[code]
