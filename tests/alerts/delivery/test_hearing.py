"""Does each notice end, for each channel, in one verdict with the sentence that a person asks for?"""

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.clock import Kind
from alerts.hearing import Hearer, Reason, Said, Verdict, decide, silenced
from alerts.models import Condition
from alerts.severity import Severity
from tests.alerts.delivery.conftest import NOW

STEP = Said(
    reason=Reason.STEP, rule=Kind.LICENSE_EXPIRY, rung=30, severity=Severity.PLAN, has_date=True,
    server_ids=frozenset({1, 2}), group_ids=frozenset({7}),
)  # fmt: skip
ACKNOWLEDGED: dict[str, Any] = {"acknowledged_by": "ben", "acknowledged_severity": Severity.PLAN}
SNOOZED: dict[str, Any] = {"snoozed_by": "ben", "snoozed_until": NOW + timedelta(days=6)}
NIGHT: dict[str, Any] = {"quiet_from": time(20), "quiet_until": time(6), "zone": ZoneInfo("Europe/Amsterdam")}
EVENING = NOW.replace(hour=21)

SKIPPED: list[tuple[dict[str, Any], dict[str, Any], dict[str, bool], str]] = [
    ({}, {"is_enabled": False}, {}, "The channel is disabled."),
    ({}, {"broken_because": "550 no such mailbox"}, {}, "The channel is broken: 550 no such mailbox"),
    ({}, {"floor": Severity.ACT}, {}, "“Plan this month” is below the floor of the channel, “Act this week”."),
    ({}, {"rules": frozenset({Condition.USAGE})}, {}, "The channel does not tell of “License expiry”."),
    ({}, {"server_ids": frozenset({3})}, {}, "None of its servers is among those, or in a group, that the channel"),
    ({}, {"group_ids": frozenset({8})}, {}, "None of its servers is among those, or in a group, that the channel"),
    ({"server_ids": frozenset()}, {"server_ids": frozenset({3})}, {}, "It is about the whole installation"),
    ({"is_muted": True}, {}, {}, "Its threshold is muted: it opens an alert and tells nobody."),
    (ACKNOWLEDGED, {}, {}, "ben acknowledged it, and it presses no more than it did then."),
    (SNOOZED, {}, {}, "ben snoozed it until 2026-03-16 09:42 UTC."),
    ({**SNOOZED, "severity": Severity.ACT, "rung": -7}, {}, {}, "ben snoozed it until"),
    ({**SNOOZED, "reason": Reason.CLOSED}, {}, {"was_told": True}, "ben snoozed it until"),
    ({}, {"is_escalation": True}, {}, "The channel is told only of what nobody reacted to."),
    ({"reason": Reason.ESCALATED}, {}, {"went_up": True}, "Nobody reacted, so it went to an escalation channel"),
    ({"reason": Reason.CLOSED}, {}, {}, "It is over, and the channel was never told that it began."),
    ({"reason": Reason.CLOSED}, {"tells_end": False}, {"was_told": True}, "The channel does not tell when something"),
]
TOLD: list[tuple[dict[str, Any], dict[str, Any], dict[str, bool]]] = [
    ({}, {}, {}),
    ({}, {"floor": Severity.PLAN, "rules": frozenset({Kind.LICENSE_EXPIRY}), "server_ids": frozenset({2})}, {}),
    ({}, {"server_ids": frozenset({3}), "group_ids": frozenset({7})}, {}),
    ({"server_ids": frozenset()}, {}, {}),
    ({**ACKNOWLEDGED, "severity": Severity.ACT, "rung": 7}, {}, {}),  # presses more than it did
    ({**ACKNOWLEDGED, "rung": -1}, {}, {}),  # overdue speaks in any case
    ({**ACKNOWLEDGED, "rung": -7, "has_date": False}, {}, {}),
    ({**SNOOZED, "snoozed_until": NOW}, {}, {}),
    ({**ACKNOWLEDGED, "reason": Reason.WOKEN}, {}, {}),  # "tell me later" was asked for
    ({"reason": Reason.ESCALATED}, {"is_escalation": True}, {}),
    ({"reason": Reason.ESCALATED}, {}, {}),  # there is no escalation channel that is told
    ({"reason": Reason.CLOSED}, {}, {"was_told": True}),
    ({"reason": Reason.CLOSED}, {"is_escalation": True, "floor": Severity.ACT}, {"was_told": True}),
    ({"reason": Reason.CLOSED, "is_muted": True, **ACKNOWLEDGED}, {}, {"was_told": True}),
]


@pytest.mark.parametrize(("said", "channel", "before", "sentence"), SKIPPED)
def test_it_says_why_nobody_is_told(
    said: dict[str, Any], channel: dict[str, Any], before: dict[str, bool], sentence: str
) -> None:
    decision = decide(replace(STEP, **said), Hearer(**channel), now=NOW, **before)
    assert (decision.verdict, decision.due_at) == (Verdict.SKIPPED, None)
    assert decision.because.startswith(sentence)


@pytest.mark.parametrize(("said", "channel", "before"), TOLD)
def test_it_goes_at_once(said: dict[str, Any], channel: dict[str, Any], before: dict[str, bool]) -> None:
    decision = decide(replace(STEP, **said), Hearer(**channel), now=NOW, **before)
    assert (decision.verdict, decision.because, decision.due_at) == (Verdict.WAITING, "It goes at once.", NOW)


def test_what_began_without_a_date_keeps_quiet_between_its_weeks() -> None:
    on_hold = replace(STEP, **ACKNOWLEDGED, has_date=False, rung=-1)
    assert silenced(on_hold, now=NOW).startswith("ben acknowledged it")


def test_quiet_hours_hold_everything_until_they_end() -> None:
    for severity in Severity:
        decision = decide(replace(STEP, severity=severity), Hearer(**NIGHT, floor=Severity.UNKNOWN), now=EVENING)
        assert (decision.verdict, decision.due_at) == (Verdict.HELD, datetime.fromisoformat("2026-03-11T05:00Z"))
        assert decision.because == "It waits for the end of the quiet hours, 2026-03-11 06:00 Europe/Amsterdam."
    assert decide(STEP, Hearer(**NIGHT), now=NOW).verdict == Verdict.WAITING


def test_a_digest_waits_for_its_hour_and_for_the_end_of_the_night() -> None:
    daily = decide(STEP, Hearer(digest="daily", digest_hour=7), now=NOW)
    assert (daily.verdict, daily.due_at) == (Verdict.HELD, datetime.fromisoformat("2026-03-11T07:00Z"))
    assert daily.because == "It waits for the digest of 2026-03-11 07:00 UTC."
    weekly = decide(STEP, Hearer(digest="weekly", digest_hour=7, digest_weekday=4), now=NOW)
    assert weekly.due_at == datetime.fromisoformat("2026-03-13T07:00Z")
    early = decide(STEP, Hearer(digest="daily", digest_hour=5, **NIGHT), now=NOW)
    assert early.due_at == datetime.fromisoformat("2026-03-11T05:00Z")
    assert early.because.startswith("It waits for the end of the quiet hours")


moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(NOW.tzinfo))  # type: ignore[arg-type]
saids = st.builds(
    Said,
    reason=st.sampled_from(Reason.values),
    rule=st.sampled_from([*Kind.values, *Condition.values]),
    rung=st.integers(-3650, 3650),
    severity=st.sampled_from(Severity),
    has_date=st.booleans(),
    server_ids=st.frozensets(st.integers(1, 4)),
    group_ids=st.frozensets(st.integers(1, 4)),
    is_muted=st.booleans(),
    acknowledged_by=st.just("ben"),
    acknowledged_severity=st.none() | st.sampled_from(Severity),
    snoozed_until=st.none() | moments,
)
hearers = st.builds(
    Hearer,
    floor=st.sampled_from(Severity),
    rules=st.frozensets(st.sampled_from([*Kind.values, *Condition.values]), max_size=3),
    server_ids=st.frozensets(st.integers(1, 4), max_size=2),
    group_ids=st.frozensets(st.integers(1, 4), max_size=2),
    digest=st.sampled_from(["none", "daily", "weekly"]),
    digest_hour=st.integers(0, 23),
    digest_weekday=st.integers(0, 6),
    quiet_from=st.just(time(22)),
    quiet_until=st.just(time(6)),
    zone=st.sampled_from([ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")]),
    is_escalation=st.booleans(),
    tells_end=st.booleans(),
    is_enabled=st.booleans(),
    broken_because=st.sampled_from(["", "410 Gone" * 60]),
)


@given(said=saids, channel=hearers, now=moments, was_told=st.booleans(), went_up=st.booleans())
def test_whatever_is_said_to_whomever_has_one_verdict_with_a_sentence(
    said: Said, channel: Hearer, now: datetime, *, was_told: bool, went_up: bool
) -> None:
    decision = decide(said, channel, now=now, was_told=was_told, went_up=went_up)
    assert 0 < len(decision.because) <= 255
    if decision.verdict == Verdict.SKIPPED:
        assert decision.due_at is None
        return
    assert channel.is_enabled
    assert not silenced(said, now=now)
    assert decision.due_at is not None
    assert now <= decision.due_at <= now + timedelta(days=8)
    assert (decision.verdict == Verdict.HELD) == (decision.due_at > now)
