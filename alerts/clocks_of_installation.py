"""What may go wrong with Licensing Manager itself, and when? Pure. All periods here are ours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils.translation import ngettext

from alerts.clock import Clock, Kind, Shape, State, state_for
from alerts.facts import InstallationFacts
from alerts.local_forms import a_day, a_moment
from alerts.one_language import gettext as _

BACKUP_WITHIN, LEDGER_WITHIN = timedelta(days=7), timedelta(days=30)


def clocks_of_installation(facts: InstallationFacts, *, now: datetime) -> Iterator[Clock]:
    """Certificate, disk, backup, ledger, background work."""
    yield _certificate(facts, now=now)
    yield _disk(facts, now=now)
    yield _backup(facts, now=now)
    yield _ledger(facts, now=now)
    yield _watchdog(facts, now=now)


def _certificate(facts: InstallationFacts, *, now: datetime) -> Clock:
    title, ends = _("Certificate of the destination"), facts.certificate_ends
    common: dict[str, Any] = {"kind": Kind.CERTIFICATE, "title": title}
    if facts.is_sandbox or not facts.sends:
        why = _("The sandbox is spoken to without TLS.") if facts.is_sandbox else _("No server sends electronically.")
        return Clock(**common, state=State.NOT_APPLICABLE, evidence=why, next_step=_("Nothing."))
    if facts.certificate_problem:
        return Clock(
            **common, state=State.OVERDUE, problem=f"{Kind.CERTIFICATE}|failed", days_left=-1,
            evidence=_("The last network check found: %(problem)s.") % {"problem": facts.certificate_problem},
            next_step=_("Open the network check: it names the cause and the fix."),
        )  # fmt: skip
    if ends is None:
        why = (
            _("No network check was made yet.")
            if facts.checked_at is None
            else _("The last network check saw no certificate.")
        )
        return Clock(
            **common, state=State.UNKNOWN, problem=f"{Kind.CERTIFICATE}|unknown", evidence=why,
            next_step=_("Make a network check."),
        )  # fmt: skip
    left = (ends - now) // timedelta(days=1)
    seen = " " + _("It was seen on %(day)s.") % {"day": a_day(facts.checked_at)} if facts.checked_at else ""
    words = _("It ends on %(moment)s UTC. From then on nothing can be sent.") % {"moment": a_moment(ends)}
    return Clock(
        **common, state=state_for(left), problem=f"{Kind.CERTIFICATE}|{ends:%Y-%m-%d}",
        evidence=words + seen,
        next_step=_("Whoever runs the destination renews it. Make a network check afterwards."),
        due=ends.astimezone(UTC).date(), days_left=left,
    )  # fmt: skip


def _disk(facts: InstallationFacts, *, now: datetime) -> Clock:
    common: dict[str, Any] = {"kind": Kind.DISK_FULL, "title": _("Disk full, forecast"), "shape": Shape.FORECAST}
    today, fix = now.astimezone(UTC).date(), _("Free some space, or set DATA_DIR to a larger disk.")
    if facts.disk_is_full:
        return Clock(
            **{**common, "title": _("The disk is full")}, state=State.OVERDUE, problem=str(Kind.DISK_FULL),
            evidence=_("Only the reserve is left, so no new bundle is begun."), next_step=fix, due=today, days_left=-1,
        )  # fmt: skip
    if not facts.disk_measured or facts.disk_is_early:
        why = (
            ngettext(
                "A forecast needs two weeks of readings; there is %(count)s day.",
                "A forecast needs two weeks of readings; there are %(count)s days.",
                facts.disk_days_known or 0,
            )
            % {"count": facts.disk_days_known}
            if facts.disk_measured
            else _("The data folder cannot be asked how much is free.")
        )
        return Clock(**common, state=State.UNKNOWN, evidence=why, next_step=_("Nothing; it is measured every day."))
    if facts.disk_full_on is None:
        why = _("At the pace of the last weeks it lasts for more than two years.")
        return Clock(**common, state=State.RUNNING, evidence=why, next_step=_("Nothing."))
    left = (facts.disk_full_on - today).days
    return Clock(
        **common, state=state_for(left), problem=str(Kind.DISK_FULL),
        evidence=_forecast(facts.disk_earliest, facts.disk_latest), next_step=fix,
        due=facts.disk_full_on, days_left=left, earliest=facts.disk_earliest, latest=facts.disk_latest,
    )  # fmt: skip


def _forecast(earliest: date | None, latest: date | None) -> str:
    if earliest is None or earliest == latest:
        return _("Forecast from the free space of the last weeks.")
    if latest is None:
        words = _("Forecast from the free space of the last weeks, likely not before %(earliest)s.")
        return words % {"earliest": a_day(earliest)}
    words = _("Forecast from the free space of the last weeks, likely between %(earliest)s and %(latest)s.")
    return words % {"earliest": a_day(earliest), "latest": a_day(latest)}


def _backup(facts: InstallationFacts, *, now: datetime) -> Clock:
    common: dict[str, Any] = {
        "kind": Kind.BACKUP,
        "title": _("Own backup is due"),
        "shape": Shape.RESETS,
        "period": BACKUP_WITHIN.days,
    }
    if facts.backup_at is None or facts.backup_at > now + timedelta(days=1):
        return Clock(
            **common, state=State.UNKNOWN, evidence=_("No backup of this installation was ever noted."),
            next_step=_("Let your backup job call manage.py note_backup when it has succeeded."),
        )  # fmt: skip
    what = _("The last backup was noted on %(moment)s UTC; once in %(days)s days is expected (our choice).")
    fix = _("See why the backup job did not run, and let it call manage.py note_backup.")
    return _since(common, facts.backup_at, BACKUP_WITHIN, now=now, what=what, fix=fix)


def _ledger(facts: InstallationFacts, *, now: datetime) -> Clock:
    common: dict[str, Any] = {
        "kind": Kind.LEDGER,
        "title": _("Consent ledger is to be verified"),
        "shape": Shape.RESETS,
        "period": LEDGER_WITHIN.days,
    }
    if facts.ledger_broken_at:
        return Clock(
            **common, state=State.OVERDUE, problem=f"{Kind.LEDGER}|broken", days_left=-1,
            evidence=_("The check of %(moment)s UTC found that the chain does not hold.")
            % {"moment": a_moment(facts.ledger_broken_at)},
            next_step=_("Run manage.py verify_ledger: it names the row. Compare with an exported copy."),
        )  # fmt: skip
    if facts.ledger_at is None or facts.ledger_at > now + timedelta(days=1):
        return Clock(
            **common, state=State.UNKNOWN, evidence=_("It was not verified yet."),
            next_step=_("Nothing; the background work verifies it every day."),
        )  # fmt: skip
    what = _("Every row was verified on %(moment)s UTC; once in %(days)s days is expected (our choice).")
    fix = _("See why the background work did not run; manage.py verify_ledger tells meanwhile.")
    return _since(common, facts.ledger_at, LEDGER_WITHIN, now=now, what=what, fix=fix)


def _watchdog(facts: InstallationFacts, *, now: datetime) -> Clock:
    common: dict[str, Any] = {"kind": Kind.WATCHDOG, "title": _("Background work")}
    if not facts.silence:
        words = _("Nothing stands still. It last looked what is due at %(time)s UTC.")
        seen = words % {"time": f"{facts.ticked_at:%H:%M:%S}"} if facts.ticked_at else _("Nothing stands still.")
        return Clock(**common, state=State.RUNNING, evidence=seen, next_step=_("Nothing."))
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
        evidence=what % {"moment": a_moment(at), "days": within.days},
        next_step=_("Nothing.") if left * 2 > within.days else fix,
        starts=at.astimezone(UTC).date(), due=due.astimezone(UTC).date(), days_left=left,
    )  # fmt: skip
