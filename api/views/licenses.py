"""What do we have?"""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, Listing
from api.filters import LicenseList, server_called
from api.serializers.licenses import LicenseSerializer, PoolsAsked, PoolsSerializer
from licenses.models import License
from licenses.pools import pools_of


class Licenses(Listing):
    """Every license line of every file, replaced ones included."""

    permissions = {"GET": "licenses.view_license"}
    queryset = License.objects.select_related("file__server").defer("attributes")
    serializer_class = LicenseSerializer
    filterset_class = LicenseList
    newest_by = ("id",)

    @extend_schema(operation_id="licenses_list", responses=LicenseSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List license lines, last imported first."""
        return self.page()


class Pools(Endpoint):
    """How many of what?"""

    permissions = {"GET": "licenses.view_license"}
    query_parameters = frozenset({"server"})

    @extend_schema(
        operation_id="pools_list",
        parameters=[OpenApiParameter("server", str, required=True, description="GUID or name.")],
        responses=PoolsSerializer,
    )
    def get(self, request: Request) -> Response:
        """Every pool of a server today."""
        asked = PoolsAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        server = server_called(asked.validated_data["server"])
        if server is None:
            raise Http404("There is no server of this GUID or name.")
        today = timezone.now().astimezone(server.zone).date()
        rows = pools_of(server, on=today)
        return Response(PoolsSerializer({"server": server.guid, "on": today, "pools": rows}).data)
