"""What is wrong without a date? Uploads that fail, files nobody understood, consent on hold, licenses in use. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from alerts.facts import Failing, ServerFacts, Unread, Usage
from alerts.finding import Finding
from alerts.ladder import rung_of
from alerts.models import Condition
from alerts.severity import Severity
from alerts.thresholds import Ladder, Ladders
from programs.catalog import programs
from uploads.explanations import explain_cause


def findings_of_conditions(server: ServerFacts, ladders: Ladders, *, now: datetime) -> Iterator[Finding]:
    """Everything that is wrong on one server now."""

    def ladder(rule: str, feature: str = "") -> Ladder:
        return ladders.find(rule, group=server.group_id, feature=feature, server=server.pk)

    yield from _failing(server, ladder(Condition.UPLOADS_FAIL), ladder(Condition.UPLOAD_REFUSED), now=now)
    for one in server.unread:
        yield _unread(server, one, ladder(Condition.INPUT_NOT_READ))
    for code, count in server.held.items():
        yield _held(server, code, count, ladder(Condition.CONSENT_ON_HOLD))
    if server.is_provider:
        yield _provider(server, ladder(Condition.PROVIDER_DETECTED))
    for use in server.usage:
        yield from _usage(server, use, ladder(Condition.USAGE, use.feature))


def _failing(server: ServerFacts, fails: Ladder, refused: Ladder, *, now: datetime) -> Iterator[Finding]:
    """One for each cause: programs that fail for the same one have one trouble."""
    causes: dict[tuple[str, bool], list[Failing]] = defaultdict(list)
    for one in server.failing:
        causes[one.cause, one.is_refused].append(one)
    for (cause, is_refused), same in causes.items():
        since = min(one.since for one in same)
        known, days = explain_cause(cause or "unknown"), max((now - since) // timedelta(days=1), 0)
        names = ", ".join(sorted({programs()[one.program].name for one in same if one.program in programs()}))
        rule = Condition.UPLOAD_REFUSED if is_refused else Condition.UPLOADS_FAIL
        ladder = refused if is_refused else fails
        yield Finding(
            rule=rule, problem=f"{rule}|{cause}", rung=rung_of(-days, ()) if days else 0,
            severity=Severity.PLAN if is_refused or days else Severity.WATCH,
            title=f"{'Uploads were refused' if is_refused else 'Uploads fail'}: {known.title}",
            detail=known.cause, action=known.fix, is_muted=ladder.is_muted,
            escalate_after_days=ladder.escalate_after_days, server_id=server.pk,
            evidence=f"{names}: {_times(sum(one.count for one in same))} since {since:%Y-%m-%d %H:%M} UTC.",
        )  # fmt: skip


def _unread(server: ServerFacts, one: Unread, ladder: Ladder) -> Finding:
    what = "was not imported" if one.is_rejected else f"has {_lines(one.problems)} that nobody understood"
    return Finding(
        rule=Condition.INPUT_NOT_READ, problem=f"{Condition.INPUT_NOT_READ}|{server.pk}|{one.kind}", rung=0,
        severity=Severity.WATCH, title=f"{one.name} of {server.name} {what}"[:255],
        detail="What it says beyond that is not known here, and nothing was guessed.",
        action="Open the import result: it shows each line and why. Send a whole file, or report the format.",
        is_muted=ladder.is_muted, server_id=server.pk, evidence=f"Received on {one.received_at:%Y-%m-%d %H:%M} UTC.",
    )  # fmt: skip


def _held(server: ServerFacts, code: str, count: int, ladder: Ladder) -> Finding:
    name = programs()[code].name
    return Finding(
        rule=Condition.CONSENT_ON_HOLD, problem=f"{Condition.CONSENT_ON_HOLD}|{code}", rung=0, severity=Severity.PLAN,
        title=f"New data elements of {name} wait for a decision",
        detail="They are held back; everything that was agreed to is sent as before.",
        action="Accept or refuse them on the page of the program.", is_muted=ladder.is_muted,
        escalate_after_days=ladder.escalate_after_days, server_id=server.pk, evidence=f"{count} elements are held.",
    )  # fmt: skip


def _provider(server: ServerFacts, ladder: Ladder) -> Finding:
    return Finding(
        rule=Condition.PROVIDER_DETECTED, problem=str(Condition.PROVIDER_DETECTED), rung=0, severity=Severity.WATCH,
        title="Service-provider licenses were detected",
        detail="While they are, Call Home is enforced: it cannot be switched off, and names users and devices.",
        action="Nothing if it is true. Otherwise overrule it on the page Usage and statistics.",
        is_muted=ladder.is_muted, server_id=server.pk, evidence=server.provider_evidence or "An administrator says so.",
    )  # fmt: skip


def _usage(server: ServerFacts, use: Usage, ladder: Ladder) -> Iterator[Finding]:
    """The rung is 100 less the percent that was reached, so that it falls as it gets worse."""
    common = f"{Condition.USAGE}|{server.pk}|{use.feature}"
    if use.peak is None:
        yield Finding(
            rule=Condition.USAGE, problem=f"{common}|unknown", severity=Severity.UNKNOWN, rung=0, server_id=server.pk,
            title=f"Use of {use.feature} on {server.name} is not known since {use.day}"[:255], feature=use.feature,
            detail="Use was reported before, and no longer. That is not zero, so nothing was judged.",
            action="See whether the reports of the server still arrive, and whether they list this product.",
            is_muted=ladder.is_muted, evidence=f"Last reported on {use.day}.",
        )  # fmt: skip
        return
    percent = _percent(use)
    step = max((one for one in ladder.percent if percent is not None and one <= percent), default=None)
    if step is None or percent is None:
        return
    yield Finding(
        rule=Condition.USAGE, problem=common, rung=100 - step, server_id=server.pk, feature=use.feature,
        severity=Severity.ACT if step >= 100 else Severity.PLAN, is_muted=ladder.is_muted,
        escalate_after_days=ladder.escalate_after_days,
        title=f"{use.feature} on {server.name}: {percent} % in use"[:255],
        detail=f"At the highest of the last week {use.peak:,} of {use.of:,} were in use, on {use.day}.",
        action="Release assignments that nobody needs, or install more licenses.",
        evidence=f"{use.peak:,} of {use.of:,} on {use.day}, overdraft included as the source counts it.",
    )  # fmt: skip


def _percent(use: Usage) -> int | None:
    """Rounded down; None where the source names no number of licenses."""
    return use.peak * 100 // use.of if use.peak is not None and use.of else None


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"
