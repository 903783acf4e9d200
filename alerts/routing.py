"""Who is told of what? For every notice and every channel one row with its verdict, also where nobody is told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from alerts.channel_models import Channel, Delivery, Message
from alerts.hearing import Decision, Hearer, Reason, Said, Verdict, decide
from alerts.models import Alert, AlertServer, Notice
from alerts.severity import Severity

BATCH = 1000  # rows of one INSERT, where the database takes as many
IDS = 500  # of one question: a database takes no list of any length


def route(notices: Sequence[Notice], *, now: datetime, muted: Iterable[int] = ()) -> list[Delivery]:
    """One delivery for each notice and channel; those that are there already stay as they are.

    `muted` are the alerts whose threshold tells nobody. The number of queries does not grow with the channels, and with
    the notices only by batches. Call it in the transaction that made the notices, their alerts as they stand now.
    """
    channels = list(Channel.objects.prefetch_related("groups", "servers"))
    if not notices or not channels:
        return []
    hearers = {channel.pk: hearer_of(channel) for channel in channels}
    facts = facts_of(notices, hearers.values(), muted=frozenset(muted))
    told = _told_before([notice.alert_id for notice in notices if notice.reason == Reason.CLOSED])
    rows = [
        Delivery(
            notice=notice, channel_id=channel_id, verdict=decision.verdict, because=decision.because[:255],
            due_at=decision.due_at,
        )
        for notice in notices
        for channel_id, decision in _decisions(facts.said(notice), hearers, told[notice.alert_id], now=now).items()
    ]  # fmt: skip
    Delivery.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return rows


def hearer_of(channel: Channel) -> Hearer:
    """What matters of a channel for a decision."""
    return Hearer(
        floor=Severity(channel.floor),
        rules=frozenset(channel.rules),
        server_ids=frozenset(one.pk for one in channel.servers.all()),
        group_ids=frozenset(one.pk for one in channel.groups.all()),
        digest=channel.digest,
        digest_hour=channel.digest_hour,
        digest_weekday=channel.digest_weekday,
        quiet_from=channel.quiet_from,
        quiet_until=channel.quiet_until,
        zone=ZoneInfo(channel.time_zone),
        is_escalation=channel.is_escalation,
        tells_end=channel.tells_end,
        is_enabled=channel.is_enabled,
        broken_because=(channel.broken_because or "unknown") if channel.broken_at else "",
    )


def said_of(
    notice: Notice,
    *,
    is_muted: bool = False,
    server_ids: frozenset[int] = frozenset(),
    group_ids: frozenset[int] = frozenset(),
) -> Said:
    """A notice, and how its alert stands."""
    alert: Alert = notice.alert
    return Said(
        reason=notice.reason,
        rule=alert.rule,
        rung=notice.rung,
        severity=Severity(notice.severity),
        has_date=alert.due is not None,
        acknowledged_by=alert.acknowledged_by,
        acknowledged_severity=Severity(alert.acknowledged_severity) if alert.acknowledged_at else None,
        snoozed_by=alert.snoozed_by,
        snoozed_until=alert.snoozed_until,
        is_muted=is_muted,
        server_ids=server_ids,
        group_ids=group_ids,
    )


@dataclass(slots=True)
class Facts:
    """Which alerts are muted, and which servers and groups they are about."""

    muted: frozenset[int]
    servers: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    groups: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def said(self, notice: Notice) -> Said:
        """The notice with all of it."""
        alert_id = notice.alert_id
        return said_of(
            notice,
            is_muted=alert_id in self.muted,
            server_ids=frozenset(self.servers.get(alert_id, ())),
            group_ids=frozenset(self.groups.get(alert_id, ())),
        )


def facts_of(notices: Sequence[Notice], hearers: Iterable[Hearer], *, muted: frozenset[int]) -> Facts:
    """What a decision needs beside notice and channel.

    Servers are asked for only where a channel tells of chosen ones. Those that are out of the trouble count too for its
    end: nobody else would be told.
    """
    facts = Facts(muted)
    if not any(hearer.server_ids or hearer.group_ids for hearer in hearers):
        return facts
    over = {notice.alert_id for notice in notices if notice.reason == Reason.CLOSED}
    rows = AlertServer.objects.filter(any_of("alert", {notice.alert_id for notice in notices}))
    for alert_id, server_id, group_id, gone_at in rows.values_list(
        "alert_id", "server_id", "server__group_id", "gone_at"
    ):
        if gone_at is None or alert_id in over:
            facts.servers[alert_id].add(server_id)
            if group_id is not None:
                facts.groups[alert_id].add(group_id)
    return facts


def _told_before(alert_ids: Sequence[int]) -> defaultdict[int, set[int]]:
    """By alert, the channels that were told of it, or are about to be."""
    told: defaultdict[int, set[int]] = defaultdict(set)
    if alert_ids:
        rows = Delivery.objects.filter(any_of("notice__alert", set(alert_ids)))
        rows = rows.exclude(verdict=Verdict.SKIPPED).exclude(message__state=Message.State.FAILED)
        for alert_id, channel_id in rows.values_list("notice__alert_id", "channel_id").distinct():
            told[alert_id].add(channel_id)
    return told


def any_of(name: str, ids: set[int]) -> Q:
    """A database takes no list of any length; a range around many ids reads a little more than it needs to."""
    if len(ids) <= IDS:
        return Q(**{f"{name}_id__in": ids})
    return Q(**{f"{name}_id__gte": min(ids), f"{name}_id__lte": max(ids)})


def _decisions(
    said: Said, hearers: dict[int, Hearer], told: set[int], *, now: datetime
) -> dict[int, Decision]:  # fmt: skip
    """Escalation channels first: the others have to know whether one of them is told."""
    found: dict[int, Decision] = {}
    for channel_id, hearer in sorted(hearers.items(), key=lambda item: not item[1].is_escalation):
        went_up = said.reason == Reason.ESCALATED and any(one.verdict != Verdict.SKIPPED for one in found.values())
        found[channel_id] = decide(said, hearer, now=now, was_told=channel_id in told, went_up=went_up)
    return found
