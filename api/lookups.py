"""Which row does an address mean? The row, or the sentence that it is not there."""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from api.filters import is_guid, server_called
from languages.sentences import listed
from licenses.models import DailyPeak, License
from programs.catalog import Program, UploadKind, programs
from servers.models import LicenseServer

M = TypeVar("M", bound=Model)
# By the name of the rows: each a sentence, because other languages have an article and a gender for each.
NOT_THERE = {
    "alert": gettext_lazy("There is no alert of this number."),
    "channel": gettext_lazy("There is no channel of this number."),
    "consent decision": gettext_lazy("There is no consent decision of this number."),
    "feed address": gettext_lazy("There is no feed address of this number."),
    "manual report": gettext_lazy("There is no manual report of this number."),
    "source report": gettext_lazy("There is no source report of this number."),
    "threshold": gettext_lazy("There is no threshold of this number."),
    "upload": gettext_lazy("There is no upload of this number."),
    "manual volume": gettext_lazy("There is no manual volume of this number."),
}


def server_at(guid: str) -> LicenseServer:
    """The server of this GUID. Raises Http404."""
    server = LicenseServer.objects.filter(guid=UUID(guid)).first() if is_guid(guid) else None
    if server is None:
        raise Http404(_("There is no server of this GUID."))
    return server


def server_asked(text: str) -> LicenseServer:
    """The server of this GUID or name. Raises Http404."""
    server = server_called(text)
    if server is None:
        raise Http404(_("There is no server of this GUID or name."))
    return server


def feature_asked(server: LicenseServer, code: str) -> str:
    """The feature as its days are spelled, in any case. Raises Http404 for one that was never heard of here."""
    peaks = DailyPeak.objects.filter(server=server, feature__iexact=code)
    licenses = License.objects.filter(file__server=server, feature__iexact=code)
    for rows in (peaks.filter(feature=code), peaks, licenses):
        if known := rows.values_list("feature", flat=True).order_by().first():
            return str(known)
    raise Http404(
        _("Nothing is known of a feature %(code)s on this server: it has no license and was never read.")
        % {"code": code}
    )


def program_at(code: str) -> Program:
    """The program of this code. Raises Http404."""
    if code not in programs():
        raise Http404(_("There is no program of this code. There are: %(names)s.") % {"names": listed(programs())})
    return programs()[code]


def kind_at(program: Program, kind: str | None) -> UploadKind:
    """The kind of upload, the first by default. Raises Http404."""
    for upload in program.uploads:
        if kind in (None, upload.kind):
            return upload
    raise Http404(
        _("%(program)s has no upload of this kind. It has: %(names)s.")
        % {"program": program.name, "names": listed(one.kind for one in program.uploads)}
    )


def row_at(rows: QuerySet[M], pk: int) -> M:
    """The row of this number. Raises Http404."""
    row = rows.filter(pk=pk).first()
    if row is None:
        name = str(rows.model._meta.verbose_name)
        raise Http404(NOT_THERE[name] if name in NOT_THERE else _("There is nothing of this number."))
    return row
