"""What do pages do with files that came in? The same steps for every form with a drop zone."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from dashboard.permissions import signed_in
from intake.importing import TooLarge, import_report, refuse_too_large
from intake.models import Door
from licenses.formats.license_file import parse
from servers.models import LicenseServer
from servers.registry import server_named

MOST_FILES = 20


def server_for(name: str, files: Sequence["UploadedFile[bytes]"], *, may_add: bool) -> LicenseServer:
    """The server that the files are for. Raises ValidationError with the sentence for the person."""
    if not files:
        raise ValidationError(_("Choose at least one license file. Nothing was imported."))
    found = name.strip() or next((host for host in map(_host_in, files) if host), "")
    if not found:
        raise ValidationError(_("These files name no host. Type the name of the license server. Nothing was imported."))
    if not may_add and not LicenseServer.objects.named(found).exists():
        said = _("There is no server named %(name)s, and your role cannot add one. Ask an administrator.")
        raise ValidationError(said % {"name": found})
    return server_named(found)


def receive_files(request: HttpRequest, server: LicenseServer, files: Sequence["UploadedFile[bytes]"]) -> HttpResponse:
    """Import each file, then show what became of each."""
    ids = []
    for file in files[:MOST_FILES]:
        name = file.name or _("unnamed")
        try:
            refuse_too_large(file.size or 0)
            report = import_report(server, file.read(), name=name, door=Door.PAGE, by=signed_in(request))
        except TooLarge as error:
            messages.error(request, f"{name}: {error}")
        else:
            ids.append(str(report.pk))
    if len(files) > MOST_FILES:
        said = _("%(most)d files at a time: the last %(count)d were not read.")
        messages.error(request, said % {"most": MOST_FILES, "count": len(files) - MOST_FILES})
    response = redirect("licenses", guid=server.guid)
    response["Location"] += f"?reports={','.join(ids)}#results" if ids else ""
    return response


def _host_in(file: "UploadedFile[bytes]") -> str:
    """The host that a license file is bound to; the file is read from its start again afterwards."""
    try:
        refuse_too_large(file.size or 0)
    except TooLarge:
        return ""
    hosts = [server.hostid.partition("=")[2] for server in parse(file.read()).servers if "=" in server.hostid]
    file.seek(0)
    return next(iter(hosts), "")
