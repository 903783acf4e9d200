"""Who holds a user or device license? The newest list of a feature says it; who is missing there has gone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count

from licenses.formats.inventory_records import Inventory
from licenses.formats.udadmin import UdadminList
from licenses.models import Assignment
from licenses.moments import can_be
from licenses.pseudonyms import at_rest
from servers.models import LicenseServer

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Held:
    """One row of a list: what is held, by whom, and since when if the list says it."""

    feature: str
    css_text: str
    holder: str
    name: str
    assigned_at: datetime | None = None


def of_udadmin(report: UdadminList, *, zone: ZoneInfo) -> Iterator[Held]:
    """The rows of a udadmin list; its times are local to the server."""
    for one in report.assignments:
        at = one.assigned_at.replace(tzinfo=zone) if one.assigned_at else None
        yield Held(one.feature, one.css_text, one.kind, one.name, at if at and can_be(at) else None)


def of_inventory(inventory: Inventory) -> Iterator[Held]:
    """The rows of Get-LicUsageDetails; other words than User and Device are not guessed at."""
    for one in inventory.usage_details:
        if one.kind.lower() in Assignment.Holder.values:
            css = f"{one.css_date:%Y.%m%d}" if one.css_date else ""
            yield Held(one.pem, css, one.kind.lower(), one.name)


@transaction.atomic
def record(server: LicenseServer, rows: Iterable[Held], *, at: datetime) -> int:
    """Keep the list. A feature that it does not name at all stays as it was. Returns how many hold a license now."""
    LicenseServer.objects.select_for_update().get(pk=server.pk)
    listed = {_key(row): row for row in rows}
    features = {key[0] for key in listed}
    of_these = Assignment.objects.filter(server=server, feature__in=features)
    known = {_key_of(one): one for one in of_these}
    Assignment.objects.bulk_create(
        [_new(server, key, row, at=at) for key, row in listed.items() if key not in known], batch_size=BATCH
    )
    seen = [one for key, one in known.items() if key in listed and one.last_seen_at <= at]
    for one in seen:
        one.last_seen_at, one.gone_at = at, None
        one.assigned_at = listed[_key_of(one)].assigned_at or one.assigned_at
    Assignment.objects.bulk_update(seen, ["last_seen_at", "gone_at", "assigned_at"], batch_size=BATCH)
    gone = [one.pk for key, one in known.items() if key not in listed and one.gone_at is None]
    for part in _batches(gone):
        Assignment.objects.filter(pk__in=part, last_seen_at__lte=at).update(gone_at=at)
    return len(listed)


def held_counts(server: LicenseServer) -> dict[tuple[str, str], int]:
    """How many users and devices hold a license, by feature and CSS text."""
    held = Assignment.objects.held().filter(server=server).order_by().values_list("feature", "css_text")
    return {(feature, css_text): count for feature, css_text, count in held.annotate(Count("pk"))}


def _key(row: Held) -> tuple[str, str, str, str]:
    name, _ = at_rest(row.name)
    return (row.feature[:128], row.css_text[:16], row.holder, name[:255])


def _key_of(one: Assignment) -> tuple[str, str, str, str]:
    return (one.feature, one.css_text, one.holder, one.name)


def _new(server: LicenseServer, key: tuple[str, str, str, str], row: Held, *, at: datetime) -> Assignment:
    feature, css_text, holder, name = key
    return Assignment(
        server=server,
        feature=feature,
        css_text=css_text,
        holder=holder,
        name=name,
        is_pseudonym=at_rest(row.name)[1],
        assigned_at=row.assigned_at,
        first_seen_at=at,
        last_seen_at=at,
    )


def _batches(keys: list[int]) -> Iterator[list[int]]:
    yield from (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))
