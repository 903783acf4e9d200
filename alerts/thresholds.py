"""Which ladder counts here? The narrowest that somebody set: product on a server, product, group, installation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from alerts import ladder
from alerts.clock import Kind
from alerts.models import Condition, Threshold
from servers.models import LicenseServer, ServerGroup

USAGE = (90, 100)  # percent in use
ESCALATE_AFTER_DAYS = 3  # ours: a weekend passes, and then somebody else hears of it
MOST_STEPS = 20
MOST_PERCENT = 1000
SILENT = frozenset({Kind.REGISTRATION})  # a code lives for minutes: a clock, and no message


class ThresholdRefused(Exception):
    """Nothing was changed; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """What counts for one rule somewhere."""

    days: tuple[int, ...] = ladder.DEFAULT
    percent: tuple[int, ...] = USAGE
    is_muted: bool = False
    escalate_after_days: int = ESCALATE_AFTER_DAYS
    own_source: str = ""
    pk: int | None = None

    @property
    def source(self) -> str:
        """Who set it, for people."""
        return self.own_source or _("Default ladder")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a ladder is for. `rule` "" is every clock; all of it empty is the installation."""

    rule: str = ""
    group: ServerGroup | None = None
    feature: str = ""
    server: LicenseServer | None = None

    @property
    def key(self) -> str:
        """The same scope has the same text, so that the database refuses a second ladder for it."""
        group, server = self.group.pk if self.group else "", self.server.pk if self.server else ""
        return f"{self.rule}|{group}|{self.feature}|{server}"


class Ladders:
    """Every ladder that somebody set, read once and looked up many times."""

    def __init__(self, rows: Iterable[Threshold]) -> None:
        self._known = {_place(one): one for one in rows}
        self._answers: dict[tuple[str, int | None, str, int | None], Ladder] = {}

    @classmethod
    def read(cls) -> "Ladders":
        """From the database, in one question."""
        return cls(Threshold.objects.select_related("group", "server"))

    def find(self, rule: str, *, group: int | None = None, feature: str = "", server: int | None = None) -> Ladder:
        """The ladder that counts there. Of two that are equally narrow the one for this very rule counts."""
        if not self._known:
            return Ladder()
        asked = (rule, group, feature, server)
        if asked not in self._answers:
            self._answers[asked] = self._look_up(*asked)
        return self._answers[asked]

    def _look_up(self, rule: str, group: int | None, feature: str, server: int | None) -> Ladder:
        places: list[tuple[int | None, str, int | None]] = [(None, feature, server)] if feature and server else []
        places += [(None, feature, None)] if feature else []
        places += [(group, "", None)] if group else []
        for place in (*places, (None, "", None)):
            for name in (rule, ""):
                if (found := self._known.get((name, *place))) is not None:
                    return _ladder(found)
        return Ladder()


def save_threshold(
    scope: Scope,
    *,
    days: Sequence[int] = (),
    percent: Sequence[int] = (),
    is_muted: bool = False,
    escalate_after_days: int | None = None,
    by: User,
    now: datetime,
) -> Threshold:
    """Set the ladder of a scope, or change it. Empty steps are those of the default. Raises ThresholdRefused."""
    facts = checked_facts(scope, days=days, percent=percent, is_muted=is_muted, escalate_after_days=escalate_after_days)
    facts |= {"changed_at": now, "changed_by": by.username}
    with transaction.atomic():
        row, _ = Threshold.objects.update_or_create(key=scope.key, defaults=facts)
    return row


def checked_facts(
    scope: Scope,
    *,
    days: Sequence[int] = (),
    percent: Sequence[int] = (),
    is_muted: bool = False,
    escalate_after_days: int | None = None,
) -> dict[str, Any]:
    """The columns of a threshold. Raises ThresholdRefused for what cannot be one."""
    _refuse_scope(scope)
    if escalate_after_days is not None and not 0 < escalate_after_days <= 365:
        raise ThresholdRefused(_("Escalate after 1 to 365 days, or leave it empty. Nothing was changed."))
    return {
        "rule": scope.rule, "group": scope.group, "feature": scope.feature, "server": scope.server,
        "days": _steps(
            days, most=ladder.MOST_DAYS, why=_("At most %(steps)s steps of 0 to %(most)s days. Nothing was changed.")
        ),
        "percent": _steps(
            percent, most=MOST_PERCENT, why=_("At most %(steps)s steps of 0 to %(most)s percent. Nothing was changed.")
        ),
        "is_muted": is_muted, "escalate_after_days": escalate_after_days,
    }  # fmt: skip


def remove_threshold(threshold: Threshold) -> None:
    """The wider ladder counts again."""
    threshold.delete()


def steps_from_words(words: str) -> list[int]:
    """Whole numbers with anything between them. Raises ThresholdRefused."""
    parts = words.replace(",", " ").replace("/", " ").replace(";", " ").split()
    if not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        raise ThresholdRefused(_("Write whole numbers, for example 90 30 7 1 0. Nothing was changed."))
    return [int(part) for part in parts]


def in_words(threshold: Threshold) -> str:
    """For whom and what a ladder is, as a page says it."""
    facts = {"rule": dict([*Kind.choices, *Condition.choices]).get(threshold.rule, _("Every clock"))}
    if threshold.server:
        facts |= {"product": threshold.feature, "server": threshold.server.name}
        return _("%(rule)s, %(product)s on %(server)s") % facts
    if threshold.feature:
        return _("%(rule)s, %(product)s") % (facts | {"product": threshold.feature})
    if threshold.group:
        return _("%(rule)s, group %(group)s") % (facts | {"group": threshold.group.name})
    return _("%(rule)s, the installation") % facts


def _refuse_scope(scope: Scope) -> None:
    if scope.rule and scope.rule not in {*Kind.values, *Condition.values}:
        raise ThresholdRefused(_("There is no such rule. Nothing was changed."))
    if scope.server and (scope.group or not scope.feature):
        raise ThresholdRefused(_("A ladder for a server names a product, and no group. Nothing was changed."))
    if scope.group and scope.feature:
        raise ThresholdRefused(_("Choose a group or a product, not both. Nothing was changed."))


def _steps(steps: Sequence[int], *, most: int, why: str) -> list[int]:
    wanted = sorted(set(steps), reverse=True)
    if len(wanted) > MOST_STEPS or any(not 0 <= step <= most for step in wanted):
        raise ThresholdRefused(why % {"steps": MOST_STEPS, "most": most})
    return wanted


def _place(row: Threshold) -> tuple[str, int | None, str, int | None]:
    return (row.rule, row.group_id, row.feature, row.server_id)


def _ladder(row: Threshold) -> Ladder:
    source = _("Ladder for %(scope)s") % {"scope": in_words(row)}
    found = Ladder(is_muted=row.is_muted, own_source=source, pk=row.pk)
    if row.days:
        found = replace(found, days=tuple(row.days))
    if row.percent:
        found = replace(found, percent=tuple(sorted(row.percent)))
    return replace(found, escalate_after_days=row.escalate_after_days) if row.escalate_after_days else found
