"""What is chosen for many servers at once, and who agreed?"""

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint, Listing
from api.filters import PolicyRowList
from api.idempotency import idempotent, idempotent_in_steps
from api.lookups import row_at
from api.requests import person
from api.serializers.policies import (
    AnswerAsked,
    DeclineAsked,
    DigestAsked,
    PolicyAsked,
    PolicyEventSerializer,
    PolicyInFullSerializer,
    PolicyRowSerializer,
    PolicySerializer,
)
from programs import policy as steps
from programs.policy_models import Policy, PolicyEvent, PolicyRow
from uploads import applying

POLICIES = Policy.objects.select_related("group")
SEES, PROPOSES, APPROVES = "programs.view_policy", "programs.propose_policy", "programs.approve_policy"


def in_full(policy: Policy) -> dict[str, Any]:
    """The policy as the database knows it now."""
    return PolicyInFullSerializer(row_at(POLICIES.prefetch_related("undoings__server"), policy.pk)).data


class Policies(Listing):
    """Policies, and drafting one."""

    permissions = {"GET": SEES, "POST": PROPOSES}
    queryset = POLICIES
    serializer_class = PolicySerializer
    newest_by = ("id",)

    @extend_schema(operation_id="policies_list", responses=PolicySerializer(many=True))
    def get(self, request: Request) -> Response:
        """List policies, newest first."""
        return self.page()

    @extend_schema(operation_id="policies_draft", request=PolicyAsked, responses={201: PolicyInFullSerializer})
    @idempotent
    def post(self, request: Request) -> Response:
        """Draft a policy and try it. Nothing is applied."""
        asked = PolicyAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        by, now = person(request), timezone.now()
        policy = steps.dry_run(steps.draft(asked.wish, by=by, now=now), by=by, now=now)
        where = {"Location": f"{request.path.rstrip('/')}/{policy.pk}"}
        return Response(in_full(policy), status=201, headers=where)


class OnePolicy(Endpoint):
    """One of them."""

    permissions = {"GET": SEES, "PATCH": PROPOSES}

    @extend_schema(operation_id="policies_read", responses=PolicyInFullSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Where it stands, what its dry run came to, and what became of it."""
        return Response(in_full(row_at(POLICIES, pk)))

    @extend_schema(operation_id="policies_change", request=PolicyAsked, responses=PolicyInFullSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Another choice: a draft again, tried at once. What is left out of the request is left as servers have it."""
        policy = row_at(POLICIES, pk)
        asked = PolicyAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        by, now = person(request), timezone.now()
        changed = steps.change(policy, asked.wish, by=by, now=now)
        return Response(in_full(steps.dry_run(changed, by=by, now=now)))


class PolicyServers(Listing):
    """The dry run, server by server."""

    permissions = {"GET": SEES}
    queryset = PolicyRow.objects.none()
    serializer_class = PolicyRowSerializer
    filterset_class = PolicyRowList
    newest_by = ("id",)

    @extend_schema(operation_id="policies_servers", responses=PolicyRowSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List what it would do to each server, and what it did."""
        self.queryset = PolicyRow.objects.of(row_at(POLICIES, pk)).select_related("server")
        return self.page()


class PolicyEvents(Listing):
    """Who did what, when and why."""

    permissions = {"GET": SEES}
    queryset = PolicyEvent.objects.none()
    serializer_class = PolicyEventSerializer
    newest_by = ("id",)

    @extend_schema(operation_id="policies_events", responses=PolicyEventSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List its steps, newest first."""
        self.queryset = PolicyEvent.objects.filter(policy=row_at(POLICIES, pk))
        return self.page()


class PolicyStep(Endpoint):
    """One step of a policy: the body is checked, a function of a floor called, and the policy read back."""

    asked: ClassVar[type[DigestAsked | DeclineAsked] | None] = None
    step: ClassVar[Callable[..., Policy]]

    def take(self, request: Request, pk: int) -> Response:
        """Take it. Raises PolicyRefused."""
        said: dict[str, Any] = {}
        if self.asked:
            form = self.asked(data=request.data)
            form.is_valid(raise_exception=True)
            said = form.validated_data
        found = row_at(POLICIES, pk)
        return Response(in_full(type(self).step(found, by=person(request), now=timezone.now(), **said)))


class PolicyDryRun(PolicyStep):
    """Try it."""

    permissions = {"POST": PROPOSES}
    step = staticmethod(steps.dry_run)

    @extend_schema(operation_id="policies_dry_run", request=None, responses=PolicyInFullSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """See what it would do now. A proposal or approval falls; of an applied policy the next version begins."""
        return self.take(request, pk)


class PolicyProposal(PolicyStep):
    """Propose it."""

    permissions = {"POST": PROPOSES}
    asked, step = DigestAsked, staticmethod(steps.propose)

    @extend_schema(operation_id="policies_propose", request=DigestAsked, responses=PolicyInFullSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Ask a second person to approve exactly this dry run."""
        return self.take(request, pk)


class PolicyApproval(PolicyStep):
    """Approve it."""

    permissions = {"POST": APPROVES}
    asked, step = AnswerAsked, staticmethod(steps.approve)

    @extend_schema(operation_id="policies_approve", request=AnswerAsked, responses=PolicyInFullSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """Agree to what somebody else proposed. Whoever proposed it is refused."""
        return self.take(request, pk)


class PolicyDecline(PolicyStep):
    """Decline it."""

    permissions = {"POST": PROPOSES}
    asked, step = DeclineAsked, staticmethod(steps.decline)

    @extend_schema(operation_id="policies_decline", request=DeclineAsked, responses=PolicyInFullSerializer)
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        """It is not applied."""
        return self.take(request, pk)


class PolicyApplication(PolicyStep):
    """Apply it."""

    permissions = {"POST": PROPOSES}
    asked, step = DigestAsked, staticmethod(applying.start)

    @extend_schema(operation_id="policies_apply", request=DigestAsked, responses=PolicyInFullSerializer)
    @idempotent_in_steps
    def post(self, request: Request, pk: int) -> Response:
        """A worker decides server by server; read the policy again to see how far it is."""
        return self.take(request, pk)
