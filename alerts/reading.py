"""Where do the facts come from? The tables of the floors below, in a constant number of questions."""

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, F, Min, OuterRef, QuerySet, Subquery, When, Window
from django.db.models.functions import NullIf, RowNumber

from alerts.facts import Failing, Lease, LicenseLine, ServerFacts, Unread, Usage
from intake.models import Outcome, SourceReport
from licenses.models import ActivationLease, DailyPeak, GracePeriod, License
from programs.catalog import program, programs
from programs.codes import TELEMETRY
from programs.models import Action, ConsentDecision
from programs.standing import states_of, undecided_elements
from servers.models import CloudRegistration, LicenseServer, LicensingMode, ReportingMode
from uploads.models import Upload
from uploads.states import State

USAGE_WEEK = timedelta(days=7)  # ours: the peak of a week, so that an alert does not come and go with each evening
USAGE_KNOWN = timedelta(days=30)  # whoever reported use within a month is expected to go on
UNREAD_FOR = timedelta(days=30)
SERVER_FIELDS = (
    "pk", "name", "product_version", "time_zone", "reporting_mode", "licensing_mode", "is_provider",
    "provider_evidence", "group_id", "created_at",
)  # fmt: skip
LICENSE_FIELDS = (
    "pk", "feature", "vendor", "version", "css_date", "expires_on", "expiry_known", "starts_on", "issued_on", "count",
    "count_known", "license_type", "serial_number", "file__imported_at",
)  # fmt: skip
BUILD = re.compile(r"\bbuild\s+(\d{1,9})\b", re.IGNORECASE)
Rows = dict[int, list[Any]]


def servers_facts(*, now: datetime, only: LicenseServer | None = None) -> list[ServerFacts]:
    """The facts of every server in service, by name; or of one, archived or not."""
    kinds = [upload.kind for upload in program(TELEMETRY).uploads]
    known = LicenseServer.objects.order_by("name")
    known = known.in_service() if only is None else known.filter(pk=only.pk)
    reports = {f"last_{kind}": _last(kind) for kind in kinds}
    rows = list(known.annotate(**reports).values_list(*SERVER_FIELDS, *reports))
    pk = only.pk if only else None
    licenses, leases, grace = _licenses(pk), _leases(pk), _grace(pk)
    failing, unread, usage = _failing(pk), _unread(pk, now=now), _usage(pk, now=now)
    registrations, held = _registrations(pk), _held(pk)
    zones = {name: ZoneInfo(name) for name in {row[3] for row in rows}}
    found = []
    for row in rows:
        key, arrived = row[0], row[len(SERVER_FIELDS) :]
        found.append(
            ServerFacts(
                **_of_server(row, zones),
                last_reports={kind: at for kind, at in zip(kinds, arrived, strict=True) if at},
                licenses=licenses.get(key, ()),
                leases=leases.get(key, ()),
                **grace.get(key, {}),
                **registrations.get(key, {}),
                failing=failing.get(key, ()),
                unread=unread.get(key, ()),
                usage=usage.get(key, ()),
                held=held.get(key, {}),
            )
        )
    return found


def build_of(version: str) -> int | None:
    """The number after the word build; None where none is told."""
    found = BUILD.search(version)
    return int(found[1]) if found else None


def _of_server(row: tuple[Any, ...], zones: Mapping[str, ZoneInfo]) -> dict[str, Any]:
    pk, name, version, zone, reporting, licensing, is_provider, evidence, group, created = row[: len(SERVER_FIELDS)]
    return {
        "pk": pk,
        "name": name,
        "zone": zones[zone],
        "build": build_of(version),
        "version": version,
        "is_manual": reporting == ReportingMode.MANUAL,
        "is_las": licensing != LicensingMode.FILE,
        "is_offline": licensing == LicensingMode.LAS_OFFLINE,
        "is_provider": is_provider,
        "provider_evidence": evidence,
        "group_id": group,
        "known_since": created,
    }


def _last(kind: str) -> Subquery:
    """When this report last arrived: one look into an index for each server."""
    arrived = Upload.objects.arrived().filter(server=OuterRef("pk"), program=TELEMETRY, kind=kind)
    return Subquery(arrived.order_by("-finished_at").values("finished_at")[:1])


def _mine(rows: QuerySet[Any], pk: int | None, *, by: str = "server_id") -> QuerySet[Any]:
    """Those of one server, or of all that are in service."""
    if pk is not None:
        return rows.filter(**{by: pk})
    return rows.filter(**{f"{by.removesuffix('_id')}__archived_at__isnull": True})


def _licenses(pk: int | None) -> Rows:
    found: Rows = defaultdict(list)
    rows = _mine(License.objects.filter(file__retired_at__isnull=True), pk, by="file__server_id").order_by()
    for server, *values in rows.values_list("file__server_id", *LICENSE_FIELDS).iterator(chunk_size=5000):
        found[server].append(LicenseLine._make(values))
    return found


def _leases(pk: int | None) -> Rows:
    found: Rows = defaultdict(list)
    rows = _mine(ActivationLease.objects.order_by("code"), pk)
    for server, *values in rows.values_list("server_id", "code", "quantity", "expires_on", "last_seen_at"):
        found[server].append(Lease._make(values))
    return found


def _grace(pk: int | None) -> dict[int, dict[str, Any]]:
    """The newest word about it; rows come oldest first, so the last one stays."""
    rows = _mine(GracePeriod.objects.order_by("noted_at"), pk).values_list("server_id", "noted_at", "ends_at")
    return {server: {"grace_noted_at": noted, "grace_ends_at": ends} for server, noted, ends in rows}


def _registrations(pk: int | None) -> dict[int, dict[str, Any]]:
    rows = CloudRegistration.objects.filter(state__in=["waiting", "registered"])
    fields = ("server_id", "state", "registered_at", "expires_at")
    return {
        server: {"registration": state, "registration_at": at, "code_expires_at": expires}
        for server, state, at, expires in _mine(rows, pk).order_by().values_list(*fields)
    }


def _failing(pk: int | None) -> Rows:
    found: Rows = defaultdict(list)
    rows = _mine(Upload.objects.filter(state__in=[State.FAILED, State.REFUSED]), pk).order_by()
    groups = rows.values_list("server_id", "program", "cause", "state").annotate(Count("pk"), Min("created_at"))
    for server, code, cause, state, count, since in groups:
        found[server].append(Failing(code, cause, state == State.REFUSED, count, since))
    return found


def _unread(pk: int | None, *, now: datetime) -> Rows:
    """Of each kind the newest file, when it holds what was not understood."""
    found: Rows = defaultdict(list)
    rows = _mine(SourceReport.objects.filter(received_at__gt=now - UNREAD_FOR), pk).order_by("-received_at", "-id")
    seen: set[tuple[int, str]] = set()
    fields = ("server_id", "kind", "name", "problem_count", "outcome", "received_at")
    for server, kind, name, problems, outcome, at in rows.values_list(*fields):
        if (server, kind) not in seen and (problems or outcome == Outcome.REJECTED):
            found[server].append(Unread(kind, name, problems, outcome == Outcome.REJECTED, at))
        seen.add((server, kind))
    return found


def _usage(pk: int | None, *, now: datetime) -> Rows:
    found: Rows = defaultdict(list)
    for server, recent, feature, peak, of, day in highest_use(pk, now=now):
        found[server].append(Usage(feature, peak if recent else None, of if recent else None, day))
    return found


def highest_use(pk: int | None, *, now: datetime) -> QuerySet[Any, tuple[Any, ...]]:
    """The highest share of the last week for each product; for one that went silent, the last day that is known."""
    today = now.date()
    rows = _mine(DailyPeak.objects.filter(pool="", day__gt=today - USAGE_KNOWN, day__lte=today + timedelta(days=1)), pk)
    is_recent = Case(When(day__gt=today - USAGE_WEEK, then=1), default=0)
    share = Case(When(day__gt=today - USAGE_WEEK, then=F("in_use") * 1000 / NullIf(F("issued"), 0)), default=0)
    place = Window(
        RowNumber(),
        partition_by=[F("server_id"), F("feature")],
        order_by=[is_recent.desc(), share.desc(nulls_last=True), F("day").desc()],
    )
    first = rows.annotate(recent=is_recent, place=place).filter(place=1).order_by("server_id", "feature")
    found: QuerySet[Any, tuple[Any, ...]] = first.values_list(
        "server_id", "recent", "feature", "in_use", "issued", "day"
    )
    return found


def _held(pk: int | None) -> dict[int, dict[str, int]]:
    """How many data elements of which program wait for a decision. Nothing waits that was not noted as held back."""
    noted = ConsentDecision.objects.filter(action=Action.HELD).order_by().values("server_id")
    servers = LicenseServer.objects.in_service().filter(pk__in=noted)
    waiting = list(servers if pk is None else servers.filter(pk=pk))
    found: dict[int, dict[str, int]] = {}
    for (server, code), consent in (states_of(waiting) if waiting else {}).items():
        if count := len(undecided_elements(programs()[code], consent)):
            found.setdefault(server, {})[code] = count
    return found
