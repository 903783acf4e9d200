"""What exactly leaves, and why?"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from dashboard.bundle_trees import matching, since_last_sent
from dashboard.permissions import needs, signed_in
from licenses.service_provider import detect
from payloads.bundle import BundleRefused
from payloads.gate import GateClosed
from payloads.reading import read_tree
from payloads.sampling import samples
from programs.catalog import Element, Program, UploadKind, programs
from programs.consent import announced_changes, held_elements, state_of
from programs.models import ConsentDecision
from programs.participation import Participation, participation
from servers.models import LicenseServer
from uploads import bundle_store
from uploads.bundle_store import BundleMissing
from uploads.models import Preview, Upload
from uploads.reporting import next_upload, reporting_of
from uploads.sealing import seal_preview

DECISIONS_SHOWN = 10
ELEMENTS_SHOWN = 60
WHOM = {
    "user": gettext_lazy("A person"),
    "device": gettext_lazy("A device"),
    "server": gettext_lazy("This server"),
    "organization": gettext_lazy("Your organization"),
    "none": gettext_lazy("No one"),
}


@require_safe
@needs("programs.view_program")
def page(request: HttpRequest, guid: UUID, code: str) -> HttpResponse:
    """The program's terms, its sealed preview, and every element that it may send."""
    server, program = _found(guid, code)
    now, consent = timezone.now(), state_of(server, code)
    query = request.GET.get("q", "").strip()
    held, announced = held_elements(program, consent), announced_changes(program, consent)
    asked = [one.path for one in (*held, *announced)]
    found = samples(server, program, asked, at=now) if asked else {}
    context = {
        "program": program,
        "answer": _answer(program, server, now=now),
        "consent": consent,
        "held": [(one, found.get(one.path, "")) for one in held],
        "announced": [(one, found.get(one.path, "")) for one in announced],
        "refused": consent.refused,
        "decisions": ConsentDecision.objects.of(server, code).order_by("-sequence")[:DECISIONS_SHOWN],
        "reporting": reporting_of(server, program_code=code),
        "next": next_upload(server, program_code=code, now=now),
        "query": query,
        "kinds": [_kind(server, program, upload, query=query) for upload in program.uploads],
    }
    return render(request, "program.html", context)


@require_safe
@needs("programs.view_program")
def elements(request: HttpRequest, guid: UUID, code: str) -> HttpResponse:
    """Every element that an upload may carry, to be searched, and held back where a person agreed to it."""
    server, program = _found(guid, code)
    consent = state_of(server, code)
    kinds = {upload.kind: upload for upload in program.uploads}
    upload = kinds.get(request.GET.get("kind", ""), program.uploads[0])
    query, who = request.GET.get("q", "").strip(), request.GET.get("who", "")
    every = list(upload.elements())
    found = [one for one in every if _matches(one, query.casefold()) and who in ("", one.identifies)]
    page = Paginator(found, ELEMENTS_SHOWN).get_page(request.GET.get("page"))
    alone = replace(program, uploads=(upload,))  # two uploads may carry an element of one name
    values = samples(server, alone, [one.path for one in page], at=timezone.now()) if found else {}
    context = {
        "program": program,
        "upload": upload,
        "query": query,
        "who": who,
        "whom": WHOM,
        "total": len(every),
        "found": len(found),
        "held": {one.path for one in held_elements(program, consent)},
        "may_hold": consent.granted and not consent.is_required and signed_in(request).has_perm("programs.decide"),
        "page": page if found else None,
        "rows": [(one, values.get(one.path, "")) for one in page],
    }
    return render(request, "elements.html", context)


@require_POST
@needs("uploads.seal_preview")
def preview(request: HttpRequest, guid: UUID, code: str) -> HttpResponse:
    """Seal a new preview for each kind of the program."""
    server, program = _found(guid, code)
    for upload in program.uploads:
        try:
            seal_preview(server, program_code=code, kind=upload.kind, at=timezone.now())
        except (GateClosed, OSError) as error:
            messages.error(request, f"{_('No preview was made.')} {error}")
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


def _answer(program: Program, server: LicenseServer, *, now: datetime) -> Participation:
    """The answer with its evidence in the reader's language; what is kept is in the language of whoever brought it."""
    answer = participation(program, server)
    found = detect(server, on=now.astimezone(server.zone).date()).evidence if answer.evidence else ""
    return replace(answer, evidence=(found or answer.evidence).rstrip(".。"))


def _kind(server: LicenseServer, program: Program, upload: UploadKind, *, query: str) -> dict[str, Any]:
    sealed = Preview.objects.filter(server=server, program=program.code, kind=upload.kind).first()
    sent = sealed and Upload.objects.filter(server=server, bundle_sha256=sealed.bundle_sha256).first()
    found: dict[str, Any] = {"upload": upload, "preview": sealed, "sent": sent, "trees": [], "values": {}}
    if sealed:
        try:
            trees = list(read_tree(bundle_store.open_checked(sealed.bundle_sha256), upload))
        except (BundleMissing, BundleRefused) as error:
            found["broken"] = str(error)
            return found
        found["trees"] = matching(trees, query) if query else trees
        found["changes"] = since_last_sent(server, program_code=program.code, upload=upload, trees=trees)
    return found


def _matches(element: Element, query: str) -> bool:
    return query in f"{element.path} {element.description} {element.purpose} {element.note}".casefold()


def _found(guid: UUID, code: str) -> tuple[LicenseServer, Program]:
    if code not in programs():
        raise Http404(f"There is no program {code}.")
    return get_object_or_404(LicenseServer, guid=guid), programs()[code]
