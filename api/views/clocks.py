"""What runs out, and when?"""

from typing import ClassVar

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.clock import Kind, State
from alerts.clock_search import find_clocks
from api.clock_pages import LIMIT, MOST, page_of
from api.endpoint import Endpoint
from api.filters_of_alerts import ClockList
from api.serializers.clocks import ClockPageSerializer

PARAMETERS = [
    OpenApiParameter("server", str, description="GUID or name"),
    OpenApiParameter("kind", str, enum=Kind.values),
    OpenApiParameter("state", str, enum=[str(state) for state in State]),
    OpenApiParameter("limit", OpenApiTypes.INT, description=f"Deadlines on a page: {LIMIT}, or 1 to {MOST}."),
    OpenApiParameter("cursor", str, description="Taken from `next` or `previous`."),
]


class Clocks(Endpoint):
    """Every deadline."""

    permissions = {"GET": "alerts.view_alert"}
    query_parameters: ClassVar[frozenset[str]] = frozenset({"server", "kind", "state", "limit", "cursor"})

    @extend_schema(operation_id="clocks_list", parameters=PARAMETERS, responses=ClockPageSerializer)
    def get(self, request: Request) -> Response:
        """List the deadlines, nearest first; those without a date come last. Archived servers only where named."""
        form = ClockList(request.query_params)
        if not form.is_valid():
            raise ValidationError({name: [str(one) for one in found] for name, found in form.errors.items()})
        return page_of(find_clocks(now=timezone.now(), **form.cleaned_data), request)
