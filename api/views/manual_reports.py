"""What does a person carry, and is anything missing?"""

from typing import Any

from django.conf import settings
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from api.downloads import file_answer
from api.endpoint import Endpoint, Listing
from api.idempotency import idempotent
from api.lookups import row_at
from api.parsers import BareFile
from api.requests import person
from api.serializers.manual_reports import (
    ConfirmationAsked,
    DeletableSerializer,
    GatheringAsked,
    ImportedSerializer,
    ManualReportInFullSerializer,
    ManualReportSerializer,
    ReceiptForm,
    ReceiverAsked,
    TrustedReceiverSerializer,
)
from uploads import policy
from uploads.courier_cleanup import delete_leftovers
from uploads.courier_models import ManualReport, TrustedReceiver
from uploads.courier_receipts import distrust_receiver, import_receipt, trust_receiver, type_in
from uploads.courier_volume import courier_folder, ensure_volume
from uploads.manual_report import Wish, gather, give_up, hand_out

REPORTS = ManualReport.objects.all()
RECEIVERS = TrustedReceiver.objects.all()
FORM_ROOM = 64 * 1024  # bytes: what a form wraps around the file


class ManualReports(Listing):
    """The sets that were gathered, and gathering."""

    permissions = {"GET": "uploads.view_upload", "POST": "uploads.carry_report"}
    queryset = REPORTS
    serializer_class = ManualReportSerializer
    newest_by = ("gathered_at", "id")

    @extend_schema(operation_id="manual_reports_list", responses=ManualReportSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List sets, newest first."""
        return self.page()

    @extend_schema(
        operation_id="manual_reports_gather",
        request=GatheringAsked,
        responses={201: ManualReportInFullSerializer},
        filters=False,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Gather what is sealed into volumes. A set of the same servers that is open is given back instead."""
        form = GatheringAsked(data=request.data)
        form.is_valid(raise_exception=True)
        asked: dict[str, Any] = form.validated_data
        servers = tuple(asked["servers"]) if "servers" in asked else None
        how = asked["how"]
        report = gather(
            Wish(servers, asked.get("max_bytes")),
            by=person(request).get_username(),
            at=timezone.now(),
            more=how == "more",
            again=how == "again",
        )
        where = {"Location": f"{request.path.rstrip('/')}/{report.pk}"}
        return Response(ManualReportInFullSerializer(report).data, status=201, headers=where)


class OneManualReport(Endpoint):
    """One set."""

    permissions = {"GET": "uploads.view_upload"}

    @extend_schema(operation_id="manual_reports_read", responses=ManualReportInFullSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Volumes, what is open, who had it, and the receipts."""
        return Response(ManualReportInFullSerializer(row_at(REPORTS, pk)).data)


class Volume(Endpoint):
    """One volume as a file."""

    permissions = {"GET": "uploads.carry_report"}

    @extend_schema(operation_id="manual_reports_volume", responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int, number: int) -> HttpResponseBase:
        """Download it; the custody trail says who did. It is written where it is not there, always the same bytes."""
        report = row_at(REPORTS, pk)
        volume = row_at(report.volumes.all(), _key_of(report, number))
        path = ensure_volume(volume, folder=courier_folder(report))
        answer = file_answer(request, path, sha256=volume.sha256, name=path.name)
        if request.method == "GET" and answer.status_code == 200:
            hand_out(volume, by=person(request).get_username(), at=timezone.now(), to="downloaded, REST")
        return answer


class Receipts(Endpoint):
    """Receipts for a set."""

    permissions = {"POST": "uploads.carry_report"}
    parser_classes = [MultiPartParser, BareFile]
    query_parameters = frozenset({"name"})

    @property
    def most_bytes(self) -> int:
        """The largest receipt and the form around it."""
        return min(policy.LARGEST_RECEIPT_BYTES, int(settings.MAX_IMPORT_BYTES)) + FORM_ROOM

    @extend_schema(
        operation_id="manual_reports_receipt",
        request={"multipart/form-data": ReceiptForm, "application/octet-stream": OpenApiTypes.BINARY},
        responses={201: ImportedSerializer},
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Import a signed receipt: exactly the reports that it lists have arrived."""
        form = ReceiptForm(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data["file"].read()
        by = person(request).get_username()
        done = import_receipt(data, by=by, now=timezone.now(), expected=row_at(REPORTS, pk))
        return Response(ImportedSerializer(done).data, status=201)


class Confirmations(Endpoint):
    """Confirmations that somebody types in."""

    permissions = {"POST": "uploads.carry_report"}

    @extend_schema(
        operation_id="manual_reports_confirmation", request=ConfirmationAsked, responses={201: ImportedSerializer}
    )
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Close volumes on a case number and a date; the history says for ever that nothing proves it."""
        form = ConfirmationAsked(data=request.data)
        form.is_valid(raise_exception=True)
        by = person(request).get_username()
        done = type_in(row_at(REPORTS, pk), **form.validated_data, by=by, now=timezone.now())
        return Response(ImportedSerializer(done).data, status=201)


class GivingUp(Endpoint):
    """The end of a set that nobody carries any more."""

    permissions = {"POST": "uploads.carry_report"}

    @extend_schema(operation_id="manual_reports_give_up", request=None, responses=ManualReportInFullSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Give the set up: what did not arrive waits again. A receipt that comes later is still believed."""
        report = row_at(REPORTS, pk)
        give_up(report, by=person(request).get_username(), at=timezone.now())
        return Response(ManualReportInFullSerializer(row_at(REPORTS, pk)).data)


class Deletion(Endpoint):
    """The files of what arrived."""

    permissions = {"POST": "uploads.carry_report"}

    @extend_schema(operation_id="manual_reports_delete_files", request=None, responses=DeletableSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Delete the files that `deletable` of the set names; the answer says what went."""
        gone = delete_leftovers(row_at(REPORTS, pk), by=person(request).get_username(), at=timezone.now())
        return Response(DeletableSerializer(gone).data)


class Receivers(Listing):
    """Whose receipts are believed."""

    permissions = {"GET": "uploads.view_upload", "POST": "uploads.trust_receiver"}
    queryset = RECEIVERS
    serializer_class = TrustedReceiverSerializer
    newest_by = ("confirmed_at", "id")

    @extend_schema(operation_id="receivers_list", responses=TrustedReceiverSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List receivers, newest first."""
        return self.page()

    @extend_schema(
        operation_id="receivers_trust",
        request=ReceiverAsked,
        responses={201: TrustedReceiverSerializer},
        filters=False,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Believe a receiver, after its fingerprint was compared with what it shows."""
        form = ReceiverAsked(data=request.data)
        form.is_valid(raise_exception=True)
        row = trust_receiver(form.validated_data["fingerprint"], by=person(request).get_username(), at=timezone.now())
        return Response(TrustedReceiverSerializer(row).data, status=201)


class OneReceiver(Endpoint):
    """One of them."""

    permissions = {"GET": "uploads.view_upload", "DELETE": "uploads.trust_receiver"}
    http_method_names = ["get", "head", "delete"]

    @extend_schema(operation_id="receivers_read", responses=TrustedReceiverSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Who confirmed it, and when."""
        return Response(TrustedReceiverSerializer(row_at(RECEIVERS, pk)).data)

    @extend_schema(operation_id="receivers_remove", responses=TrustedReceiverSerializer)
    def delete(self, request: Request, pk: int) -> Response:
        """Believe no further receipt of it. What its receipts closed stays closed; the answer is what was removed."""
        row = row_at(RECEIVERS, pk)
        body = TrustedReceiverSerializer(row).data
        distrust_receiver(row, by=person(request).get_username())
        return Response(body)


def _key_of(report: ManualReport, number: int) -> int:
    """The key of the volume of this number; 0, which no row has, where there is none."""
    return report.volumes.filter(number=number).values_list("pk", flat=True).first() or 0
