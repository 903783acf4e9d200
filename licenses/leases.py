"""What did the License Activation Service activate, and until when? With a guard against its known double count.

The service's inventory can report twice the contracted number (seen by a public tool). Where the license files of the
same server grant exactly half, the half is counted; the reported number stays visible.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from licenses.formats.inventory_kinds import RowKind
from licenses.formats.inventory_records import Inventory, InventoryPool
from licenses.models import ActivationLease
from licenses.pools import installed_only, pools_of
from servers.models import LicenseServer


@transaction.atomic
def record(server: LicenseServer, inventory: Inventory, *, at: datetime) -> int:
    """Keep what the inventory of the activation service says. Returns how many codes it named."""
    rows = [pool for pool in inventory.pools if pool.source is RowKind.LAS_INVENTORY and not pool.is_system]
    contracted = _contracted(server, on=at.astimezone(server.zone).date())
    by_code: dict[str, list[InventoryPool]] = {}
    for row in rows:
        by_code.setdefault(row.code[:128], []).append(row)
    for code, same in by_code.items():
        ActivationLease.objects.update_or_create(
            server=server, code=code, defaults={**_counted(same, contracted.get(code)), "last_seen_at": at}
        )
    return len(by_code)


def _counted(rows: Iterable[InventoryPool], contracted: int | None) -> dict[str, object]:
    every = list(rows)
    numbers = [row.total if row.total is not None else row.available for row in every]
    reported = None if None in numbers else sum(number for number in numbers if number is not None)
    was_doubled = bool(contracted) and reported == 2 * (contracted or 0)
    return {
        "reported": reported,
        "quantity": contracted if was_doubled else reported,
        "was_doubled": was_doubled,
        "expires_on": min((row.expires_on for row in every if row.expires_on), default=None),
    }


def _contracted(server: LicenseServer, *, on: date) -> dict[str, int]:
    found: dict[str, int] = {}
    for pool in installed_only(pools_of(server, on=on)):
        found[pool.feature] = found.get(pool.feature, 0) + pool.contracted
    return found
