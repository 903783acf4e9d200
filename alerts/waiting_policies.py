"""Which policies wait for their second person, to be applied or to be undone? In two queries for any number."""

from alerts.facts import WaitingPolicy
from programs.policy_models import Policy, PolicyState, PolicyUndo


def waiting_policies() -> list[WaitingPolicy]:
    """Those that somebody proposed and nobody answered, the oldest first."""
    proposed = Policy.objects.filter(state=PolicyState.PROPOSED).order_by("proposed_at", "pk")
    undone = PolicyUndo.objects.filter(state=PolicyUndo.State.PROPOSED).select_related("policy")
    return [
        *(WaitingPolicy(one.pk, one.name, one.proposer, one.proposed_at, False) for one in proposed if one.proposed_at),
        *(
            WaitingPolicy(one.pk, one.policy.name, one.proposer, one.proposed_at, True)
            for one in undone.order_by("proposed_at", "pk")
        ),
    ]
