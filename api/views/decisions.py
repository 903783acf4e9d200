"""Who decided what, on which text, and can it be proved?"""

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, Listing
from api.filters import DecisionList
from api.lookups import row_at
from api.serializers.decisions import DecisionSerializer, VerdictSerializer
from programs.ledger import export_lines, verify
from programs.models import ConsentDecision
from programs.receipts import receipt

LINES = "application/jsonl"
DECISIONS = ConsentDecision.objects.all()


class Decisions(Listing):
    """The ledger as a list."""

    permissions = {"GET": "programs.view_consentdecision"}
    queryset = DECISIONS
    serializer_class = DecisionSerializer
    filterset_class = DecisionList
    newest_by = ("sequence",)

    @extend_schema(operation_id="decisions_list", responses=DecisionSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List decisions, newest first."""
        return self.page()


class Decision(Endpoint):
    """One row."""

    permissions = {"GET": "programs.view_consentdecision"}

    @extend_schema(operation_id="decisions_read", responses=DecisionSerializer)
    def get(self, request: Request, sequence: int) -> Response:
        """One decision with the hashes that bind it."""
        return Response(DecisionSerializer(row_at(DECISIONS, sequence)).data)


class Receipt(Endpoint):
    """What a person takes home."""

    permissions = {"GET": "programs.view_consentdecision"}

    @extend_schema(operation_id="receipts_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, sequence: int) -> Response:
        """The receipt of a decision in the shape of ISO/IEC TS 27560:2023, with the text that was shown."""
        return Response(receipt(row_at(DECISIONS, sequence)))


class Ledger(Endpoint):
    """All of it, to be checked elsewhere."""

    permissions = {"GET": "programs.view_consentdecision"}

    @extend_schema(operation_id="ledger_export", responses={(200, LINES): OpenApiTypes.STR})
    def get(self, request: Request) -> StreamingHttpResponse:
        """Download the ledger as JSON lines; script/verify_ledger.py checks it with nothing but Python."""
        response = StreamingHttpResponse(export_lines(), content_type=LINES)
        response["Content-Disposition"] = 'attachment; filename="consent-ledger.jsonl"'
        return response


class LedgerVerification(Endpoint):
    """Is it whole?"""

    permissions = {"GET": "programs.view_consentdecision"}

    @extend_schema(operation_id="ledger_verify", responses=VerdictSerializer)
    def get(self, request: Request) -> Response:
        """Walk the chain from the first row, and stop at the first that is broken."""
        return Response(VerdictSerializer(verify()).data)
