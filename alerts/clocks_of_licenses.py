"""Until when may products run, and new releases of them? Pure.

How a renewal is known is ours: where as many licenses of the same product were issued later and last longer, nobody is
told any more that the old ones ended. Dates that no license can have are said to be that, and judged by nobody.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from alerts.clock import Clock, Kind, Shape, State, state_for
from alerts.facts import Lease, LicenseLine, ServerFacts
from alerts.local_forms import a_day, a_moment, a_number
from alerts.one_language import gettext as _
from alerts.one_language import ngettext
from licenses.twins import legacy_twins

LEASE = timedelta(days=30)  # the vendor's tolerance for a lost activation service, as third parties report it
PAST = timedelta(days=90)  # ours: what had been over for longer when its file was imported tells of the past
EARLIEST, NEVER = date(1990, 1, 1), date(2200, 1, 1)  # ours: no license ended before, and none that does will be read


def clocks_of_licenses(server: ServerFacts, *, now: datetime) -> Iterator[Clock]:
    """Expiry and CSS date of each product, burst mode, and what the activation service grants."""
    today = now.astimezone(server.zone).date()
    yield from _pool_clocks(server, today=today)
    yield _grace(server, now=now)
    yield from _leases(server, now=now, today=today)


def _pool_clocks(server: ServerFacts, *, today: date) -> Iterator[Clock]:
    own = [one for one in server.licenses if not one.is_system]
    if any(one.feature.upper().startswith("XDS") for one in own):
        twins = legacy_twins(own)
        own = [one for one in own if one.pk not in twins]
    products: dict[str, list[LicenseLine]] = defaultdict(list)
    for one in own:
        products[one.feature].append(one)
    for feature, lines in products.items():
        yield from _expiries(server, feature, lines, today=today)
        yield from _css_dates(server, feature, lines, today=today)


def _expiries(server: ServerFacts, feature: str, lines: list[LicenseLine], *, today: date) -> Iterator[Clock]:
    unread = [one for one in lines if not one.expiry_known or (one.expires_on and one.expires_on < EARLIEST)]
    if unread:
        yield _expiry_unknown(server, feature, unread)
    dates = {one.expires_on for one in lines if one.expires_on and one.expiry_known}
    for due in sorted(day for day in dates if EARLIEST <= day < NEVER):
        ending = [one for one in lines if one.expires_on == due]
        lasting = [one for one in lines if one.expires_on is None or one.expires_on > due]
        if due < today and (_renews(lasting, ending) or _is_past(ending, due)):
            continue
        if all((one.starts_on or today) > today for one in ending):
            continue  # not begun: that is nobody's trouble yet
        yield _expiry(server, feature, ending, lasting, due=due, today=today)


def _expiry(
    server: ServerFacts, feature: str, ending: list[LicenseLine], lasting: list[LicenseLine], *, due: date, today: date
) -> Clock:
    left, count, renewed = (due - today).days, _count(ending), _renews(lasting, ending)
    return Clock(
        kind=Kind.LICENSE_EXPIRY, subject=f"{feature} {due}", server_id=server.pk, state=state_for(left),
        title=_expiry_title(feature, count, is_over=left < 0), feature=feature, quantity=count,
        problem=f"{Kind.LICENSE_EXPIRY}|{feature}|{due}",
        evidence=_expiry_evidence(count, _count(lasting), due=due, is_over=left < 0)
        + (" " + _("They are renewed already.") if renewed else ""),
        next_step=_("Renew them and import the new license file.") if left >= 0 or not renewed else _("Nothing."),
        due=due, days_left=left,
    )  # fmt: skip


def _expiry_title(feature: str, count: int | None, *, is_over: bool) -> str:
    facts = {"product": feature, "count": a_number(count or 0)}
    if count is None:
        words = _("Uncounted %(product)s licenses expired") if is_over else _("Uncounted %(product)s licenses expire")
    elif is_over:
        words = ngettext("%(count)s %(product)s license expired", "%(count)s %(product)s licenses expired", count)
    else:
        words = ngettext("%(count)s %(product)s license expires", "%(count)s %(product)s licenses expire", count)
    return words % facts


def _expiry_evidence(count: int | None, rest: int | None, *, due: date, is_over: bool) -> str:
    facts = {"day": a_day(due), "rest": a_number(rest or 0), "all": a_number((rest or 0) + (count or 0))}
    if rest is None and is_over:
        words = _("They ran to the end of %(day)s; then no number is set for the rest.")
    elif rest is None:
        words = _("They run to the end of %(day)s; then no number is set for the rest.")
    elif is_over:
        words = _("They ran to the end of %(day)s; then %(rest)s of %(all)s remain.")
    else:
        words = _("They run to the end of %(day)s; then %(rest)s of %(all)s remain.")
    return words % facts


def _expiry_unknown(server: ServerFacts, feature: str, lines: list[LicenseLine]) -> Clock:
    early = next((one.expires_on for one in lines if one.expires_on), None)
    why = _("The license file has an expiry date that cannot be read.")
    if early:
        why = _("The license file says that they ended on %(day)s.") % {"day": a_day(early)}
    return Clock(
        kind=Kind.LICENSE_EXPIRY, subject=f"{feature} unknown", server_id=server.pk, state=State.UNKNOWN,
        title=_("Expiry of %(feature)s is not known") % {"feature": feature}, feature=feature,
        problem=f"{Kind.LICENSE_EXPIRY}|{feature}|unknown", evidence=why,
        next_step=_("Import the file again as the vendor gave it, or ask the vendor for a new one."),
    )  # fmt: skip


def _css_dates(server: ServerFacts, feature: str, lines: list[LicenseLine], *, today: date) -> Iterator[Clock]:
    """Evaluation licenses look as if it were always over, so they are left out, as the vendor says."""
    usable = [one for one in lines if one.css_date and not one.is_evaluation and (one.expires_on or today) >= today]
    for due in sorted({one.css_date for one in usable if one.css_date and EARLIEST <= one.css_date < NEVER}):
        ending = [one for one in usable if one.css_date == due]
        later = [one for one in usable if one.css_date and one.css_date > due]
        if due < today and (_renews(later, ending) or _is_past(ending, due)):
            continue
        left = (due - today).days
        yield Clock(
            kind=Kind.CSS_DATE, subject=f"{feature} {due}", server_id=server.pk, state=state_for(left),
            title=_("CSS date, %(feature)s") % {"feature": feature}, feature=feature, quantity=_count(ending),
            problem=f"{Kind.CSS_DATE}|{feature}|{due}",
            evidence=_("Products keep running after it; releases from after that day refuse these licenses."),
            next_step=_("Renew Customer Success Services before you install a newer release."),
            due=due, days_left=left,
        )  # fmt: skip


def _grace(server: ServerFacts, *, now: datetime) -> Clock:
    noted, ends = server.grace_noted_at, server.grace_ends_at
    title = _("License burst mode ends")
    if noted is None or ends is None or ends <= now:
        was = _("Also called supplemental grace. No report says that it is on.")
        if ends:
            day = a_day(ends.astimezone(server.zone))
            was = _("Also called supplemental grace. It ended on %(day)s.") % {"day": day}
        return Clock(
            kind=Kind.GRACE, server_id=server.pk, state=State.NOT_APPLICABLE, title=_("License burst mode"),
            evidence=was, next_step=_("Nothing."),
        )  # fmt: skip
    left = (ends - now) // timedelta(days=1)
    return Clock(
        kind=Kind.GRACE, server_id=server.pk, state=state_for(left), title=title, problem=f"{Kind.GRACE}|{server.pk}",
        evidence=_(
            "Also called supplemental grace. All licenses were in use, as a report of %(day)s says; until the end "
            "anybody may connect, then nobody beyond the licenses."
        ) % {"day": a_day(noted.astimezone(server.zone))},
        next_step=_("Install more licenses, or release assignments that nobody needs."),
        starts=noted.astimezone(server.zone).date(), due=ends.astimezone(server.zone).date(), days_left=left,
    )  # fmt: skip


def _leases(server: ServerFacts, *, now: datetime, today: date) -> Iterator[Clock]:
    if not server.is_las and not server.leases:
        yield Clock(
            kind=Kind.ACTIVATION_LEASE, server_id=server.pk, state=State.NOT_APPLICABLE, title=_("Activation lease"),
            evidence=_("This server is licensed by files."), next_step=_("Nothing."),
        )  # fmt: skip
        return
    yield _lease(server, now=now)
    for one in server.leases:
        yield _activation(server, one, today=today)


def _lease(server: ServerFacts, *, now: datetime) -> Clock:
    facts: dict[str, Any] = {"kind": Kind.ACTIVATION_LEASE, "server_id": server.pk, "title": _("Activation lease")}
    seen = max((one.last_seen_at for one in server.leases), default=None)
    if server.is_offline:
        why = _("Activated offline: no contact is needed, the activation itself has a date.")
        return Clock(**facts, state=State.NOT_APPLICABLE, evidence=why, next_step=_("Nothing."))
    if seen is None or seen > now + timedelta(days=1):
        why = (
            _("No inventory has named an activation yet.")
            if seen is None
            else _("The last contact, %(day)s, lies ahead.") % {"day": a_day(seen)}
        )
        return Clock(
            **facts, state=State.UNKNOWN, problem=f"{Kind.ACTIVATION_LEASE}|unknown", evidence=why,
            next_step=_("Import an inventory of the license server that names its activations."),
        )  # fmt: skip
    due = seen + LEASE
    left = (due - now) // timedelta(days=1)
    return Clock(
        **facts, state=state_for(left), problem=f"{Kind.ACTIVATION_LEASE}|{due:%Y-%m-%d}",
        evidence=_("Each contact gives %(days)s days. The newest inventory is of %(moment)s UTC.")
        % {"days": LEASE.days, "moment": a_moment(seen)},
        next_step=_("See that the license server reaches the activation service, and import a new inventory."),
        starts=seen.astimezone(server.zone).date(), due=due.astimezone(server.zone).date(), days_left=left,
        shape=Shape.RESETS, period=LEASE.days,
    )  # fmt: skip


def _activation(server: ServerFacts, one: Lease, *, today: date) -> Clock:
    title = _("Activation of %(code)s") % {"code": one.code}
    day = one.expires_on
    if day is None or not EARLIEST <= day < NEVER:
        why = (
            _("The inventory names no end.")
            if day is None
            else _("The inventory says %(day)s, which no activation can have.") % {"day": a_day(day)}
        )
        return Clock(
            kind=Kind.ACTIVATION_EXPIRY, subject=one.code, server_id=server.pk, state=State.UNKNOWN, title=title,
            problem=f"{Kind.ACTIVATION_EXPIRY}|{one.code}|unknown", feature=one.code, evidence=why,
            next_step=_("Import a newer inventory, or look at the contract."),
        )  # fmt: skip
    left = (day - today).days
    return Clock(
        kind=Kind.ACTIVATION_EXPIRY, subject=one.code, server_id=server.pk, state=state_for(left),
        title=_activation_title(one.code, one.quantity, is_over=left < 0), feature=one.code,
        quantity=one.quantity, problem=f"{Kind.ACTIVATION_EXPIRY}|{one.code}|{day}",
        evidence=_("It is bound to the end of the contract, as the inventory says."),
        next_step=_("Renew the contract, let the server activate anew, and import an inventory."),
        due=day, days_left=left,
    )  # fmt: skip


def _activation_title(code: str, quantity: int | None, *, is_over: bool) -> str:
    facts = {"code": code, "count": a_number(quantity or 0)}
    if quantity is None:
        words = _("Activation of %(code)s ended") if is_over else _("Activation of %(code)s ends")
    else:
        words = _("Activation of %(count)s %(code)s ended") if is_over else _("Activation of %(count)s %(code)s ends")
    return words % facts


def _count(lines: Iterable[LicenseLine]) -> int | None:
    """How many; None when one of them sets no number."""
    numbers = [one.count for one in lines]
    return None if any(number is None for number in numbers) else sum(number or 0 for number in numbers)


def _is_past(ending: list[LicenseLine], due: date) -> bool:
    """Was it over long before anybody could be told? Who imports an old file wants to see it, not to be warned."""
    return all(one.imported_at.date() - due > PAST for one in ending)


def _renews(lasting: list[LicenseLine], ending: list[LicenseLine]) -> bool:
    """Were at least as many issued later? Those that were always there beside them renew nothing."""
    issued = [one.issued_on for one in ending]
    if any(day is None for day in issued):
        return False
    latest = max(day for day in issued if day)
    newer = [one for one in lasting if one.issued_on and one.issued_on > latest]
    have, need = _count(newer), _count(ending)
    return bool(newer) and (have is None or (need is not None and have >= need))
