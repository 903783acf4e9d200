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
    left, count, rest = (due - today).days, _count(ending), _count(lasting)
    many = "Uncounted" if count is None else f"{count:,}"
    remain = "no number is set for the rest" if rest is None else f"{rest:,} of {rest + (count or 0):,} remain"
    renewed = " They are renewed already." if _renews(lasting, ending) else ""
    return Clock(
        kind=Kind.LICENSE_EXPIRY, subject=f"{feature} {due}", server_id=server.pk, state=state_for(left),
        title=f"{many} {feature} licenses {'expire' if left >= 0 else 'expired'}", feature=feature, quantity=count,
        problem=f"{Kind.LICENSE_EXPIRY}|{feature}|{due}",
        evidence=f"{'They run' if left >= 0 else 'They ran'} to the end of {due}; then {remain}.{renewed}",
        next_step="Renew them and import the new license file." if left >= 0 or not renewed else "Nothing.",
        due=due, days_left=left,
    )  # fmt: skip


def _expiry_unknown(server: ServerFacts, feature: str, lines: list[LicenseLine]) -> Clock:
    early = next((one.expires_on for one in lines if one.expires_on), None)
    why = f"says that they ended on {early}" if early else "has an expiry date that cannot be read"
    return Clock(
        kind=Kind.LICENSE_EXPIRY, subject=f"{feature} unknown", server_id=server.pk, state=State.UNKNOWN,
        title=f"Expiry of {feature} is not known", feature=feature,
        problem=f"{Kind.LICENSE_EXPIRY}|{feature}|unknown", evidence=f"The license file {why}.",
        next_step="Import the file again as the vendor gave it, or ask the vendor for a new one.",
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
            title=f"CSS date, {feature}", feature=feature, quantity=_count(ending),
            problem=f"{Kind.CSS_DATE}|{feature}|{due}",
            evidence="Products keep running after it; releases from after that day refuse these licenses.",
            next_step="Renew Customer Success Services before you install a newer release.",
            due=due, days_left=left,
        )  # fmt: skip


def _grace(server: ServerFacts, *, now: datetime) -> Clock:
    noted, ends = server.grace_noted_at, server.grace_ends_at
    title = "License burst mode ends"
    if noted is None or ends is None or ends <= now:
        was = f"It ended on {ends.astimezone(server.zone):%Y-%m-%d}." if ends else "No report says that it is on."
        return Clock(
            kind=Kind.GRACE, server_id=server.pk, state=State.NOT_APPLICABLE, title="License burst mode",
            evidence=f"Also called supplemental grace. {was}", next_step="Nothing.",
        )  # fmt: skip
    left = (ends - now) // timedelta(days=1)
    return Clock(
        kind=Kind.GRACE, server_id=server.pk, state=state_for(left), title=title, problem=f"{Kind.GRACE}|{server.pk}",
        evidence=(
            f"Also called supplemental grace. All licenses were in use, as a report of "
            f"{noted.astimezone(server.zone):%Y-%m-%d} says; until the end anybody may connect, then nobody beyond "
            f"the licenses."
        ),
        next_step="Install more licenses, or release assignments that nobody needs.",
        starts=noted.astimezone(server.zone).date(), due=ends.astimezone(server.zone).date(), days_left=left,
    )  # fmt: skip


def _leases(server: ServerFacts, *, now: datetime, today: date) -> Iterator[Clock]:
    if not server.is_las and not server.leases:
        yield Clock(
            kind=Kind.ACTIVATION_LEASE, server_id=server.pk, state=State.NOT_APPLICABLE, title="Activation lease",
            evidence="This server is licensed by files.", next_step="Nothing.",
        )  # fmt: skip
        return
    yield _lease(server, now=now)
    for one in server.leases:
        yield _activation(server, one, today=today)


def _lease(server: ServerFacts, *, now: datetime) -> Clock:
    facts: dict[str, Any] = {"kind": Kind.ACTIVATION_LEASE, "server_id": server.pk, "title": "Activation lease"}
    seen = max((one.last_seen_at for one in server.leases), default=None)
    if server.is_offline:
        why = "Activated offline: no contact is needed, the activation itself has a date."
        return Clock(**facts, state=State.NOT_APPLICABLE, evidence=why, next_step="Nothing.")
    if seen is None or seen > now + timedelta(days=1):
        why = (
            "No inventory has named an activation yet."
            if seen is None
            else f"The last contact, {seen:%Y-%m-%d}, lies ahead."
        )
        return Clock(
            **facts, state=State.UNKNOWN, problem=f"{Kind.ACTIVATION_LEASE}|unknown", evidence=why,
            next_step="Import an inventory of the license server that names its activations.",
        )  # fmt: skip
    due = seen + LEASE
    left = (due - now) // timedelta(days=1)
    return Clock(
        **facts, state=state_for(left), problem=f"{Kind.ACTIVATION_LEASE}|{due:%Y-%m-%d}",
        evidence=f"Each contact gives {LEASE.days} days. The newest inventory is of {seen:%Y-%m-%d %H:%M} UTC.",
        next_step="See that the license server reaches the activation service, and import a new inventory.",
        starts=seen.astimezone(server.zone).date(), due=due.astimezone(server.zone).date(), days_left=left,
        shape=Shape.RESETS, period=LEASE.days,
    )  # fmt: skip


def _activation(server: ServerFacts, one: Lease, *, today: date) -> Clock:
    title = f"Activation of {one.code}"
    day = one.expires_on
    if day is None or not EARLIEST <= day < NEVER:
        why = (
            "The inventory names no end." if day is None else f"The inventory says {day}, which no activation can have."
        )
        return Clock(
            kind=Kind.ACTIVATION_EXPIRY, subject=one.code, server_id=server.pk, state=State.UNKNOWN, title=title,
            problem=f"{Kind.ACTIVATION_EXPIRY}|{one.code}|unknown", feature=one.code, evidence=why,
            next_step="Import a newer inventory, or look at the contract.",
        )  # fmt: skip
    left = (day - today).days
    many = "" if one.quantity is None else f"{one.quantity:,} "
    return Clock(
        kind=Kind.ACTIVATION_EXPIRY, subject=one.code, server_id=server.pk, state=state_for(left),
        title=f"Activation of {many}{one.code} {'ends' if left >= 0 else 'ended'}", feature=one.code,
        quantity=one.quantity, problem=f"{Kind.ACTIVATION_EXPIRY}|{one.code}|{day}",
        evidence="It is bound to the end of the contract, as the inventory says.",
        next_step="Renew the contract, let the server activate anew, and import an inventory.",
        due=day, days_left=left,
    )  # fmt: skip


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
