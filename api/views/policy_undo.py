"""What would undoing a policy restore, and who lets data leave again?"""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint
from api.idempotency import idempotent, idempotent_in_steps
from api.lookups import row_at, server_asked
from api.requests import person
from api.serializers.policies import DeclineAsked, DigestAsked, UndoPlanSerializer, UndoSerializer
from api.views.policies import APPROVES, POLICIES, PROPOSES, SEES
from programs.policy_models import PolicyUndo
from programs.policy_undo import digest_of_undo, undo_plan
from servers.models import LicenseServer
from uploads import undoing

UNDOINGS = PolicyUndo.objects.select_related("server", "policy")
ON = OpenApiParameter("server", str, description="GUID or name: undo it on this server alone")


class PolicyUndoing(Endpoint):
    """The dry run of an undo, and the wish."""

    permissions = {"GET": SEES, "POST": PROPOSES}
    query_parameters = frozenset({"server"})

    @extend_schema(operation_id="policies_undo_plan", parameters=[ON], responses=UndoPlanSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What new decisions would restore, and where somebody decided since."""
        plan = undo_plan(row_at(POLICIES, pk), server=_server(request))
        return Response(UndoPlanSerializer({"digest": digest_of_undo(plan), "servers": plan}).data)

    @extend_schema(
        operation_id="policies_undo", parameters=[ON], request=DigestAsked, responses={201: UndoSerializer(many=True)}
    )
    @idempotent_in_steps
    def post(self, request: Request, pk: int) -> Response:
        """Undo it. What only ends something begins at once; what lets data leave again waits for a second person."""
        form = DigestAsked(data=request.data)
        form.is_valid(raise_exception=True)
        asked = undoing.ask_undo(
            row_at(POLICIES, pk), by=person(request), now=timezone.now(), server=_server(request), **form.validated_data
        )
        return Response(UndoSerializer(asked, many=True).data, status=201)


class UndoApproval(Endpoint):
    """A second person."""

    permissions = {"POST": APPROVES}

    @extend_schema(operation_id="policy_undos_approve", request=DigestAsked, responses=UndoSerializer)
    @idempotent_in_steps
    def post(self, request: Request, pk: int) -> Response:
        """Let data leave again. Whoever asked for it is refused."""
        form = DigestAsked(data=request.data)
        form.is_valid(raise_exception=True)
        found = row_at(UNDOINGS, pk)
        done = undoing.approve_undo(found, by=person(request), now=timezone.now(), **form.validated_data)
        return Response(UndoSerializer(done).data)


class UndoDecline(Endpoint):
    """Nobody lets it."""

    permissions = {"POST": APPROVES}

    @extend_schema(operation_id="policy_undos_decline", request=DeclineAsked, responses=UndoSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Nothing leaves again."""
        form = DeclineAsked(data=request.data)
        form.is_valid(raise_exception=True)
        done = undoing.decline_undo(row_at(UNDOINGS, pk), by=person(request), now=timezone.now(), **form.validated_data)
        return Response(UndoSerializer(done).data)


def _server(request: Request) -> LicenseServer | None:
    name = request.query_params.get("server")
    return server_asked(name) if name else None
