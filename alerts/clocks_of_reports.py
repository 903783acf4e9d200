"""Until when must reports arrive, and the server move to a newer version? Pure.

The vendor's rules: at most 90 days since the last success (day 90 is compliant), six months to move after a newer
version; duties begin with build 40000, and with 45000 for product usage. Everything else here is ours, and says so.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from alerts.clock import Clock, Kind, Shape, State, state_for
from alerts.facts import InstallationFacts, ServerFacts
from programs.schedule import MAX_REPORT_AGE, days_left, report_day
from servers.releases import limit_of

FIRST_BUILD, FIRST_BUILD_OF_USAGE = 40000, 45000
CARRY_WITHIN = timedelta(days=60)  # ours: then a month is left to carry it a second time
CLOCKS_DIFFER = timedelta(days=1)
COMPLIANCE = "compliance"
NAMES = {"compliance": "license report", "usage": "product usage"}


def clocks_of_reports(server: ServerFacts, installation: InstallationFacts, *, now: datetime) -> Iterator[Clock]:
    """Report age of each kind, the manual report, the version, and the registration."""
    yield from _report_ages(server, now=now)
    yield _manual_report(server, now=now)
    yield _version_age(server, installation, now=now)
    yield _registration(server, now=now)


def _report_ages(server: ServerFacts, *, now: datetime) -> Iterator[Clock]:
    for kind, name in NAMES.items():
        first = FIRST_BUILD if kind == COMPLIANCE else FIRST_BUILD_OF_USAGE
        if server.build is not None and server.build < first:
            yield Clock(
                kind=Kind.REPORT_AGE, subject=kind, server_id=server.pk, state=State.NOT_APPLICABLE,
                title=f"Telemetry, {name}",
                evidence=f"Build {server.build} has no such duty: it begins with build {first}.",
                next_step="See the version of the server: that clock runs.",
            )  # fmt: skip
        elif kind == COMPLIANCE or server.build is not None:  # product usage is expected where a build says so
            yield _report_age(server, kind, name, now=now)


def _report_age(server: ServerFacts, kind: str, name: str, *, now: datetime) -> Clock:
    last = server.last_reports.get(kind)
    start = last or server.known_since
    limit = MAX_REPORT_AGE.days
    title = "Telemetry, 90-day limit" if kind == COMPLIANCE else "Telemetry, 90-day limit of product usage"
    if start > now + CLOCKS_DIFFER:
        return Clock(
            kind=Kind.REPORT_AGE, subject=kind, server_id=server.pk, state=State.UNKNOWN, title=title,
            problem=f"{Kind.REPORT_AGE}|{kind}|future",
            evidence=f"The newest {name} is dated {start:%Y-%m-%d %H:%M} UTC, which lies ahead: a clock was wrong.",
            next_step="Set the clock right, then send a report, so that there is a date that can be trusted.",
        )  # fmt: skip
    left, due = days_left(start, now=now), start + MAX_REPORT_AGE
    day, local = report_day(start, now=now), start.astimezone(server.zone)
    unsure = "" if server.build else " Its build is not known, so the duty is taken to apply."
    since = (
        f"Day {day} of {limit}; the last one arrived on {local:%Y-%m-%d %H:%M}."
        if last
        else f"Day {day} of {limit}, counted from the day it was added here (our choice): none has arrived yet."
    )
    return Clock(
        kind=Kind.REPORT_AGE, subject=kind, server_id=server.pk, state=state_for(left), title=title,
        problem=f"{Kind.REPORT_AGE}|{kind}|{due:%Y-%m-%d}",
        evidence=since + unsure,
        next_step=_how_to_report(server, name),
        starts=local.date(), due=due.astimezone(server.zone).date(), days_left=left, shape=Shape.RESETS, period=limit,
    )  # fmt: skip


def _how_to_report(server: ServerFacts, name: str) -> str:
    if server.is_manual:
        return f"Carry its {name} by hand, and import the receipt."
    if server.failing:
        return "See why its uploads fail, mend that, and press Try now; or carry the report by hand."
    return f"Nothing, while the daily upload of the {name} arrives. To be sure, press Upload now."


def _manual_report(server: ServerFacts, *, now: datetime) -> Clock:
    if not server.is_manual:
        return Clock(
            kind=Kind.MANUAL_REPORT, server_id=server.pk, state=State.NOT_APPLICABLE, title="Report carried by hand",
            evidence="This server reports electronically.", next_step="Nothing.",
        )  # fmt: skip
    start = server.last_reports.get(COMPLIANCE) or server.known_since
    due = start + CARRY_WITHIN
    left = (due - now) // timedelta(days=1)
    return Clock(
        kind=Kind.MANUAL_REPORT, server_id=server.pk, state=state_for(left), title="Report to be carried by hand",
        problem=f"{Kind.MANUAL_REPORT}|{due:%Y-%m-%d}",
        evidence=f"{CARRY_WITHIN.days} days after the last receipt: a month is left for a second try (our choice).",
        next_step="Gather the reports on the page Manual reports, carry them, and import the receipt.",
        starts=start.astimezone(server.zone).date(), due=due.astimezone(server.zone).date(), days_left=left,
        shape=Shape.RESETS, period=CARRY_WITHIN.days,
    )  # fmt: skip


def _version_age(server: ServerFacts, installation: InstallationFacts, *, now: datetime) -> Clock:
    title = "Version of the license server"
    unknown: dict[str, Any] = {"kind": Kind.VERSION_AGE, "server_id": server.pk, "state": State.UNKNOWN, "title": title}
    if server.build is None:
        return Clock(
            **unknown, problem=f"{Kind.VERSION_AGE}|unknown",
            evidence="No source has told its build yet." if not server.version else f"{server.version} names no build.",
            next_step="Import an inventory or a bundle of the server, or enter its version.",
        )  # fmt: skip
    if installation.table_problem:
        return Clock(
            **unknown, problem=f"{Kind.VERSION_AGE}|table", evidence=installation.table_problem,
            next_step="Correct releases.toml in the data folder, or remove it.",
        )  # fmt: skip
    limit = limit_of(server.build, table=installation.releases)
    if limit.newer is None:
        return Clock(
            kind=Kind.VERSION_AGE, server_id=server.pk, state=State.RUNNING, title=title,
            evidence=f"Build {server.build}: the table of releases knows no newer one.",
            next_step="Nothing. Add newer builds to releases.toml in the data folder as they come out.",
        )  # fmt: skip
    if limit.due is None:
        return Clock(
            **unknown, problem=f"{Kind.VERSION_AGE}|{server.build}|no-date",
            evidence=f"Build {server.build}: {limit.newer} is newer, and nobody knows since when. {limit.source}.",
            next_step=f"Enter when build {limit.newer} came out, in releases.toml in the data folder.",
        )  # fmt: skip
    left = (limit.due - now.astimezone(server.zone).date()).days
    word = "" if limit.is_sure else ", estimated: that day or earlier"
    return Clock(
        kind=Kind.VERSION_AGE, server_id=server.pk, state=state_for(left),
        title=f"Build {server.build} is to be replaced",
        problem=f"{Kind.VERSION_AGE}|{server.build}|{limit.due}",
        evidence=f"Six months after a newer build ({limit.newer} or later) came out{word}. {limit.source}.",
        next_step=f"Update the license server to build {limit.newer} or newer.",
        due=limit.due, days_left=left,
    )  # fmt: skip


def _registration(server: ServerFacts, *, now: datetime) -> Clock:
    """A code that waits is worth a clock; it lives for minutes, so nobody is told of it."""
    ends = server.code_expires_at
    if server.registration != "waiting" or ends is None:
        at = server.registration_at
        since = f" since {at.astimezone(server.zone):%Y-%m-%d}" if at else ""
        registered = f"Registered with the cloud{since}." if server.registration else "Not registered with the cloud."
        return Clock(
            kind=Kind.REGISTRATION, server_id=server.pk, state=State.NOT_APPLICABLE, title="Cloud registration",
            evidence=registered, next_step="Nothing.",
        )  # fmt: skip
    left = (ends - now) // timedelta(days=1)
    return Clock(
        kind=Kind.REGISTRATION, server_id=server.pk, state=state_for(left), title="Registration code waits",
        problem=f"{Kind.REGISTRATION}|{server.pk}",
        evidence=f"The code is worth nothing after {ends.astimezone(server.zone):%Y-%m-%d %H:%M}.",
        next_step="Enter the code at the cloud, or ask for a new one.",
        due=ends.astimezone(server.zone).date(), days_left=left,
    )  # fmt: skip
