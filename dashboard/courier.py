"""What does the courier's page show? The set on its way, step by step, and what waits, is missing, or may go."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import ngettext

from dashboard.ticks import strips_of
from languages.numbers import number
from programs.codes import TELEMETRY
from programs.schedule import MAX_REPORT_AGE, days_left
from servers.models import LicenseServer
from uploads import policy
from uploads.courier_cleanup import Leftovers, leftovers_of
from uploads.courier_gaps import gaps_of, sentence_of
from uploads.courier_key import KeyUnusable, PublicKey, public_key
from uploads.courier_models import CustodyEntry, ManualReport, ManualVolume, TrustedReceiver
from uploads.courier_open import OpenVolume, still_open
from uploads.manual_report import waiting
from uploads.reporting import expected_since, last_successes

EARLIER = 12
GAPS_SHOWN = 20
TRAIL = 50


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """A volume in the table: what it holds, whether somebody has it, and what arrived of it."""

    volume: ManualVolume
    name: str
    bundles: int
    arrived: int
    handed_out: bool

    @property
    def is_whole(self) -> bool:
        """Did all of it arrive?"""
        return self.arrived == self.bundles


@dataclass(frozen=True, slots=True)
class Courier:
    """One set and the four steps."""

    report: ManualReport
    volumes: list[VolumeRow]
    open: list[OpenVolume]
    leftovers: Leftovers
    custody: list[CustodyEntry]
    servers: int
    bundles: int

    @property
    def missing(self) -> list[str]:
        """The gaps that the index names, for whoever reads now."""
        return [sentence_of(gap) for gap in self.report.missing]

    @property
    def bundles_words(self) -> str:
        """How many bundles it holds."""
        return ngettext("%(count)s bundle", "%(count)s bundles", self.bundles) % {"count": number(self.bundles)}

    @property
    def servers_words(self) -> str:
        """Of how many servers."""
        return ngettext("%(count)s server", "%(count)s servers", self.servers) % {"count": number(self.servers)}

    @property
    def volumes_words(self) -> str:
        """In how many files."""
        many = len(self.volumes)
        return ngettext("%(count)s volume", "%(count)s volumes", many) % {"count": number(many)}

    @property
    def step(self) -> int:
        """The step that comes next: 2 to take the volumes, 4 to bring a receipt, 5 when nothing is left to do."""
        if not self.report.is_open:
            return 5
        return 4 if all(row.handed_out or row.is_whole for row in self.volumes) else 2

    @property
    def next_volume(self) -> VolumeRow | None:
        """The first that nobody has yet."""
        return next((row for row in self.volumes if not row.handed_out and not row.is_whole), None)


def courier_of(report: ManualReport) -> Courier:
    """All that the steps of one set show."""
    counted = report.volumes.annotate(
        bundles=Count("items"), arrived=Count("items", filter=Q(items__arrived_at__isnull=False))
    )
    notes = report.custody.filter(event=CustodyEntry.Event.HANDED_OUT).values_list("note", flat=True)
    out = {note.partition(" ")[0] for note in notes}
    rows = [
        VolumeRow(volume, volume.file_name, volume.bundles, volume.arrived, volume.file_name in out)
        for volume in counted
    ]
    return Courier(
        report=report,
        volumes=rows,
        open=list(still_open(report)),
        leftovers=leftovers_of(report),
        custody=list(report.custody.order_by("-at", "-pk")[:TRAIL])[::-1],
        servers=report.items.order_by().values("server_guid").distinct().count(),
        bundles=sum(row.bundles for row in rows),
    )


def scope_context(servers: list[LicenseServer], server: LicenseServer | None, *, now: datetime) -> dict[str, Any]:
    """The page of one server, or of the fleet for None."""
    reports = ManualReport.objects.all()
    if server:
        reports = reports.filter(pk__in=server_reports(server))
    open_ones = list(reports.filter(state=ManualReport.State.OPEN))
    sealed = waiting(servers).order_by().aggregate(count=Count("pk"), bytes=Sum("size"))
    gaps = gaps_of(servers, now=now)
    return {
        "couriers": [courier_of(report) for report in open_ones],
        "earlier": reports.exclude(state=ManualReport.State.OPEN).annotate(receipt_count=Count("receipts"))[:EARLIER],
        "sealed": sealed,
        "gaps": gaps[:GAPS_SHOWN],
        "more_gaps": max(len(gaps) - GAPS_SHOWN, 0),
        "gap_days": sum(gap.last_day - gap.first_day + 1 for gap in gaps),
        "by_hand": sum(not one.reports_electronically for one in servers),
        "limit": policy.VOLUME_MAX_BYTES,
        "due": _due(servers, now=now),
        "strip": _strip(server, now=now) if server else None,
        **trust_context(),
    }


def trust_context() -> dict[str, Any]:
    """Our key, and whose receipts are believed."""
    try:
        key: PublicKey | None = public_key()
        problem = ""
    except (KeyUnusable, OSError) as error:
        key, problem = None, str(error)
    return {"key": key, "key_problem": problem, "receivers": TrustedReceiver.objects.all()}


def server_reports(server: LicenseServer) -> Any:
    """The sets that hold something of this server."""
    return ManualReport.objects.filter(items__server_guid=server.guid).values("pk")


def _due(servers: Iterable[LicenseServer], *, now: datetime) -> dict[str, Any] | None:
    """The server by hand whose report gets too old first."""
    by_hand = [one for one in servers if not one.reports_electronically]
    known = last_successes(by_hand)
    ages = [
        (days_left(last, now=now), one.short_name, last + MAX_REPORT_AGE)
        for one in by_hand
        if (last := known.get(one.pk))
    ]
    if not ages:
        return None
    left, name, limit = min(ages)
    sign = "act" if left <= 7 else "plan" if left <= 30 else "well"
    return {"left": left, "over": -left, "name": name, "limit": limit, "sign": sign}


def _strip(server: LicenseServer, *, now: datetime) -> Any:
    since = {TELEMETRY: expected_since(server, program_code=TELEMETRY)}
    return strips_of(server, days=90, now=now, expected_since=since)[TELEMETRY]
