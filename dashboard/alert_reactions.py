"""What became of a button on the alerts page? From the form to what a person may say to alerts, and back in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from alerts.models import AlertQuerySet
from alerts.reacting import NotPossible, acknowledge, snooze, take_back, wake
from dashboard.alert_forms import SnoozeForm
from dashboard.alert_groups import open_alerts
from languages import dates
from languages.sentences import said_after_each_other
from servers.models import LicenseServer

MOST = 1000  # ours: so many in one request, each is written down
OPPOSITES = {"acknowledge": "take_back", "snooze": "wake"}
Saying = Callable[[AlertQuerySet], int]
Words = Callable[[int], str]  # what became of so many


@dataclass(frozen=True, slots=True)
class Done:
    """What became of it in words, and the fields of a form that takes it back; none where that would take back more."""

    words: str
    undo: list[tuple[str, str]]


def react(form: QueryDict, server: LicenseServer | None, *, by: User, now: datetime, zone: tzinfo) -> Done:
    """Do what the button says to the alerts that are chosen, or to all of one cause. Raises NotPossible."""
    say, done = _saying(form, by=by, now=now, zone=zone)
    chosen = _chosen(form, server)
    before = list(chosen.values_list("pk", "snoozed_until"))
    if not before:
        raise NotPossible(_("No open alert was chosen. Choose at least one. Nothing was changed."))
    count = say(chosen)
    opposite = OPPOSITES.get(str(form.get("do", "")).partition("-")[0], "")
    is_whole = count == len(before) and not (opposite == "wake" and any(until for _pk, until in before))
    undo = [("do", opposite), *(("alert", str(pk)) for pk, _until in before)] if opposite and is_whole else []
    return Done(done(count), undo)


def _chosen(form: QueryDict, server: LicenseServer | None) -> AlertQuerySet:
    """All of a cause, where the button is the one for that; else those with a mark."""
    if rule := form.get("of_rule"):
        return open_alerts(server, rule=str(rule)).filter(snoozed_until__isnull=True)[:MOST]
    numbers = [int(one) for one in form.getlist("alert") if one.isdecimal() and len(one) < 19]
    return open_alerts(None).filter(pk__in=numbers[:MOST])


def _saying(form: QueryDict, *, by: User, now: datetime, zone: tzinfo) -> tuple[Saying, Words]:
    simple: dict[str, tuple[Saying, Words]] = {
        "acknowledge": (lambda alerts: acknowledge(alerts, by=by, now=now), _acknowledged),
        "take_back": (lambda alerts: take_back(alerts, by=by, now=now), _taken_back),
        "wake": (lambda alerts: wake(alerts, by=by, now=now), _woken),
    }
    wanted = str(form.get("do", ""))
    if wanted in simple:
        return simple[wanted]
    kind, __, days = wanted.partition("-")
    if kind != "snooze":
        raise NotPossible(_("This button is not known here. Nothing was changed."))
    asked = SnoozeForm({"until": form.get("until", ""), "reason": form.get("reason", ""), "days": days})
    if not asked.is_valid():
        said = said_after_each_other(str(one) for errors in asked.errors.values() for one in errors)
        raise NotPossible(f"{said} {_('Nothing was snoozed.')}")
    until, reason = asked.moment(now=now, zone=zone), asked.cleaned_data["reason"]
    words = partial(_snoozed, until=dates.moment(until.astimezone(zone), with_year=until.year != now.year))
    return (lambda alerts: snooze(alerts, until=until, reason=reason, by=by, now=now)), words


def _acknowledged(count: int) -> str:
    if not count:
        return _("No alert was acknowledged.")
    said = ngettext("%(count)d alert was acknowledged.", "%(count)d alerts were acknowledged.", count)
    return said % {"count": count}


def _taken_back(count: int) -> str:
    if not count:
        return _("No alert was taken back, as if nobody had seen it.")
    said = ngettext(
        "%(count)d alert was taken back, as if nobody had seen it.",
        "%(count)d alerts were taken back, as if nobody had seen it.",
        count,
    )
    return said % {"count": count}


def _woken(count: int) -> str:
    if not count:
        return _("No alert was woken.")
    return ngettext("%(count)d alert was woken.", "%(count)d alerts were woken.", count) % {"count": count}


def _snoozed(count: int, *, until: str) -> str:
    if not count:
        return _("No alert was snoozed until %(until)s.") % {"until": until}
    said = ngettext(
        "%(count)d alert was snoozed until %(until)s.", "%(count)d alerts were snoozed until %(until)s.", count
    )
    return said % {"count": count, "until": until}
