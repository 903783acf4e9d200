"""What comes next for a server? The dates that somebody has to know, nearest first."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse

from licenses.pools import Pool, installed_only, pools_of
from programs.schedule import MAX_REPORT_AGE
from servers.models import LicenseServer
from uploads.reporting import reporting_of

ACT_DAYS, PLAN_DAYS = 7, 30


@dataclass(frozen=True, slots=True)
class Coming:
    """One date: days until then, what happens, the detail, and where to look. `fixed` dates never reset themselves."""

    days: int
    due: date
    title: str
    detail: str
    url: str
    fixed: bool

    @property
    def sign(self) -> str:
        """act within 7 days and after, plan within 30, else none."""
        return "act" if self.days <= ACT_DAYS else "plan" if self.days <= PLAN_DAYS else ""

    @property
    def left(self) -> str:
        """The days in words."""
        if self.days < 0:
            return f"{-self.days} days over" if self.days < -1 else "1 day over"
        return "today" if self.days == 0 else f"{self.days} day{'' if self.days == 1 else 's'}"


def coming(server: LicenseServer, *, now: datetime) -> list[Coming]:
    """Every known date of the server, nearest first."""
    today = now.astimezone(server.zone).date()
    pools = [pool for pool in installed_only(pools_of(server, on=today)) if not pool.is_system]
    dates = [*_report_limit(server, today=today), *_pool_dates(server, pools, today=today)]
    return sorted(dates, key=lambda one: (one.days, one.title))


def _report_limit(server: LicenseServer, *, today: date) -> list[Coming]:
    last = reporting_of(server).last_success
    if last is None:
        return []
    due = (last + MAX_REPORT_AGE).astimezone(server.zone).date()
    day = MAX_REPORT_AGE.days - (due - today).days
    return [
        Coming(
            days=(due - today).days,
            due=due,
            title="Telemetry, 90-day limit",
            detail=f"Day {day} of {MAX_REPORT_AGE.days}. A delivered upload sets it back.",
            url=reverse("program", args=[server.guid, "telemetry"]),
            fixed=False,
        )
    ]


def _pool_dates(server: LicenseServer, pools: list[Pool], *, today: date) -> list[Coming]:
    """One date for each pool that expires, and one for each CSS date of a product, however many pools share it."""
    url = reverse("licenses", args=[server.guid])
    expiries = [
        Coming(
            days=(pool.expires_on - today).days,
            due=pool.expires_on,
            title=f"{'Uncounted' if pool.uncounted else f'{pool.contracted:,}'} {pool.feature} licenses expire",
            detail="The right to run ends at the end of that day.",
            url=url,
            fixed=True,
        )
        for pool in pools
        if pool.expires_on
    ]
    css_dates = {(pool.feature, pool.css_date) for pool in pools if pool.css_date}
    return expiries + [
        Coming(
            days=(css_date - today).days,
            due=css_date,
            title=f"CSS date, {feature}",
            detail="Products keep running; newer releases will refuse.",
            url=url,
            fixed=True,
        )
        for feature, css_date in css_dates
        if css_date >= today - timedelta(days=PLAN_DAYS)
    ]
