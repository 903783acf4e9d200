"""What do we share, with whom, and how does it get there? Choose, review the exact text, save, read back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dashboard.deciding import DOOR, decisions_of, propose
from dashboard.permissions import needs, signed_in
from licenses.service_provider import detect
from programs.catalog import programs
from programs.codes import CALL_HOME, CEIP, EVENT_DATA, TELEMETRY
from programs.consent import state_of
from programs.models import ConsentDecision
from programs.participation import participation
from programs.refusals import DecisionRefused
from servers.models import LicenseServer
from servers.registration import newest
from uploads.fence import FenceStillOpen
from uploads.registering import confirmation_address
from uploads.reporting import next_upload, reporting_of

REASON_LENGTH = 1000
MEANWHILE = 5  # decisions of others that are shown beside a refused one


@require_safe
@needs("programs.view_program")
def settings(request: HttpRequest, guid: UUID) -> HttpResponse:
    """Every choice with what is in force, read back from the ledger."""
    server = get_object_or_404(LicenseServer, guid=guid)
    now = timezone.now()
    rows = {
        code: {
            "program": one,
            "answer": participation(one, server),
            "consent": state_of(server, code),
            "reporting": reporting_of(server, program_code=code),
            "next": next_upload(server, program_code=code, now=now),
            "count": sum(1 for upload in one.uploads for _ in upload.elements()),
        }
        for code, one in programs().items()
    }
    context = {
        "call_home": rows[CALL_HOME],
        "ceip": rows[CEIP],
        "event_data": rows[EVENT_DATA],
        "telemetry": rows[TELEMETRY],
        "choice": _choice(server),
        "detection": detect(server, on=now.astimezone(server.zone).date()),
        "registration": newest(server),
        "confirmation_address": confirmation_address(),
    }
    return render(request, "settings.html", context)


@require_POST
@needs("programs.decide")
def review(request: HttpRequest, guid: UUID) -> HttpResponse:
    """The exact text before anything is saved."""
    server = get_object_or_404(LicenseServer, guid=guid)
    try:
        proposal = propose(
            server,
            kind=request.POST.get("kind", ""),
            value=request.POST.get("value", ""),
            elements=tuple(request.POST.getlist("elements")),
        )
    except DecisionRefused as refused:
        messages.error(request, f"{_('Nothing was changed.')} {refused}")
        return redirect("settings", guid=guid)
    reason = request.POST.get("reason", "")[:REASON_LENGTH]
    return render(request, "review.html", {"proposal": proposal, "reason": reason})


@require_POST
@needs("programs.decide")
def save(request: HttpRequest, guid: UUID) -> HttpResponse:
    """Make the decision that was reviewed, then show what the ledger says."""
    server = get_object_or_404(LicenseServer, guid=guid)
    words = request.POST
    expected = words.get("expected", "")
    try:
        proposal = propose(
            server,
            kind=words.get("kind", ""),
            value=words.get("value", ""),
            elements=tuple(words.getlist("elements")),
        )
        saved = proposal.save(
            by=signed_in(request),
            door=DOOR,
            text_sha256=words.get("text_sha256", ""),
            reason=words.get("reason", "")[:REASON_LENGTH],
            expected=int(expected) if expected.isdecimal() and len(expected) < 19 else -1,
        )
    except DecisionRefused as refused:
        messages.error(request, f"{_('Nothing was changed.')} {refused}")
        return _look_again(request, server)
    except FenceStillOpen as waiting:
        messages.error(request, f"{_('The decision stands.')} {waiting}")
        return redirect("settings", guid=guid)
    numbers = ", ".join(str(row.sequence) for row in decisions_of(saved))
    said = _("Saved and read back from the ledger: %(title)s. Entry %(numbers)s.")
    messages.success(request, said % {"title": proposal.title, "numbers": numbers})
    if proposal.kind in {"sharing", "mode"}:
        return redirect("settings", guid=guid)
    return redirect("program", guid=guid, code=proposal.program_code)


def _look_again(request: HttpRequest, server: LicenseServer) -> HttpResponse:
    """The review as it is now, with the reason that was typed and what somebody else decided meanwhile."""
    words = request.POST
    try:
        proposal = propose(
            server,
            kind=words.get("kind", ""),
            value=words.get("value", ""),
            elements=tuple(words.getlist("elements")),
        )
    except DecisionRefused:
        return redirect("settings", guid=server.guid)
    seen = words.get("expected", "")
    number = int(seen) if seen.isdecimal() and len(seen) < 19 else 0
    meanwhile = ConsentDecision.objects.filter(server=server, sequence__gt=number).order_by("-sequence")[:MEANWHILE]
    context = {"proposal": proposal, "reason": words.get("reason", "")[:REASON_LENGTH], "decisions": meanwhile}
    return render(request, "review.html", context, status=409)


def _choice(server: LicenseServer) -> str:
    """The three-way choice that is in force."""
    if server.is_provider or state_of(server, CALL_HOME).granted:
        return "call_home"
    return "ceip" if state_of(server, CEIP).granted else "none"
