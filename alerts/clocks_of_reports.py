"""Until when must reports arrive, and the server move to a newer version? Pure.

The vendor's rules: at most 90 days since the last success (day 90 is compliant), six months to move after a newer
version; duties begin with build 40000, and with 45000 for product usage. Everything else here is ours, and says so.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from alerts.clock import Clock, Kind, Shape, State, state_for
from alerts.facts import InstallationFacts, ServerFacts
from alerts.local_forms import a_day, a_moment
from alerts.one_language import gettext as _
from programs.schedule import MAX_REPORT_AGE, days_left, report_day
from servers.releases import VersionLimit, limit_of

FIRST_BUILD, FIRST_BUILD_OF_USAGE = 40000, 45000
CARRY_WITHIN = timedelta(days=60)  # ours: then a month is left to carry it a second time
CLOCKS_DIFFER = timedelta(days=1)
COMPLIANCE = "compliance"
KINDS = (COMPLIANCE, "usage")


def clocks_of_reports(server: ServerFacts, installation: InstallationFacts, *, now: datetime) -> Iterator[Clock]:
    """Report age of each kind, the manual report, the version, and the registration."""
    yield from _report_ages(server, now=now)
    yield _manual_report(server, now=now)
    yield _version_age(server, installation, now=now)
    yield _registration(server, now=now)


def _report_ages(server: ServerFacts, *, now: datetime) -> Iterator[Clock]:
    for kind in KINDS:
        first = FIRST_BUILD if kind == COMPLIANCE else FIRST_BUILD_OF_USAGE
        if server.build is not None and server.build < first:
            yield Clock(
                kind=Kind.REPORT_AGE, subject=kind, server_id=server.pk, state=State.NOT_APPLICABLE,
                title=_("Telemetry, license report") if kind == COMPLIANCE else _("Telemetry, product usage"),
                evidence=_("Build %(build)s has no such duty: it begins with build %(first)s.")
                % {"build": server.build, "first": first},
                next_step=_("See the version of the server: that clock runs."),
            )  # fmt: skip
        elif kind == COMPLIANCE or server.build is not None:  # product usage is expected where a build says so
            yield _report_age(server, kind, now=now)


def _report_age(server: ServerFacts, kind: str, *, now: datetime) -> Clock:
    last = server.last_reports.get(kind)
    start = last or server.known_since
    limit = MAX_REPORT_AGE.days
    title = _("Telemetry, 90-day limit") if kind == COMPLIANCE else _("Telemetry, 90-day limit of product usage")
    if start > now + CLOCKS_DIFFER:
        return Clock(
            kind=Kind.REPORT_AGE, subject=kind, server_id=server.pk, state=State.UNKNOWN, title=title,
            problem=f"{Kind.REPORT_AGE}|{kind}|future",
            evidence=_lies_ahead(kind) % {"moment": a_moment(start)},
            next_step=_("Set the clock right, then send a report, so that there is a date that can be trusted."),
        )  # fmt: skip
    left, due, local = days_left(start, now=now), start + MAX_REPORT_AGE, start.astimezone(server.zone)
    since = (
        _("Day %(day)s of %(limit)s; the last one arrived on %(moment)s.")
        if last
        else _("Day %(day)s of %(limit)s, counted from the day it was added here (our choice): none has arrived yet.")
    ) % {"day": report_day(start, now=now), "limit": limit, "moment": f"{a_moment(local)} {server.zone.key}"}
    unsure = "" if server.build else " " + _("Its build is not known, so the duty is taken to apply.")
    return Clock(
        kind=Kind.REPORT_AGE, subject=kind, server_id=server.pk, state=state_for(left), title=title,
        problem=f"{Kind.REPORT_AGE}|{kind}|{due:%Y-%m-%d}",
        evidence=since + unsure,
        next_step=_how_to_report(server, kind),
        starts=local.date(), due=due.astimezone(server.zone).date(), days_left=left, shape=Shape.RESETS, period=limit,
    )  # fmt: skip


def _lies_ahead(kind: str) -> str:
    if kind == COMPLIANCE:
        return _("The newest license report is dated %(moment)s UTC, which lies ahead: a clock was wrong.")
    return _("The newest product usage is dated %(moment)s UTC, which lies ahead: a clock was wrong.")


def _how_to_report(server: ServerFacts, kind: str) -> str:
    if server.is_manual and kind == COMPLIANCE:
        return _("Carry its license report by hand, and import the receipt.")
    if server.is_manual:
        return _("Carry its product usage by hand, and import the receipt.")
    if server.failing:
        return _("See why its uploads fail, mend that, and press Try now; or carry the report by hand.")
    if kind == COMPLIANCE:
        return _("Nothing, while the daily upload of the license report arrives. To be sure, press Upload now.")
    return _("Nothing, while the daily upload of the product usage arrives. To be sure, press Upload now.")


def _manual_report(server: ServerFacts, *, now: datetime) -> Clock:
    if not server.is_manual:
        return Clock(
            kind=Kind.MANUAL_REPORT, server_id=server.pk, state=State.NOT_APPLICABLE,
            title=_("Report carried by hand"),
            evidence=_("This server reports electronically."), next_step=_("Nothing."),
        )  # fmt: skip
    start = server.last_reports.get(COMPLIANCE) or server.known_since
    due = start + CARRY_WITHIN
    left = (due - now) // timedelta(days=1)
    return Clock(
        kind=Kind.MANUAL_REPORT, server_id=server.pk, state=state_for(left), title=_("Report to be carried by hand"),
        problem=f"{Kind.MANUAL_REPORT}|{due:%Y-%m-%d}",
        evidence=_("%(days)s days after the last receipt: a month is left for a second try (our choice).")
        % {"days": CARRY_WITHIN.days},
        next_step=_("Gather the reports on the page Manual reports, carry them, and import the receipt."),
        starts=start.astimezone(server.zone).date(), due=due.astimezone(server.zone).date(), days_left=left,
        shape=Shape.RESETS, period=CARRY_WITHIN.days,
    )  # fmt: skip


def _version_age(server: ServerFacts, installation: InstallationFacts, *, now: datetime) -> Clock:
    title = _("Version of the license server")
    unknown: dict[str, Any] = {"kind": Kind.VERSION_AGE, "server_id": server.pk, "state": State.UNKNOWN, "title": title}
    if server.build is None:
        return Clock(
            **unknown, problem=f"{Kind.VERSION_AGE}|unknown",
            evidence=_("%(version)s names no build.") % {"version": server.version}
            if server.version
            else _("No source has told its build yet."),
            next_step=_("Import an inventory or a bundle of the server, or enter its version."),
        )  # fmt: skip
    if installation.table_problem:
        return Clock(
            **unknown, problem=f"{Kind.VERSION_AGE}|table", evidence=installation.table_problem,
            next_step=_("Correct releases.toml in the data folder, or remove it."),
        )  # fmt: skip
    limit = limit_of(server.build, table=installation.releases)
    if limit.newer is None:
        return Clock(
            kind=Kind.VERSION_AGE, server_id=server.pk, state=State.RUNNING, title=title,
            evidence=_("Build %(build)s: the table of releases knows no newer one.") % {"build": server.build},
            next_step=_("Nothing. Add newer builds to releases.toml in the data folder as they come out."),
        )  # fmt: skip
    facts = {"build": server.build, "newer": limit.newer, "source": limit.source_words}
    if limit.due is None:
        return Clock(
            **unknown, problem=f"{Kind.VERSION_AGE}|{server.build}|no-date",
            evidence=_("Build %(build)s: %(newer)s is newer, and nobody knows since when. %(source)s.") % facts,
            next_step=_("Enter when build %(newer)s came out, in releases.toml in the data folder.") % facts,
        )  # fmt: skip
    left = (limit.due - now.astimezone(server.zone).date()).days
    return Clock(
        kind=Kind.VERSION_AGE, server_id=server.pk, state=state_for(left),
        title=_("Build %(build)s is to be replaced") % facts,
        problem=f"{Kind.VERSION_AGE}|{server.build}|{limit.due}",
        evidence=_newer_build(limit),
        next_step=_("Update the license server to build %(newer)s or newer.") % facts,
        due=limit.due, days_left=left,
    )  # fmt: skip


def _newer_build(limit: VersionLimit) -> str:
    words = _("Six months after a newer build (%(newer)s or later) came out. %(source)s.")
    if not limit.is_sure:
        words = _(
            "Six months after a newer build (%(newer)s or later) came out, estimated: that day or earlier. %(source)s."
        )
    return words % {"newer": limit.newer, "source": limit.source_words}


def _registration(server: ServerFacts, *, now: datetime) -> Clock:
    """A code that waits is worth a clock; it lives for minutes, so nobody is told of it."""
    ends = server.code_expires_at
    if server.registration != "waiting" or ends is None or ends <= now:
        at, registered = server.registration_at, _("Not registered with the cloud.")
        if server.registration == "waiting" and ends:
            words = _("Not registered with the cloud: the last code was worth nothing after %(ends)s.")
            registered = words % {"ends": a_moment(ends.astimezone(server.zone))}
        elif server.registration and at:
            day = a_day(at.astimezone(server.zone))
            registered = _("Registered with the cloud since %(day)s.") % {"day": day}
        elif server.registration:
            registered = _("Registered with the cloud.")
        return Clock(
            kind=Kind.REGISTRATION, server_id=server.pk, state=State.NOT_APPLICABLE, title=_("Cloud registration"),
            evidence=registered, next_step=_("Nothing."),
        )  # fmt: skip
    left = (ends - now) // timedelta(days=1)
    return Clock(
        kind=Kind.REGISTRATION, server_id=server.pk, state=state_for(left), title=_("Registration code waits"),
        problem=f"{Kind.REGISTRATION}|{server.pk}",
        evidence=_("The code is worth nothing after %(ends)s.")
        % {"ends": f"{a_moment(ends.astimezone(server.zone))} {server.zone.key}"},
        next_step=_("Enter the code at the cloud, or ask for a new one."),
        due=ends.astimezone(server.zone).date(), days_left=left,
    )  # fmt: skip
