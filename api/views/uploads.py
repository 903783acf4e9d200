"""Did it arrive?"""

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from api.downloads import bundle_answer
from api.endpoint import Endpoint, Listing
from api.filters import UploadList
from api.idempotency import idempotent, idempotent_in_steps
from api.lookups import row_at
from api.requests import person
from api.serializers.uploads import (
    AttemptSerializer,
    CancelAsked,
    OneUploadSerializer,
    UploadAsked,
    UploadSerializer,
    UploadsStartedSerializer,
)
from api.spreadsheets import CONTENT_TYPE, streamed
from uploads.canceling import cancel_upload
from uploads.exporting import as_csv, as_json_lines
from uploads.handover import hand_over
from uploads.history import HistoryQuery
from uploads.models import Attempt, Upload
from uploads.result_file import render
from uploads.settling import last_result
from uploads.starting import retry_now, start_upload
from uploads.states import State

JSON_LINES = "application/x-ndjson"
UPLOADS = Upload.objects.select_related("server", "requested_by")


class Uploads(Listing):
    """The history, and starting an upload."""

    permissions = {"GET": "uploads.view_upload", "POST": "uploads.start_upload"}
    queryset = UPLOADS
    serializer_class = UploadSerializer
    filterset_class = UploadList

    @extend_schema(operation_id="uploads_list", responses=UploadSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List uploads, newest first."""
        return self.page()

    @extend_schema(
        operation_id="uploads_start", request=UploadAsked, responses={202: UploadsStartedSerializer}, filters=False
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Start an upload; it waits for a worker. One that waits already is given back instead of a second."""
        form = UploadAsked(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        with transaction.atomic():  # every kind or none
            uploads = [
                start_upload(
                    asked["server"],
                    program_code=asked["program"],
                    kind=kind,
                    by=person(request),
                    bundle_sha256=asked.get("bundle_sha256", ""),
                )
                for kind in asked["kinds"]
            ]
        return _accepted(uploads, UploadsStartedSerializer({"uploads": uploads}).data, base=request.path)


class HistoryFile(Endpoint, GenericAPIView[Upload]):
    """What the filters of the list find, as a file."""

    permissions = {"GET": "uploads.view_upload"}
    queryset = Upload.objects.all()
    filterset_class = UploadList
    pagination_class = None

    def known_parameters(self) -> frozenset[str]:
        """The filters of the list."""
        return frozenset(UploadList.base_filters)

    def asked(self, request: Request) -> HistoryQuery:
        """What is looked for. Raises ValidationError."""
        found = UploadList(request.query_params, queryset=self.queryset, request=request)
        if not found.is_valid():
            raise ValidationError(found.errors)
        return found.asked()


class UploadsSpreadsheet(HistoryFile):
    """For a spreadsheet."""

    @extend_schema(operation_id="uploads_csv", filters=True, responses={(200, CONTENT_TYPE): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponseBase:
        """Download the history as CSV, newest first, all of it."""
        return streamed(as_csv(self.asked(request)), content_type=CONTENT_TYPE, name="uploads.csv")


class UploadsJsonLines(HistoryFile):
    """For a program."""

    @extend_schema(operation_id="uploads_ndjson", filters=True, responses={(200, JSON_LINES): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponseBase:
        """Download the history as JSON, an upload a line, newest first, all of it."""
        return streamed(as_json_lines(self.asked(request)), content_type=JSON_LINES, name="uploads.ndjson")


class OneUpload(Endpoint):
    """One upload."""

    permissions = {"GET": "uploads.view_upload"}

    @extend_schema(operation_id="uploads_read", responses=OneUploadSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """State, progress, explained result, and who else fails for the same cause."""
        return Response(OneUploadSerializer(row_at(UPLOADS, pk)).data)


class UploadRetry(Endpoint):
    """Do not wait for the next slot."""

    permissions = {"POST": "uploads.start_upload"}

    @extend_schema(operation_id="uploads_retry", request=None, responses={202: UploadSerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Try again now."""
        upload = retry_now(row_at(UPLOADS, pk), at=timezone.now())
        return _accepted([upload], UploadSerializer(upload).data, base=request.path.rpartition(f"/{pk}/")[0])


class UploadCancel(Endpoint):
    """Stop one upload."""

    permissions = {"POST": "uploads.start_upload"}

    @extend_schema(operation_id="uploads_cancel", request=CancelAsked, responses=UploadSerializer)
    @idempotent_in_steps
    def post(self, request: Request, pk: int) -> Response:
        """Cancel it: after the answer not one more byte of it leaves. The program goes on; a repeat changes nothing."""
        form = CancelAsked(data=request.data)
        form.is_valid(raise_exception=True)
        upload = cancel_upload(row_at(UPLOADS, pk), by=person(request), reason=form.validated_data["reason"])
        return Response(UploadSerializer(upload).data)


class UploadAttempts(Listing):
    """Every try."""

    permissions = {"GET": "uploads.view_upload"}
    queryset = Attempt.objects.none()
    serializer_class = AttemptSerializer
    newest_by = ("number",)

    def get_queryset(self) -> QuerySet[Attempt]:
        """Of this upload."""
        return row_at(UPLOADS, self.kwargs["pk"]).attempts.all()

    @extend_schema(operation_id="uploads_attempts", responses=AttemptSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List the attempts, newest first, with what was seen."""
        return self.page()


class UploadBundle(Endpoint):
    """The bytes that were sent."""

    permissions = {"GET": "uploads.download_bundle"}

    @extend_schema(operation_id="uploads_bundle", responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """Download the sealed bundle."""
        upload = row_at(UPLOADS, pk)
        if upload.state == State.OBSERVED:
            raise Http404(
                _("The license server sent this bundle itself. What was sent from here can be downloaded here.")
            )
        if not upload.bundle_sha256:
            raise Http404(_("No bundle was sealed for this upload yet."))
        return bundle_answer(request, sha256=upload.bundle_sha256, name=upload.bundle_name)


class UploadResult(Endpoint):
    """The product's own result file."""

    permissions = {"GET": "uploads.view_upload"}

    @extend_schema(operation_id="uploads_result", responses={(200, "application/xml"): OpenApiTypes.STR})
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The last result in the shape of upload_compliance_result.xml."""
        result = last_result(row_at(UPLOADS, pk))
        if result is None:
            raise Http404(_("No attempt has ended yet, so there is no result."))
        return HttpResponse(render(result), content_type="application/xml")


def _accepted(uploads: list[Upload], body: object, *, base: str) -> Response:
    """202, and a message to a worker once the row is there to be read."""
    for upload in uploads:
        transaction.on_commit(lambda pk=upload.pk: hand_over(pk))  # type: ignore[misc]
    return Response(body, status=202, headers={"Location": f"{base.rstrip('/')}/{uploads[0].pk}"})
