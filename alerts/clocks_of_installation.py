"""What may go wrong with Licensing Manager itself, and when? Pure. All periods here are ours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from alerts.clock import Clock, Kind, Shape, State, state_for
from alerts.facts import InstallationFacts

BACKUP_WITHIN, LEDGER_WITHIN = timedelta(days=7), timedelta(days=30)


def clocks_of_installation(facts: InstallationFacts, *, now: datetime) -> Iterator[Clock]:
    """Certificate, disk, backup, ledger, background work."""
    yield _certificate(facts, now=now)
    yield _disk(facts, now=now)
    yield _backup(facts, now=now)
    yield _ledger(facts, now=now)
    yield _watchdog(facts, now=now)


def _certificate(facts: InstallationFacts, *, now: datetime) -> Clock:
    title, ends = "Certificate of the destination", facts.certificate_ends
    common: dict[str, Any] = {"kind": Kind.CERTIFICATE, "title": title}
    if facts.is_sandbox or not facts.sends:
        why = "The sandbox is spoken to without TLS." if facts.is_sandbox else "No server sends electronically."
        return Clock(**common, state=State.NOT_APPLICABLE, evidence=why, next_step="Nothing.")
    if facts.certificate_problem:
        return Clock(
            **common, state=State.OVERDUE, problem=f"{Kind.CERTIFICATE}|failed", days_left=-1,
            evidence=f"The last network check found: {facts.certificate_problem}.",
            next_step="Open the network check: it names the cause and the fix.",
        )  # fmt: skip
    if ends is None:
        why = (
            "No network check was made yet."
            if facts.checked_at is None
            else "The last network check saw no certificate."
        )
        return Clock(
            **common, state=State.UNKNOWN, problem=f"{Kind.CERTIFICATE}|unknown", evidence=why,
            next_step="Make a network check.",
        )  # fmt: skip
    left = (ends - now) // timedelta(days=1)
    seen = f" It was seen on {facts.checked_at:%Y-%m-%d}." if facts.checked_at else ""
    return Clock(
        **common, state=state_for(left), problem=f"{Kind.CERTIFICATE}|{ends:%Y-%m-%d}",
        evidence=f"It ends on {ends:%Y-%m-%d %H:%M} UTC. From then on nothing can be sent.{seen}",
        next_step="Whoever runs the destination renews it. Make a network check afterwards.",
        due=ends.astimezone(UTC).date(), days_left=left,
    )  # fmt: skip


def _disk(facts: InstallationFacts, *, now: datetime) -> Clock:
    common: dict[str, Any] = {"kind": Kind.DISK_FULL, "title": "Disk full, forecast", "shape": Shape.FORECAST}
    today, fix = now.astimezone(UTC).date(), "Free some space, or set DATA_DIR to a larger disk."
    if facts.disk_is_full:
        return Clock(
            **{**common, "title": "The disk is full"}, state=State.OVERDUE, problem=str(Kind.DISK_FULL),
            evidence="Only the reserve is left, so no new bundle is begun.", next_step=fix, due=today, days_left=-1,
        )  # fmt: skip
    if not facts.disk_measured or facts.disk_is_early:
        why = (
            f"A forecast needs two weeks of readings; there are {facts.disk_days_known} days."
            if facts.disk_measured
            else "The data folder cannot be asked how much is free."
        )
        return Clock(**common, state=State.UNKNOWN, evidence=why, next_step="Nothing; it is measured every day.")
    if facts.disk_full_on is None:
        why = "At the pace of the last weeks it lasts for more than two years."
        return Clock(**common, state=State.RUNNING, evidence=why, next_step="Nothing.")
    left = (facts.disk_full_on - today).days
    spread = _spread(facts.disk_earliest, facts.disk_latest)
    return Clock(
        **common, state=state_for(left), problem=str(Kind.DISK_FULL),
        evidence=f"Forecast from the free space of the last weeks{spread}.", next_step=fix,
        due=facts.disk_full_on, days_left=left, earliest=facts.disk_earliest, latest=facts.disk_latest,
    )  # fmt: skip


def _spread(earliest: date | None, latest: date | None) -> str:
    if earliest is None:
        return ""
    return f", likely between {earliest} and {latest}" if latest else f", likely not before {earliest}"


def _backup(facts: InstallationFacts, *, now: datetime) -> Clock:
    common: dict[str, Any] = {
        "kind": Kind.BACKUP,
        "title": "Own backup is due",
        "shape": Shape.RESETS,
        "period": BACKUP_WITHIN.days,
    }
    if facts.backup_at is None or facts.backup_at > now + timedelta(days=1):
        return Clock(
            **common, state=State.UNKNOWN, evidence="No backup of this installation was ever noted.",
            next_step="Let your backup job call manage.py note_backup when it has succeeded.",
        )  # fmt: skip
    return _since(common, facts.backup_at, BACKUP_WITHIN, now=now, what="The last backup was noted",
                  fix="See why the backup job did not run, and let it call manage.py note_backup.")  # fmt: skip


def _ledger(facts: InstallationFacts, *, now: datetime) -> Clock:
    common: dict[str, Any] = {
        "kind": Kind.LEDGER,
        "title": "Consent ledger is to be verified",
        "shape": Shape.RESETS,
        "period": LEDGER_WITHIN.days,
    }
    if facts.ledger_broken_at:
        return Clock(
            **common, state=State.OVERDUE, problem=f"{Kind.LEDGER}|broken", days_left=-1,
            evidence=f"The check of {facts.ledger_broken_at:%Y-%m-%d %H:%M} UTC found that the chain does not hold.",
            next_step="Run manage.py verify_ledger: it names the row. Compare with an exported copy.",
        )  # fmt: skip
    if facts.ledger_at is None or facts.ledger_at > now + timedelta(days=1):
        return Clock(
            **common, state=State.UNKNOWN, evidence="It was not verified yet.",
            next_step="Nothing; the background work verifies it every day.",
        )  # fmt: skip
    return _since(common, facts.ledger_at, LEDGER_WITHIN, now=now, what="Every row was verified",
                  fix="See why the background work did not run; manage.py verify_ledger tells meanwhile.")  # fmt: skip


def _watchdog(facts: InstallationFacts, *, now: datetime) -> Clock:
    common: dict[str, Any] = {"kind": Kind.WATCHDOG, "title": "Background work"}
    if not facts.silence:
        seen = f" It last looked what is due at {facts.ticked_at:%H:%M:%S} UTC." if facts.ticked_at else ""
        return Clock(**common, state=State.RUNNING, evidence=f"Nothing stands still.{seen}", next_step="Nothing.")
    days = -((now - facts.silent_since) // timedelta(days=1)) if facts.silent_since else 0
    return Clock(
        **{**common, "title": facts.silence}, state=State.OVERDUE, problem=str(Kind.WATCHDOG),
        evidence=facts.silence_cause, next_step=facts.silence_fix, days_left=min(days, -1),
    )  # fmt: skip


def _since(common: dict[str, Any], at: datetime, within: timedelta, *, now: datetime, what: str, fix: str) -> Clock:
    due = at + within
    left = (due - now) // timedelta(days=1)
    return Clock(
        **common, state=state_for(left), problem=f"{common['kind']}|{due:%Y-%m-%d}",
        evidence=f"{what} on {at:%Y-%m-%d %H:%M} UTC; once in {within.days} days is expected (our choice).",
        next_step="Nothing." if left * 2 > within.days else fix,
        starts=at.astimezone(UTC).date(), due=due.astimezone(UTC).date(), days_left=left,
    )  # fmt: skip
