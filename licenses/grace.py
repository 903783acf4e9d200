"""Is the server in supplemental grace, also called license burst mode? Only what a report says, never a guess."""

from datetime import datetime, timedelta

from licenses.formats.payload_records import PayloadReport
from licenses.models import GracePeriod
from servers.models import LicenseServer


def record(server: LicenseServer, report: PayloadReport, *, source: str) -> GracePeriod | None:
    """The grace that a report speaks of. Days without a code other than 0 are the length that grace would have.

    The documented example of a server outside grace carries code 0 and 15 days, so only another code means grace.
    """
    info = report.server
    if info is None or info.grace_days is None or info.sample_stop is None or info.clock_error_code in {"", "0"}:
        return None
    try:
        ends_at = info.sample_stop + timedelta(days=min(info.grace_days, 3650))
    except OverflowError:
        return None  # beyond the calendar: no clock of a server says this
    grace, _ = GracePeriod.objects.update_or_create(
        server=server,
        noted_at=info.sample_stop,
        defaults={"ends_at": ends_at, "code": info.clock_error_code[:32], "source": source},
    )
    return grace


def current(server: LicenseServer, *, now: datetime) -> GracePeriod | None:
    """The grace that the newest word about it leaves running; None when it has ended or nothing was said."""
    newest = GracePeriod.objects.filter(server=server).first()
    return newest if newest and newest.ends_at > now else None
