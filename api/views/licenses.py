"""What do we have?"""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, Listing
from api.filters import AssignmentList, LeaseList, LicenseList
from api.lookups import server_asked
from api.serializers.assignments import AssignmentSerializer
from api.serializers.licenses import LeaseSerializer, LicenseSerializer
from api.serializers.pools import PoolsAsked, PoolsSerializer, pools_here, totals_of
from licenses.models import ActivationLease, Assignment, License
from licenses.pools import pools_of
from licenses.usage import latest_use


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
        """Every pool of a server today, what is in use, and the totals of each feature."""
        asked = PoolsAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        server = server_asked(asked.validated_data["server"])
        today = timezone.now().astimezone(server.zone).date()
        pools, latest = pools_of(server, on=today), latest_use(server)
        totals = list(totals_of(pools, latest))
        rows = pools_here(pools, totals, latest)
        return Response(PoolsSerializer({"server": server.guid, "on": today, "pools": rows, "totals": totals}).data)


class Assignments(Listing):
    """Who holds what? Names are for those who may see them."""

    permissions = {"GET": "licenses.view_license"}
    queryset = Assignment.objects.prefetch_related("server")  # no join: see UploadList
    serializer_class = AssignmentSerializer
    filterset_class = AssignmentList
    newest_by = ("id",)

    @extend_schema(operation_id="assignments_list", responses=AssignmentSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List assignments of users and devices, last found first."""
        return self.page()


class Leases(Listing):
    """What did the activation service activate?"""

    permissions = {"GET": "licenses.view_license"}
    queryset = ActivationLease.objects.select_related("server")
    serializer_class = LeaseSerializer
    filterset_class = LeaseList
    newest_by = ("id",)

    @extend_schema(operation_id="leases_list", responses=LeaseSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List activation leases, last found first."""
        return self.page()
