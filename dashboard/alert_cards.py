"""What does a page say of an alert? Its words, its servers, who was told, and where to look; from few queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import gettext as _

from alerts.channel_models import Delivery, Message
from alerts.models import Alert, AlertServer
from alerts.retelling import retell
from alerts.severity import Severity
from dashboard.alert_places import Place, place_of
from languages.sentences import listed, listed_apart

SERVERS_NAMED = 10
GLYPHS = {Severity.ACT: "act", Severity.PLAN: "plan", Severity.WATCH: "info", Severity.UNKNOWN: "blank"}


@dataclass(slots=True)
class Told:
    """Which channels have it, which are about to, and which could not be reached."""

    told: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    @property
    def words(self) -> str:
        """One line: who knows of it. A channel that was reached once knows."""
        parts = [
            (_("told %(names)s"), self.told),
            (_("being told %(names)s"), self.waiting - self.told),
            (_("could not be told %(names)s"), self.failed - self.told - self.waiting),
        ]
        said = [words % {"names": listed(sorted(names))} for words, names in parts if names]
        return listed_apart(said) or _("nobody was told")


@dataclass(frozen=True, slots=True)
class Card:
    """One alert as the pages show it. `servers` are the first by name that are in trouble now."""

    alert: Alert
    servers: Sequence[AlertServer]
    told: Told
    place: Place | None

    @property
    def glyph(self) -> str:
        """The shape of its severity."""
        return GLYPHS[Severity(self.alert.severity)]

    @property
    def others(self) -> int:
        """How many servers are not named."""
        return max(self.alert.server_count - len(self.servers), 0)

    @property
    def is_acknowledged(self) -> bool:
        """By somebody, when it pressed as much as now or more."""
        if not self.alert.acknowledged_at:
            return False
        return self.alert.severity_rank <= Severity(self.alert.acknowledged_severity).rank


def cards_of(alerts: Iterable[Alert], *, named: Iterable[Alert] = ()) -> list[Card]:
    """The cards of these alerts, in their order; two queries, however many there are.

    `named` are rows that a page shows by their title alone; the same look gives them the words of the reader.
    """
    found = list(alerts)
    retell([*found, *named], now=timezone.now())
    servers, told = _servers_of(found), _told_of(found)
    return [Card(one, servers[one.pk], told[one.pk], _place(one, servers[one.pk])) for one in found]


def _place(alert: Alert, servers: Sequence[AlertServer]) -> Place | None:
    alone = servers[0].server if len(servers) == 1 and alert.server_count <= 1 else None
    return place_of(alert.rule, alone, feature=alert.feature)


def _servers_of(alerts: Sequence[Alert]) -> dict[int, list[AlertServer]]:
    """Of an alert that is over, the servers that were in it last."""
    first = Window(RowNumber(), partition_by="alert_id", order_by=[F("gone_at").desc(nulls_first=True), "server__name"])
    rows = AlertServer.objects.filter(alert__in=alerts).select_related("server").annotate(number=first)
    found: dict[int, list[AlertServer]] = defaultdict(list)
    open_alerts = {one.pk for one in alerts if not one.closed_at}
    for row in rows.filter(number__lte=SERVERS_NAMED).order_by("number"):
        if not (row.gone_at and row.alert_id in open_alerts):
            found[row.alert_id].append(row)
    return found


def _told_of(alerts: Sequence[Alert]) -> dict[int, Told]:
    rows = Delivery.objects.filter(notice__alert__in=alerts).exclude(verdict=Delivery.Verdict.SKIPPED)
    found: dict[int, Told] = defaultdict(Told)
    facts = rows.values_list("notice__alert_id", "channel__name", "message__state").distinct()
    for alert_id, channel, state in facts.order_by("channel__name"):
        told = found[alert_id]
        if state == Message.State.DELIVERED:
            told.told.add(channel)
        elif state == Message.State.FAILED:
            told.failed.add(channel)
        else:
            told.waiting.add(channel)
    return found
