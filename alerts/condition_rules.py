"""What is wrong without a date? Uploads that fail, files nobody understood, consent on hold, licenses in use. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import ngettext

from alerts.facts import Failing, ServerFacts, Unread, Usage
from alerts.finding import Finding
from alerts.ladder import rung_of
from alerts.local_forms import a_day, a_moment, a_number
from alerts.models import Condition
from alerts.one_language import gettext as _
from alerts.severity import Severity
from alerts.thresholds import Ladder, Ladders
from languages.sentences import listed
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
        names = listed(sorted({programs()[one.program].name for one in same if one.program in programs()}))
        rule = Condition.UPLOAD_REFUSED if is_refused else Condition.UPLOADS_FAIL
        ladder = refused if is_refused else fails
        yield Finding(
            rule=rule, problem=f"{rule}|{cause}", rung=rung_of(-days, ()) if days else 0,
            severity=Severity.PLAN if is_refused or days else Severity.WATCH,
            title=(_("Uploads were refused: %(cause)s") if is_refused else _("Uploads fail: %(cause)s"))
            % {"cause": known.title},
            detail=str(known.cause), action=str(known.fix), is_muted=ladder.is_muted,
            escalate_after_days=ladder.escalate_after_days, server_id=server.pk,
            evidence=_how_often(names, sum(one.count for one in same), since=since),
        )  # fmt: skip


def _unread(server: ServerFacts, one: Unread, ladder: Ladder) -> Finding:
    words = ngettext(
        "%(file)s of %(server)s has %(count)s line that nobody understood",
        "%(file)s of %(server)s has %(count)s lines that nobody understood",
        one.problems,
    )
    if one.is_rejected:
        words = _("%(file)s of %(server)s was not imported")
    return Finding(
        rule=Condition.INPUT_NOT_READ, problem=f"{Condition.INPUT_NOT_READ}|{server.pk}|{one.kind}", rung=0,
        severity=Severity.WATCH, title=(words % {"file": one.name, "server": server.name, "count": one.problems})[:255],
        detail=_("What it says beyond that is not known here, and nothing was guessed."),
        action=_("Open the import result: it shows each line and why. Send a whole file, or report the format."),
        is_muted=ladder.is_muted, server_id=server.pk, evidence=_("Received on %(received_at)s UTC.") % {
            "received_at": a_moment(one.received_at),
        },
    )  # fmt: skip


def _held(server: ServerFacts, code: str, count: int, ladder: Ladder) -> Finding:
    name = programs()[code].name
    evidence = ngettext("%(count)s elements are held.", "%(count)s elements are held.", count)
    return Finding(
        rule=Condition.CONSENT_ON_HOLD, problem=f"{Condition.CONSENT_ON_HOLD}|{code}", rung=0, severity=Severity.PLAN,
        title=_("New data elements of %(name)s wait for a decision") % {"name": name},
        detail=_("They are held back; everything that was agreed to is sent as before."),
        action=_("Accept or refuse them on the page of the program."), is_muted=ladder.is_muted,
        escalate_after_days=ladder.escalate_after_days, server_id=server.pk, evidence=evidence % {"count": count},
    )  # fmt: skip


def _provider(server: ServerFacts, ladder: Ladder) -> Finding:
    return Finding(
        rule=Condition.PROVIDER_DETECTED, problem=str(Condition.PROVIDER_DETECTED), rung=0, severity=Severity.WATCH,
        title=_("Service-provider licenses were detected"),
        detail=_("While they are, Call Home is enforced: it cannot be switched off, and names users and devices."),
        action=_("Nothing if it is true. Otherwise overrule it on the page Usage and statistics."),
        is_muted=ladder.is_muted, server_id=server.pk,
        evidence=server.provider_evidence or _("An administrator says so."),
    )  # fmt: skip


def _usage(server: ServerFacts, use: Usage, ladder: Ladder) -> Iterator[Finding]:
    """The rung is 100 less the percent that was reached, so that it falls as it gets worse."""
    common = f"{Condition.USAGE}|{server.pk}|{use.feature}"
    facts = {"product": use.feature, "server": server.name, "day": a_day(use.day)}
    if use.peak is None:
        yield Finding(
            rule=Condition.USAGE, problem=f"{common}|unknown", severity=Severity.UNKNOWN, rung=0, server_id=server.pk,
            title=(_("Use of %(product)s on %(server)s is not known since %(day)s") % facts)[:255], feature=use.feature,
            detail=_("Use was reported before, and no longer. That is not zero, so nothing was judged."),
            action=_("See whether the reports of the server still arrive, and whether they list this product."),
            is_muted=ladder.is_muted, evidence=_("Last reported on %(day)s.") % facts,
        )  # fmt: skip
        return
    percent = _percent(use)
    step = max((one for one in ladder.percent if percent is not None and one <= percent), default=None)
    if step is None or percent is None:
        return
    facts |= {"percent": str(percent), "peak": a_number(use.peak), "all": a_number(use.of or 0)}
    yield Finding(
        rule=Condition.USAGE, problem=common, rung=100 - step, server_id=server.pk, feature=use.feature,
        severity=Severity.ACT if step >= 100 else Severity.PLAN, is_muted=ladder.is_muted,
        escalate_after_days=ladder.escalate_after_days,
        title=(_("%(product)s on %(server)s: %(percent)s %% in use") % facts)[:255],
        detail=_("At the highest of the last week %(peak)s of %(all)s were in use, on %(day)s.") % facts,
        action=_("Release assignments that nobody needs, or install more licenses."),
        evidence=_("%(peak)s of %(all)s on %(day)s, overdraft included as the source counts it.") % facts,
    )  # fmt: skip


def _percent(use: Usage) -> int | None:
    """Rounded down; None where the source names no number of licenses."""
    return use.peak * 100 // use.of if use.peak is not None and use.of else None


def _how_often(names: str, count: int, *, since: datetime) -> str:
    if count == 1:
        words = _("%(programs)s: once since %(moment)s UTC.")
    else:
        words = ngettext(
            "%(programs)s: %(count)s times since %(moment)s UTC.",
            "%(programs)s: %(count)s times since %(moment)s UTC.",
            count,
        )
    return words % {"programs": names, "count": count, "moment": a_moment(since)}
