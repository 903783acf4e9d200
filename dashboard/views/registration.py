"""Is this server registered with the cloud? The code to carry there, and the way out."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dashboard.permissions import needs, signed_in
from programs.models import Door
from servers.models import LicenseServer
from servers.registration import newest
from uploads.fence import FenceStillOpen
from uploads.registering import (
    DestinationFailed,
    NotRegistered,
    check,
    confirmation_address,
    remove_registration,
    request_code,
)


@require_POST
@needs("servers.register_licenseserver")
def register(request: HttpRequest, guid: UUID) -> HttpResponse:
    """Ask for a code; a second press shows the same one."""
    server = get_object_or_404(LicenseServer, guid=guid)
    try:
        request_code(server, by=signed_in(request))
    except NotRegistered as refused:
        messages.error(request, f"{_('No code was given.')} {refused}")
    except DestinationFailed as failed:
        meaning = failed.outcome.explanation
        messages.error(request, f"{_('No code was given.')} {meaning.cause} {meaning.fix}")
    return _back(guid)


@require_safe
@needs("programs.view_program")
def state(request: HttpRequest, guid: UUID) -> HttpResponse:
    """The panel of the registration, after the destination was asked once."""
    server = get_object_or_404(LicenseServer, guid=guid)
    try:
        found = check(server)
    except DestinationFailed:
        found = newest(server)
    context = {"registration": found, "confirmation_address": confirmation_address()}
    response = render(request, "components/registration.html", context)
    if found and found.state != found.State.WAITING:
        response["HX-Refresh"] = "true"
    return response


@require_POST
@needs("servers.register_licenseserver")
def remove(request: HttpRequest, guid: UUID) -> HttpResponse:
    """End it, once the name of the server was typed: this cannot be undone."""
    server = get_object_or_404(LicenseServer, guid=guid)
    if request.POST.get("name", "").strip().lower() not in {server.name.lower(), server.short_name.lower()}:
        said = _("Type %(name)s to remove the registration. Nothing was changed.")
        messages.error(request, said % {"name": server.short_name})
        return _back(guid)
    try:
        remove_registration(server, by=signed_in(request), door=Door.PAGE)
    except FenceStillOpen as waiting:
        messages.error(request, f"{_('The registration is removed.')} {waiting}")
    else:
        messages.success(request, _("The registration is removed. Event data have stopped."))
    return _back(guid)


def _back(guid: UUID) -> HttpResponse:
    response = redirect("settings", guid=guid)
    response["Location"] += "#registration"
    return response
