"""What does a bundle of an earlier upload look like once it is read?"""

from dataclasses import dataclass
from datetime import datetime

from licenses.formats.problems import Problem

Unknown = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """The envelope. `local_date` is the server's own clock in US order: shown, never counted with."""

    product: str
    product_version: str
    time_utc: datetime | None
    deployed_at: datetime | None
    local_date: str
    client_tool: str
    upload_user: str
    upload_type: str


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """`LSInfo`: the license server that reports. "" and None stand for what it does not say."""

    guid: str
    hardware_id: str
    fqdn: str
    product_version: str
    org_id: str
    customer_id: str
    privacy: str
    os: str
    windows_product: str
    cpu_id: str
    vm_id: str
    installed_at: datetime | None
    sample_stop: datetime | None
    clock_error_code: str
    grace_days: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """A user or device as the report names it, clear or scrambled."""

    id: str
    last_login: datetime | None = None


@dataclass(frozen=True, slots=True)
class SupportDatePool:
    """One `SADate` of a feature. None is "the report does not say", which is not zero."""

    line: int
    css_date: str
    installed: int | None
    used_max: int | None
    billable: int | None
    active: str
    sample_start: datetime | None
    sample_stop: datetime | None
    billable_users: tuple[Person, ...]
    lists_billable_users: bool
    licensees_total: int | None
    licensed_users: tuple[str, ...]
    licensed_devices: tuple[str, ...]
    concurrent_devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportedFeature:
    """One `Feature` of the inventory with its support dates."""

    line: int
    code: str
    bin_file_created: datetime | None
    report_generated: datetime | None
    users_released: int | None
    devices_released: int | None
    pools: tuple[SupportDatePool, ...]


@dataclass(frozen=True, slots=True)
class SerialNumber:
    """A serial number, the feature it belongs to, and its support date if that is said."""

    code: str
    css_date: str
    number: str


@dataclass(frozen=True, slots=True)
class PayloadReport:
    """Everything that one manifest, one report or a bundle of both says.

    `kind` is "manifest", "report", "bundle" or "unknown". `unknown` holds what has no known meaning as (path, text).
    """

    kind: str
    size: int
    members: tuple[str, ...]
    manifest: Manifest | None
    server: ServerInfo | None
    features: tuple[ReportedFeature, ...]
    serial_numbers: tuple[SerialNumber, ...]
    unknown: Unknown
    problems: tuple[Problem, ...]

    @property
    def pools(self) -> tuple[SupportDatePool, ...]:
        """The support dates of all features."""
        return tuple(pool for feature in self.features for pool in feature.pools)

    @property
    def billable_ids_listed(self) -> int:
        """How many billable users are named; the same user of two features counts twice, as it is billed."""
        return sum(len(pool.billable_users) for pool in self.pools)

    @property
    def is_service_provider(self) -> bool:
        """The server reports as a service provider does: billable users, and an organization they are billed to."""
        bills = any(pool.billable is not None or pool.lists_billable_users for pool in self.pools)
        return bills and self.server is not None and bool(self.server.org_id)
