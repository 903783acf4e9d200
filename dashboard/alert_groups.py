"""Which alerts does the page show, in which groups? What presses most stands first; silence is named, not hidden."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, F, When
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from alerts.models import RULES, Alert, AlertQuerySet
from alerts.severity import Severity
from dashboard.alert_cards import Card, cards_of
from dashboard.keyset_pages import Page, asked_page
from servers.models import LicenseServer

SHOWN = 8  # of each group; all of one group stand on pages of their own
SNOOZED_NAMED = 3
SNOOZED = "snoozed"
TITLES: dict[str, str] = {
    Severity.ACT: gettext_noop("Act this week"),
    Severity.PLAN: gettext_noop("Plan this month"),
    Severity.WATCH: gettext_noop("Watch"),
    Severity.UNKNOWN: gettext_noop("Could not be checked"),
    SNOOZED: gettext_noop("Snoozed"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """The alerts of one severity that are not snoozed: how many, and the first of them; and the same of the snoozed."""

    key: str
    count: int
    cards: Sequence[Card]
    snoozed_count: int = 0
    snoozed: Sequence[Alert] = ()
    page: Page[Alert] | None = None

    @property
    def title(self) -> str:
        """Its heading."""
        return _(TITLES[self.key])


@dataclass(frozen=True, slots=True)
class Cause:
    """One rule with the number of its alerts that nobody acknowledged."""

    rule: str
    words: str
    count: int


def open_alerts(server: LicenseServer | None, *, rule: str = "") -> AlertQuerySet:
    """The open alerts of one server or of all, perhaps of one rule."""
    found = Alert.objects.open()
    if server:
        found = found.filter(servers__server=server, servers__gone_at__isnull=True)
    return found.filter(rule=rule) if rule else found


def groups_of(alerts: AlertQuerySet) -> list[Group]:
    """Four groups, each with what ends first on top; a group without alerts is left out."""
    ordered = alerts.order_by(F("due").asc(nulls_last=True), "opened_at", "id")
    awake, asleep = ordered.filter(snoozed_until__isnull=True), ordered.filter(snoozed_until__isnull=False)
    counts, sleeping = _counts(awake), _counts(asleep)
    shown = {level: list(awake.filter(severity=level)[:SHOWN]) for level in counts}
    snoozed = {level: list(asleep.filter(severity=level)[:SNOOZED_NAMED]) for level in sleeping}
    alerts_shown, named = ([one for rows in found.values() for one in rows] for found in (shown, snoozed))
    cards = {card.alert.pk: card for card in cards_of(alerts_shown, named=named)}
    return [
        Group(
            level,
            counts.get(level, 0),
            [cards[one.pk] for one in shown.get(level, [])],
            sleeping.get(level, 0),
            snoozed.get(level, []),
        )
        for level in TITLES
        if level in counts or level in sleeping
    ]


def most_pressing(server: LicenseServer, *, most: int) -> tuple[list[Card], int]:
    """Of a server: the first of its open alerts that are not snoozed, what presses most on top, and how many in all."""
    awake = open_alerts(server).filter(snoozed_until__isnull=True).exclude(severity=Severity.UNKNOWN)
    rank = Case(*(When(severity=level, then=level.rank) for level in Severity))
    return cards_of(awake.order_by(rank.desc(), F("due").asc(nulls_last=True), "id")[:most]), awake.count()


def whole_group(alerts: AlertQuerySet, key: str, address: QueryDict) -> Group:
    """One group on pages of its own, what opened last on top."""
    if key == SNOOZED:
        rows = alerts.filter(snoozed_until__isnull=False)
    else:
        rows = alerts.filter(snoozed_until__isnull=True, severity=key)
    page = asked_page(rows, address, column="opened_at")
    return Group(key, rows.count(), cards_of(page.rows), page=page)


def _counts(alerts: AlertQuerySet) -> dict[str, int]:
    return dict(alerts.order_by().values_list("severity").annotate(count=Count("id")))


def causes_of(alerts: AlertQuerySet) -> list[Cause]:
    """The rules of these alerts, by name, with how many of each wait for somebody."""
    waiting = alerts.filter(snoozed_until__isnull=True).exclude(severity=F("acknowledged_severity"))
    names = dict(RULES)
    counts = waiting.values_list("rule").annotate(count=Count("id")).order_by("rule")
    return [Cause(rule, str(names.get(rule, rule)), count) for rule, count in counts]
