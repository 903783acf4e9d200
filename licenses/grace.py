"""Is the server in supplemental grace, also called license burst mode? Only what a report says, never a guess."""

from datetime import datetime, timedelta

from licenses.formats.payload_records import PayloadReport
from licenses.models import GracePeriod
from licenses.moments import can_be
from servers.models import LicenseServer


def record(server: LicenseServer, report: PayloadReport, *, source: str) -> GracePeriod | None:
    """The grace that a report speaks of. Days without a code other than 0 are the length that grace would have.

    The documented example of a server outside grace carries code 0 and 15 days, so only another code means grace,
    and a later report with code 0 says that it is over.
    """
    info = report.server
    if info is None or info.sample_stop is None or not can_be(info.sample_stop):
        return None
    if info.clock_error_code == "0":
        _end(server, at=info.sample_stop)
    if info.grace_days is None or info.clock_error_code in {"", "0"}:
        return None
    ends_at = info.sample_stop + timedelta(days=min(info.grace_days, 3650))
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


def _end(server: LicenseServer, *, at: datetime) -> None:
    """A report from outside of grace: what was still running then is over, for example after more were installed."""
    GracePeriod.objects.filter(server=server, noted_at__lt=at, ends_at__gt=at).update(ends_at=at)
