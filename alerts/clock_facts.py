"""How is a clock told to a program? Its facts in plain values, under the names that the shell and REST share."""

from alerts.clock import Clock
from servers.models import LicenseServer


def clock_facts(clock: Clock, server: LicenseServer | None) -> dict[str, object]:
    """Moments and days in ISO 8601, and None where something is not known. `server` is None for the installation."""
    return {
        "server": str(server.guid) if server else None,
        "server_name": server.name if server else None,
        "kind": str(clock.kind),
        "kind_words": str(clock.kind.label),
        "subject": clock.subject,
        "state": str(clock.state),
        "severity": str(clock.severity),
        "title": clock.title,
        "evidence": clock.evidence,
        "next_step": clock.next_step,
        "feature": clock.feature,
        "quantity": clock.quantity,
        "starts": clock.starts and clock.starts.isoformat(),
        "due": clock.due and clock.due.isoformat(),
        "earliest": clock.earliest and clock.earliest.isoformat(),
        "latest": clock.latest and clock.latest.isoformat(),
        "days_left": clock.days_left,
        "shape": str(clock.shape),
        "period": clock.period,
    }
