"""What do we share, with whom, and how does it get there? Choose, review the exact text, save, read back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from dashboard.deciding import DOOR, Proposal, canceled_by, decisions_of, propose
from dashboard.permissions import needs, signed_in
from dashboard.undoing import offer_undo
from dashboard.way_back import Before, before, choice_of, way_back
from languages.sentences import listed, said_after_each_other
from licenses.service_provider import detect
from programs.catalog import Program, programs
from programs.codes import CALL_HOME, CEIP, EVENT_DATA, TELEMETRY
from programs.consent import held_elements, state_of
from programs.models import ConsentDecision
from programs.participation import participation
from programs.refusals import DecisionRefused
from servers.models import LicenseServer
from servers.registration import newest
from uploads.fence import FenceStillOpen
from uploads.registering import confirmation_address
from uploads.reporting import next_upload, reporting_of, size_a_day
from uploads.withdrawing import Acknowledged

REASON_LENGTH = 1000
MEANWHILE = 5  # decisions of others that are shown beside a refused one


@require_safe
@needs("programs.view_program")
def settings(request: HttpRequest, guid: UUID) -> HttpResponse:
    """Every choice with what is in force, read back from the ledger."""
    server = get_object_or_404(LicenseServer, guid=guid)
    now = timezone.now()
    rows = {code: _row(server, one, now=now) for code, one in programs().items()}
    context = {
        "call_home": rows[CALL_HOME],
        "ceip": rows[CEIP],
        "event_data": rows[EVENT_DATA],
        "telemetry": rows[TELEMETRY],
        "choice": choice_of(server),
        "detection": detect(server, on=now.astimezone(server.zone).date()),
        "registration": newest(server),
        "confirmation_address": confirmation_address(),
    }
    return render(request, "settings.html", context)


def _row(server: LicenseServer, program: Program, *, now: datetime) -> dict[str, Any]:
    """What is in force of one program, and what it means in elements and bytes."""
    consent = state_of(server, program.code)
    return {
        "program": program,
        "answer": participation(program, server),
        "consent": consent,
        "reporting": reporting_of(server, program_code=program.code),
        "next": next_upload(server, program_code=program.code, now=now),
        "count": sum(1 for upload in program.uploads for _ in upload.elements()),
        "held": len(held_elements(program, consent)),
        "size": size_a_day(server, program_code=program.code),
    }


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
    context = {"proposal": proposal, "reason": reason, "restores": "restores" in request.POST}
    return render(request, "review.html", context)


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
        was = before(server, kind=proposal.kind, program_code=proposal.program_code)
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
    _say_what_is_in_force(request, server, proposal, was=was, saved=saved)
    if proposal.kind in {"sharing", "mode"}:
        return redirect("settings", guid=guid)
    return redirect("program", guid=guid, code=proposal.program_code)


def _say_what_is_in_force(
    request: HttpRequest,
    server: LicenseServer,
    proposal: Proposal,
    *,
    was: Before,
    saved: Acknowledged | ConsentDecision,
) -> None:
    """The new entries, with the way back where there is an honest one; or that nothing had to be written."""
    new = [str(row.sequence) for row in decisions_of(saved) if row.sequence > was.number]
    if not new:
        said = _("%(title)s: this is in force already. Nothing was written.") % {"title": proposal.title}
        messages.success(request, said)
        return
    numbers = listed(new)
    said = ngettext(
        "Saved and read back from the ledger: %(title)s. Entry %(numbers)s.",
        "Saved and read back from the ledger: %(title)s. Entries %(numbers)s.",
        len(new),
    ) % {"title": proposal.title, "numbers": numbers}
    if canceled := canceled_by(saved):
        stays = ngettext(
            "%(count)d upload was canceled by it and stays canceled.",
            "%(count)d uploads were canceled by it and stay canceled.",
            canceled,
        )
        said = said_after_each_other([said, stays % {"count": canceled}])
    back = way_back(server, was, kind=proposal.kind, value=proposal.value, program_code=proposal.program_code)
    if back:
        why = ngettext("Undo of entry %(numbers)s.", "Undo of entries %(numbers)s.", len(new)) % {"numbers": numbers}
        back += [("restores", "1"), ("reason", why)]
    address = reverse("review", args=[server.guid])
    offer_undo(request, said, address=address, fields=back, button=_("Review and undo"))


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
