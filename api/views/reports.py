"""What came in, and what became of it?"""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.keeping_standings import refresh
from api.endpoint import Endpoint, Listing
from api.errors import problem
from api.filters import ReportList, is_guid, server_called
from api.findings import with_unrecognized
from api.idempotency import idempotent
from api.lookups import row_at
from api.parsers import BareFile, BareText
from api.permissions import missing
from api.requests import person
from api.serializers.reports import RejectedSerializer, ReportForm, ReportInFullSerializer, ReportSerializer
from intake.importing import import_report, refuse_too_large
from intake.models import Door, Outcome, SourceReport
from languages.sentences import said_after_each_other
from servers.models import LicenseServer
from servers.registry import server_named

FORM_ROOM = 64 * 1024  # bytes: what a form wraps around the file
REPORTS = with_unrecognized(SourceReport.objects.select_related("server", "received_by"))
STATUS = {Outcome.IMPORTED: 201, Outcome.DUPLICATE: 200}


class Reports(Listing):
    """Every file that came in, and the way in."""

    permissions = {"GET": "intake.view_sourcereport", "POST": "intake.add_sourcereport"}
    queryset = REPORTS.defer("problems")
    serializer_class = ReportSerializer
    filterset_class = ReportList
    parser_classes = [MultiPartParser, BareFile, BareText]
    newest_by = ("received_at", "id")
    query_parameters = frozenset({"name"})

    @property
    def most_bytes(self) -> int:
        """The largest file and the form around it."""
        return int(settings.MAX_IMPORT_BYTES) + FORM_ROOM

    @extend_schema(operation_id="reports_list", responses=ReportSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List reports, newest first."""
        return self.page()

    @extend_schema(
        operation_id="reports_import",
        request={
            "multipart/form-data": ReportForm,
            "application/octet-stream": OpenApiTypes.BINARY,
            "text/plain": OpenApiTypes.STR,
        },
        parameters=[
            OpenApiParameter("server", str, description="Only without a form: GUID or name."),
            OpenApiParameter("name", str, description="Only without a form: the name of the file."),
        ],
        responses={
            201: ReportInFullSerializer,
            200: ReportInFullSerializer,
            (422, "application/problem+json"): RejectedSerializer,
        },
        filters=False,
    )
    @idempotent
    def post(self, request: Request) -> HttpResponse:
        """Import a file: 201 imported, 200 here already, 422 not imported, with the lines that are wrong."""
        form = ReportForm(data=_asked(request))
        form.is_valid(raise_exception=True)
        file = form.validated_data["file"]
        refuse_too_large(file.size)
        server = _server(request, form.validated_data["server"])
        report = import_report(server, file.read(), name=file.name, door=Door.API, by=person(request))
        refresh(server)
        return _answer(request, report)


class Report(Endpoint):
    """One report."""

    permissions = {"GET": "intake.view_sourcereport"}

    @extend_schema(operation_id="reports_read", responses=ReportInFullSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What became of the file, with its findings line by line."""
        return Response(ReportInFullSerializer(row_at(REPORTS, pk), context={"request": request}).data)


def _asked(request: Request) -> dict[str, Any]:
    """The fields of the form, or the file of the body and the names of the query."""
    data: Any = request.data
    asked: dict[str, Any] = {name: data[name] for name in data}
    if "server" in request.query_params:
        asked.setdefault("server", request.query_params["server"])
    return asked


def _server(request: Request, name: str) -> LicenseServer:
    """The server, added when it is new and the person may add servers."""
    if server := server_called(name):
        return server
    if is_guid(name):
        raise ValidationError({"server": _("There is no server of this GUID.")})
    if not person(request).has_perm("servers.add_licenseserver"):
        no_server = _("There is no server named %(name)s.") % {"name": name}
        raise PermissionDenied(said_after_each_other((no_server, missing("servers.add_licenseserver", request.user))))
    try:
        return server_named(name)
    except DjangoValidationError as error:
        raise ValidationError({"server": error.messages}) from error


def _answer(request: Request, report: SourceReport) -> HttpResponse:
    body = ReportInFullSerializer(row_at(REPORTS, report.pk), context={"request": request}).data
    if report.outcome == Outcome.REJECTED:
        return problem(request, 422, detail=report.summary_now, report=body)
    where = f"{request.path.rstrip('/')}/{report.pk}"
    return Response(body, status=STATUS[Outcome(report.outcome)], headers={"Location": where})
