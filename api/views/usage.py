"""How does use develop?"""

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, Listing
from api.filters import SampleList
from api.lookups import feature_asked, server_asked
from api.serializers.usage import DaysAsked, SampleSerializer, UsageAsked, UsageSerializer
from api.spreadsheets import CONTENT_TYPE, streamed
from licenses.models import UsageSample
from licenses.usage import as_csv, days_of_use


class Usage(Endpoint):
    """The peak of each day."""

    permissions = {"GET": "licenses.view_license"}
    query_parameters = frozenset({"server", "feature", "first", "last"})

    @extend_schema(operation_id="usage_read", parameters=[UsageAsked], responses=UsageSerializer)
    def get(self, request: Request) -> Response:
        """The most of a feature in use on every day from first to last."""
        asked = UsageAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        answer: dict[str, Any] = dict(asked.validated_data)
        server = server_asked(answer["server"])
        feature = feature_asked(server, answer["feature"])
        days = days_of_use(server, feature=feature, first=answer["first"], last=answer["last"])
        answer |= {"server": server.guid, "feature": feature, "days": days}
        return Response(UsageSerializer(answer).data)


class UsageSamples(Listing):
    """Every reading."""

    permissions = {"GET": "licenses.view_license"}
    queryset = UsageSample.objects.prefetch_related("server")  # no join: see UploadList
    serializer_class = SampleSerializer
    filterset_class = SampleList
    newest_by = ("id",)

    @extend_schema(operation_id="usage_samples", responses=SampleSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List readings, last recorded first."""
        return self.page()


class UsageSpreadsheet(Endpoint):
    """The same as a file for a spreadsheet."""

    permissions = {"GET": "licenses.view_license"}
    query_parameters = frozenset({"server", "first", "last"})

    @extend_schema(operation_id="usage_csv", parameters=[DaysAsked], responses={(200, CONTENT_TYPE): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponseBase:
        """Download the peak of every day that has a reading, for every feature and pool of a server."""
        asked = DaysAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        first, last = asked.validated_data["first"], asked.validated_data["last"]
        server = server_asked(asked.validated_data["server"])
        name = f"{server.name}-usage-{first}-{last}.csv"
        return streamed(as_csv(server, first=first, last=last), content_type=CONTENT_TYPE, name=name)
