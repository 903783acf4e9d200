"""Where does a policy stand? What its dry run came to, what applying did, whom it did not reach, and its texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from programs.catalog import programs
from programs.codes import CALL_HOME, CEIP, EVENT_DATA, TELEMETRY
from programs.models import Action
from programs.policy_models import Outcome, Policy, PolicyRow, Switch
from programs.policy_plan import SETTINGS, servers_of
from programs.texts import ShownText, decision_text, sharing_text
from servers.models import ReportingMode


@dataclass(frozen=True, slots=True)
class Totals:
    """How many servers a policy changes, leaves as they are, and is refused by; and the same for each setting."""

    outcomes: Mapping[str, int]
    settings: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    refusing: int = 0  # servers that refuse in any setting, also where another one changes
    growing: int = 0  # servers on which elements that are held back would be accepted

    @property
    def servers(self) -> int:
        """All of them."""
        return sum(self.outcomes.values())

    @property
    def holding(self) -> int:
        """Servers on which elements that are held back stay so, or where there are none."""
        return self.servers - self.growing


def totals_of(policy: Policy) -> Totals:
    """What the dry run that is kept came to, in one query for each setting."""
    rows = PolicyRow.objects.of(policy).order_by()
    settings = {
        setting: _counted(rows.exclude(**{setting: ""}).values_list(setting).annotate(Count("pk")))
        for setting in SETTINGS
        if getattr(policy, setting)
    }
    refusing = PolicyRow.objects.of(policy).refusing().count()
    growing = rows.exclude(facts__grows=[]).count()
    return Totals(_counted(rows.values_list("outcome").annotate(Count("pk"))), settings, refusing, growing)


def results_of(policy: Policy) -> dict[str, int]:
    """How many servers came to which result; "" counts those that wait."""
    return dict(PolicyRow.objects.of(policy).order_by().values_list("result").annotate(Count("pk")))


def not_yet(policy: Policy) -> int:
    """Servers of the group that no version of this policy reached: they joined later."""
    reached = PolicyRow.objects.filter(policy=policy).exclude(result="").values("server_id")
    return servers_of(policy).exclude(pk__in=reached).count()


def texts_of(policy: Policy) -> dict[str, ShownText]:
    """The exact text of each setting, which goes into the ledger with every decision."""
    found = {}
    if policy.sharing:
        found["sharing"] = sharing_text(programs()[CALL_HOME], programs()[CEIP])
    if policy.event_data:
        action = Action.GRANT if policy.event_data == Switch.ON else Action.WITHDRAW
        found["event_data"] = decision_text(programs()[EVENT_DATA], action)
    if policy.reporting_mode:
        electronic = policy.reporting_mode == ReportingMode.ELECTRONIC
        action = Action.REPORT_ELECTRONICALLY if electronic else Action.REPORT_MANUALLY
        found["reporting_mode"] = decision_text(programs()[TELEMETRY], action)
    return found


def _counted(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    return {**dict.fromkeys(Outcome.values, 0), **dict(pairs)}
