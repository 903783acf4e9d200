"""How do the standings stay true? Written with every look of the rules, and at once after one server was changed.

A look asks a constant number of questions and writes only what differs. Whoever reads a standing asks `last_look` too:
when the rules do not look any more, nothing is known.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from alerts.clock import Clock, State
from alerts.clocks import server_clocks
from alerts.facts import Facts, InstallationFacts
from alerts.models import AlertServer
from alerts.next_trouble import OpenAlert, standing_values
from alerts.reading import servers_facts
from alerts.reading_installation import EVALUATED, release_table
from alerts.standing_models import NEVER, STALE_AFTER, FleetEdition, Pressure, ServerStanding
from programs.models import ConsentDecision
from servers.models import LicenseServer
from uploads.models import Tick

BATCH = 500
MOST_AT_ONCE = 25  # servers that are judged one by one
OF_SERVER = ("name_key", "group_id", "build", "mode", "is_archived", "is_provider")
COLUMNS = (
    *OF_SERVER, "is_registered", "share", "sends_events", "pressure", "kind", "subject", "state", "due", "age_verdict",
    "mode_verdict", "version_verdict", "verdict", "alerts_to_act", "alerts_to_plan", "alerts_to_watch", "reported_at",
    "marks",
)  # fmt: skip
FIELDS = [name.removesuffix("_id") for name in COLUMNS]
Values = dict[str, Any]
# Of a server out of service nothing is due, and nothing can be wrong.
OUT_OF_SERVICE: Values = {
    "pressure": Pressure.WELL, "kind": "", "subject": "", "due": NEVER, "marks": "", "sends_events": False,
    "alerts_to_act": 0, "alerts_to_plan": 0, "alerts_to_watch": 0,
    **dict.fromkeys(("state", "age_verdict", "mode_verdict", "version_verdict", "verdict"), State.NOT_APPLICABLE),
}  # fmt: skip


def keep_standings(facts: Facts, clocks: Mapping[int | None, Sequence[Clock]], *, now: datetime) -> int:
    """What this look found, for every server; returns how many rows were written."""
    granted, alerts = ConsentDecision.objects.granted(), _open_alerts()
    judged = {
        one.pk: standing_values(one, clocks[one.pk], alerts.get(one.pk, ()), granted=granted) for one in facts.servers
    }
    return _write(LicenseServer.objects.order_by("pk"), judged, now=now)


def refresh(*servers: LicenseServer) -> None:
    """What is known of these few servers now, after a decision, an import or another change of theirs.

    Many are left to the next look, which asks no more questions for ten thousand than for one.
    """
    if not 0 < len(servers) <= MOST_AT_ONCE:
        return
    now, installation = timezone.now(), InstallationFacts(**release_table())
    ids = [one.pk for one in servers]
    granted, alerts = ConsentDecision.objects.granted(ids), _open_alerts(ids)
    judged = {}
    for server in servers:
        for one in servers_facts(now=now, only=server):
            clocks = server_clocks(one, installation, now=now)
            judged[one.pk] = standing_values(one, clocks, alerts.get(one.pk, ()), granted=granted)
    _write(LicenseServer.objects.filter(pk__in=ids).order_by("pk"), judged, now=now)


def add_missing() -> None:
    """A row for every server that came since the last look: nothing is known of it yet, and it is listed."""
    if LicenseServer.objects.count() == ServerStanding.objects.count():
        return
    known = ServerStanding.objects.values("server_id")
    missing = [ServerStanding(server=one, **_of_server(one)) for one in LicenseServer.objects.exclude(pk__in=known)]
    with transaction.atomic():
        ServerStanding.objects.bulk_create(missing, ignore_conflicts=True, batch_size=BATCH)
        _new_edition()


def last_look() -> datetime | None:
    """When the rules last looked at all servers; None before the first time."""
    return Tick.objects.filter(name=EVALUATED).values_list("at", flat=True).first()


def is_stale(looked: datetime | None, *, now: datetime) -> bool:
    """Is a look of that moment too old to say that anything is well?"""
    return looked is None or now - looked > STALE_AFTER


def edition() -> str:
    """Differs after every change of any standing; "" before the first."""
    return FleetEdition.objects.values_list("token", flat=True).first() or ""


@transaction.atomic
def _write(servers: Iterable[LicenseServer], judged: Mapping[int, Values], *, now: datetime) -> int:
    found = list(servers)
    of_some = {} if len(found) > BATCH else {"server_id__in": [one.pk for one in found]}
    before = {row[0]: row[1:] for row in ServerStanding.objects.filter(**of_some).values_list("server_id", *COLUMNS)}
    changed = []
    for one in found:
        values = OUT_OF_SERVICE if one.archived_at else judged.get(one.pk)
        if values is None:
            continue  # it came while the facts were read
        row = ServerStanding(server=one, looked_at=now, **(values | _of_server(one)))
        if one.archived_at and one.pk in before:
            row.reported_at = before[one.pk][COLUMNS.index("reported_at")]
        if before.get(one.pk) != tuple(getattr(row, name) for name in COLUMNS):
            changed.append(row)
    ServerStanding.objects.bulk_create(
        changed, batch_size=BATCH, update_conflicts=True, unique_fields=["server"], update_fields=[*FIELDS, "looked_at"]
    )
    if changed:
        _new_edition()
    return len(changed)


def _of_server(server: LicenseServer) -> Values:
    return {
        "name_key": server.name.lower()[:255],
        "group_id": server.group_id,
        "build": server.build,
        "mode": server.reporting_mode,
        "is_archived": server.archived_at is not None,
        "is_provider": server.is_provider,
    }


def _open_alerts(server_ids: Sequence[int] | None = None) -> dict[int, list[OpenAlert]]:
    rows = AlertServer.objects.filter(gone_at__isnull=True, alert__closed_at__isnull=True).order_by()
    if server_ids is not None:
        rows = rows.filter(server_id__in=server_ids)
    found: dict[int, list[OpenAlert]] = defaultdict(list)
    fields = ("server_id", "alert__rule", "alert__severity", "since", "alert__feature")
    for server, *values in rows.values_list(*fields).iterator(chunk_size=5000):
        found[server].append(OpenAlert._make(values))
    return found


def _new_edition() -> None:
    FleetEdition.objects.update_or_create(pk=1, defaults={"token": uuid4().hex})
