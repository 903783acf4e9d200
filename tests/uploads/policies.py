"""How do the tests bring a policy about? Drafted, tried and proposed by one, approved by another, worked on."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from programs import policy
from programs.models import ConsentDecision
from programs.policy_models import Policy, PolicyRow, PolicyState
from programs.policy_plan import Choice
from servers import registration
from servers.models import LicenseServer, ServerGroup
from servers.registry import add_server
from uploads import applying

GROUP = "Europe"


def group(name: str = GROUP) -> ServerGroup:
    return ServerGroup.objects.get_or_create(name=name)[0]


def member(name: str, *, provider: bool = False, registered: bool = False, **facts: Any) -> LicenseServer:
    """A server of the group."""
    server = add_server(name=name, **{"group": group(), **facts})
    if provider:
        LicenseServer.objects.filter(pk=server.pk).update(is_provider=True)
    if registered:
        code = registration.open_code(server, code="ABCD1234", remote_id=name, at=timezone.now())
        registration.confirm(code, customer_id="acme", at=timezone.now())
    server.refresh_from_db()
    return server


def drafted(by: User, *, of: ServerGroup | None = None, reason: str = "", **choice: str) -> Policy:
    wish = policy.PolicyWish(name="Europe, minimum", choice=Choice(**choice), group=of or group(), reason=reason)
    return policy.draft(wish, by=by, now=timezone.now())


def tried(by: User, **choice: Any) -> Policy:
    return policy.dry_run(drafted(by, **choice), by=by, now=timezone.now())


def proposed(by: User, **choice: Any) -> Policy:
    found = tried(by, **choice)
    return policy.propose(found, digest=found.digest, by=by, now=timezone.now())


def approved(by: User, second: User, **choice: Any) -> Policy:
    found = proposed(by, **choice)
    return policy.approve(found, digest=found.digest, by=second, now=timezone.now())


def begun(by: User, second: User, **choice: Any) -> Policy:
    found = approved(by, second, **choice)
    return policy.begin_applying(found, digest=found.digest, by=second, now=timezone.now())


def works(found: Policy, *, most: int = 50, **facts: Any) -> Policy:
    """A worker goes on until it is told that nothing is left."""
    messages = [found.pk]

    def send(pk: int) -> bool:
        messages.append(pk)
        return True

    while messages:
        applying.work_on(messages.pop(), now=timezone.now(), most=most, send=send, **facts)
    found.refresh_from_db()
    return found


def applied(by: User, second: User, **choice: Any) -> Policy:
    found = works(begun(by, second, **choice))
    assert found.state == PolicyState.APPLIED
    return found


def row_of(found: Policy, server: LicenseServer) -> PolicyRow:
    return PolicyRow.objects.of(found).get(server=server)


def ledger() -> list[tuple[str, str, str]]:
    """Server, program and action of every row."""
    rows = ConsentDecision.objects.order_by("sequence").select_related("server")
    return [(row.server.name, row.program, row.action) for row in rows]
