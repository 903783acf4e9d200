"""On which steps is somebody told, and what would that have come to?"""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.models import Threshold
from alerts.preview import preview, proposed
from alerts.thresholds import remove_threshold, save_threshold
from api.endpoint import Endpoint, Listing
from api.idempotency import idempotent
from api.lookups import row_at
from api.requests import person
from api.serializers.thresholds import LadderAsked, LadderProposed, PreviewOfLadderSerializer, ThresholdSerializer

THRESHOLDS = Threshold.objects.select_related("group", "server")


class Thresholds(Listing):
    """Ladders of one's own."""

    permissions = {"GET": "alerts.view_alert", "POST": "alerts.change_threshold"}
    queryset = THRESHOLDS
    serializer_class = ThresholdSerializer
    newest_by = ("id",)

    @extend_schema(operation_id="thresholds_list", responses=ThresholdSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the ladders that somebody set. Where none of them fits, the default counts."""
        return self.page()

    @extend_schema(
        operation_id="thresholds_save",
        request=LadderAsked,
        responses={201: ThresholdSerializer, 200: ThresholdSerializer},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Set the ladder of a scope: 201 a new one, 200 another in its place. It counts within a minute."""
        form = LadderAsked(data=request.data)
        form.is_valid(raise_exception=True)
        is_new = not Threshold.objects.filter(key=form.scope.key).exists()
        after = form.validated_data["escalate_after_days"]
        row = save_threshold(
            form.scope, **form.steps, escalate_after_days=after, by=person(request), now=timezone.now()
        )
        where = f"{request.path.rstrip('/')}/{row.pk}"
        return Response(ThresholdSerializer(row).data, status=201 if is_new else 200, headers={"Location": where})


class OneThreshold(Endpoint):
    """One of them."""

    permissions = {"GET": "alerts.view_alert", "DELETE": "alerts.change_threshold"}
    http_method_names = ["get", "head", "delete"]

    @extend_schema(operation_id="thresholds_read", responses=ThresholdSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What it is for, and who set it."""
        return Response(ThresholdSerializer(row_at(THRESHOLDS, pk)).data)

    @extend_schema(operation_id="thresholds_remove", responses=ThresholdSerializer)
    def delete(self, request: Request, pk: int) -> Response:
        """Remove it: the wider ladder counts again. The answer is what was removed."""
        row = row_at(THRESHOLDS, pk)
        body = ThresholdSerializer(row).data
        remove_threshold(row)
        return Response(body)


class ThresholdPreview(Endpoint):
    """Before it is saved."""

    permissions = {"POST": "alerts.change_threshold"}

    @extend_schema(operation_id="thresholds_preview", request=LadderProposed, responses=PreviewOfLadderSerializer)
    @idempotent
    def post(self, request: Request) -> Response:
        """Who would have been told what in the last year, and would be in the next. Nothing is changed."""
        form = LadderProposed(data=request.data)
        form.is_valid(raise_exception=True)
        found = preview(proposed(form.scope, **form.steps), now=timezone.now())
        return Response(PreviewOfLadderSerializer(found).data)
