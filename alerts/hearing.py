"""Is this channel told of this notice, when, and why or why not? Facts in, one verdict with its sentence out. Pure.

The first rule that speaks counts, in the order of `_RULES`. Ours, where the reference is silent: quiet hours and
digests hold everything, however much it presses, because the ladder speaks days ahead; who wants to be woken adds a
channel without them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from alerts.channel_models import Channel, Delivery
from alerts.ladder import EVERY
from alerts.local_forms import a_moment
from alerts.models import RULES, Notice
from alerts.severity import Severity
from alerts.waiting_hours import is_quiet, next_time

Verdict, Reason = Delivery.Verdict, Notice.Reason
RULE_NAMES, UTC = dict(RULES), ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One notice, and how its alert stands at this moment. No `server_ids`: it is about the installation."""

    reason: str
    rule: str
    rung: int
    severity: Severity
    has_date: bool
    server_ids: frozenset[int] = frozenset()
    group_ids: frozenset[int] = frozenset()
    is_muted: bool = False
    acknowledged_by: str = ""
    acknowledged_severity: Severity | None = None
    snoozed_by: str = ""
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearer:
    """One channel, as far as it matters here."""

    floor: Severity = Severity.PLAN
    rules: frozenset[str] = frozenset()
    server_ids: frozenset[int] = frozenset()
    group_ids: frozenset[int] = frozenset()
    digest: str = Channel.Digest.NONE
    digest_hour: int = 7
    digest_weekday: int = 0
    quiet_from: time | None = None
    quiet_until: time | None = None
    zone: ZoneInfo = UTC
    is_escalation: bool = False
    tells_end: bool = True
    is_enabled: bool = True
    broken_because: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict, its sentence, and from when on it may be told (None when it is not)."""

    verdict: Delivery.Verdict
    because: str
    due_at: datetime | None = None


def decide(said: Said, channel: Hearer, *, now: datetime, was_told: bool = False, went_up: bool = False) -> Decision:
    """`was_told`: this channel, of this alert, before. `went_up`: an escalation channel is told of this notice."""
    circumstances = _Circumstances(said, channel, now, was_told, went_up)
    for rule in _RULES:
        if because := rule(circumstances):
            return Decision(Verdict.SKIPPED, because)
    return _when(channel, now=now)


def silenced(said: Said, *, now: datetime) -> str:
    """Why nobody is told of it at this moment, because of what a person said to it; "" when nobody said anything."""
    if said.snoozed_until and said.snoozed_until > now:
        until = a_moment(said.snoozed_until)
        return _("%(person)s snoozed it until %(moment)s UTC.") % {"person": said.snoozed_by, "moment": until}
    if said.reason in {Reason.CLOSED, Reason.WOKEN} or said.acknowledged_severity is None:
        return ""
    if said.severity.rank > said.acknowledged_severity.rank or _is_over(said):
        return ""
    words = _("%(person)s acknowledged it, and it presses no more than it did then.")
    return words % {"person": said.acknowledged_by}


@dataclass(frozen=True, slots=True)
class _Circumstances:
    said: Said
    channel: Hearer
    now: datetime
    was_told: bool
    went_up: bool


def _is_over(said: Said) -> bool:
    """Overdue speaks in any case. What has no date counts the days since it began, and speaks once a week."""
    return said.rung < 0 if said.has_date else said.rung <= -EVERY


def _off(at: _Circumstances) -> str:
    if not at.channel.is_enabled:
        return _("The channel is disabled.")
    if at.channel.broken_because:
        return (_("The channel is broken: %(reason)s") % {"reason": at.channel.broken_because})[:255]
    return ""


def _end(at: _Circumstances) -> str:
    if at.said.reason != Reason.CLOSED:
        return ""
    if not at.channel.tells_end:
        return _("The channel does not tell when something is over.")
    return "" if at.was_told else _("It is over, and the channel was never told that it began.")


def _muted(at: _Circumstances) -> str:
    is_end = at.said.reason == Reason.CLOSED
    return _("Its threshold is muted: it opens an alert and tells nobody.") if at.said.is_muted and not is_end else ""


def _person(at: _Circumstances) -> str:
    return silenced(at.said, now=at.now)


def _escalation(at: _Circumstances) -> str:
    is_escalated = at.said.reason == Reason.ESCALATED
    if at.channel.is_escalation and not is_escalated and at.said.reason != Reason.CLOSED:
        return _("The channel is told only of what nobody reacted to.")
    if is_escalated and at.went_up and not at.channel.is_escalation:
        return _("Nobody reacted, so it went to an escalation channel; this one was told before.")
    return ""


def _floor(at: _Circumstances) -> str:
    if at.said.reason == Reason.CLOSED or at.said.severity.rank >= at.channel.floor.rank:
        return ""
    words = _("“%(severity)s” is below the floor of the channel, “%(floor)s”.")
    return words % {"severity": at.said.severity.label, "floor": at.channel.floor.label}


def _rule(at: _Circumstances) -> str:
    if not at.channel.rules or at.said.rule in at.channel.rules:
        return ""
    rule = RULE_NAMES.get(at.said.rule, at.said.rule)
    return _("The channel does not tell of “%(rule)s”.") % {"rule": rule}


def _scope(at: _Circumstances) -> str:
    if not (at.channel.server_ids or at.channel.group_ids):
        return ""
    if at.said.server_ids & at.channel.server_ids or at.said.group_ids & at.channel.group_ids:
        return ""
    if not at.said.server_ids:
        return _("It is about the whole installation, and the channel tells of chosen servers only.")
    return _("None of its servers is among those, or in a group, that the channel tells of.")


_RULES: tuple[Callable[[_Circumstances], str], ...] = (
    _off, _end, _muted, _person, _escalation, _rule, _scope, _floor,
)  # fmt: skip


def _when(channel: Hearer, *, now: datetime) -> Decision:
    due, because = now, _("It goes at once.")
    if channel.digest != Channel.Digest.NONE:
        weekday = channel.digest_weekday if channel.digest == Channel.Digest.WEEKLY else None
        due = next_time(now, at=time(channel.digest_hour), zone=channel.zone, weekday=weekday)
        because = _("It waits for the digest of %(moment)s.") % {"moment": _shown(due, channel)}
    start, end = channel.quiet_from, channel.quiet_until
    if start is not None and end is not None and is_quiet(due, start=start, end=end, zone=channel.zone):
        due = next_time(due, at=end, zone=channel.zone)
        because = _("It waits for the end of the quiet hours, %(moment)s.") % {"moment": _shown(due, channel)}
    return Decision(Verdict.HELD if due > now else Verdict.WAITING, because, due)


def _shown(moment: datetime, channel: Hearer) -> str:
    return f"{a_moment(moment.astimezone(channel.zone))} {channel.zone.key}"
