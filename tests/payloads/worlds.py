"""What can a license server be? Generated servers with licenses, use and holders, without a database.

Every text that could lead to somebody carries a mark of its own, so that finding it in a bundle is no accident.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from licenses.models import GracePeriod, License
from licenses.pools import Pool
from payloads.facts import Facts, Holders
from programs.catalog import Program, UploadKind, programs
from servers.models import LicenseServer

CODES = ("XDT_PLT_UD", "MPS_ENT_CCU", "CITRIX", "PVS_STD_CCS", "ZZZ_NEW_UD")
DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
VERSIONS = st.sampled_from(["11.17.2.0 build 53100", "11.16.3.0 build 28000", "", "11.17 on {secret}", "{secret}"])
UPLOADS = [(program, upload) for program in programs().values() for upload in program.uploads]


@st.composite
def secrets(draw: st.DrawFn) -> str:
    """A text that stands nowhere by accident."""
    return f"zq{draw(st.integers(0, 16**10)):010x}"


@dataclass(frozen=True)
class World:
    """Facts for any upload, and the texts that lead to a user, a device, a server or an organization."""

    facts: Facts
    identifying: frozenset[str]

    def for_upload(self, program: Program, upload: UploadKind) -> Facts:
        """The same world, seen by another program."""
        return replace(self.facts, program=program, upload=upload)


@st.composite
def servers(draw: st.DrawFn) -> LicenseServer:
    """Anything that a server can be."""
    version = draw(VERSIONS).replace("{secret}", draw(secrets()))
    return LicenseServer(
        guid=draw(st.uuids()),
        name=f"{draw(secrets())}.{draw(secrets())}.test",
        hardware_id=draw(st.just("") | secrets()),
        product_version=version,
        operating_system=draw(st.just("") | secrets()),
        time_zone=draw(st.sampled_from(["UTC", "America/New_York", "Asia/Kathmandu"])),
        installed_at=draw(st.none() | MOMENTS),
        service_started_at=datetime(2026, 1, 1, tzinfo=UTC),
        reporting_mode=draw(st.sampled_from(["electronic", "manual"])),
        is_provider=draw(st.booleans()),
    )


@st.composite
def licenses(draw: st.DrawFn) -> License:
    """One line of a license file, ours or another vendor's."""
    css_date = draw(st.none() | DAYS)
    return License(
        feature=draw(st.sampled_from(CODES)),
        vendor=draw(st.sampled_from(["CITRIX", "citrix", "acme"])),
        version=f"{css_date:%Y.%m%d}" if css_date else "12.0",
        css_date=css_date,
        expires_on=draw(st.none() | DAYS),
        starts_on=draw(st.none() | DAYS),
        issued_on=draw(st.none() | DAYS),
        count=draw(st.none() | st.integers(0, 10**6)),
        overdraft=draw(st.integers(0, 100)),
        serial_number=draw(st.just("") | secrets()),
        notice=draw(st.just("") | secrets()),
        attributes=[["VENDOR_STRING", draw(secrets())]],
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A server with everything that can be known of it at a moment."""
    server, lines = draw(servers()), draw(st.lists(licenses(), max_size=4))
    users = draw(st.lists(secrets(), max_size=3, unique=True))
    keys = [(line.feature, line.version) for line in lines]
    customer, at = draw(st.just("") | secrets()), draw(MOMENTS).replace(microsecond=0)
    holding = draw(st.sets(st.sampled_from(keys))) if keys else set()
    program, upload = UPLOADS[0]

    def names(feature: str, version: str) -> Iterator[str]:
        return iter(users if (feature, version) in holding else ())

    facts = Facts(
        server=server,
        program=program,
        upload=upload,
        at=at,
        pools=tuple(_pool(line, is_installed=draw(st.booleans())) for line in lines),
        licenses=lines,
        peaks={key: draw(st.integers(0, 10**6)) for key in keys if draw(st.booleans())},
        holders={key: Holders(len(users) + 1, len(users), draw(st.integers(0, 1)), at) for key in holding},
        users=names,
        customer_id=customer,
        grace=GracePeriod(code=draw(st.sampled_from(["", "7", "x"])), ends_at=at + timedelta(days=3)),
    )
    return World(facts, _identifying(server, lines, [*users, customer]))


def _pool(line: License, *, is_installed: bool) -> Pool:
    return Pool(
        vendor=line.vendor.upper(),
        feature=line.feature,
        version=line.version,
        css_date=line.css_date,
        expires_on=line.expires_on,
        license_type="",
        contracted=line.count or 0,
        overdraft=line.overdraft,
        uncounted=line.count is None,
        is_system=False,
        is_installed=is_installed,
    )


def _identifying(server: LicenseServer, lines: list[License], more: list[str]) -> frozenset[str]:
    guid: UUID = server.guid
    texts = [str(guid), guid.hex, *server.name.split(".")[:2], server.hardware_id, server.operating_system]
    texts += [part for part in server.product_version.split() if part.startswith("zq")]
    texts += [text for line in lines for text in (line.serial_number, line.notice, line.vendor_string)]
    return frozenset(text for text in [*texts, *more] if text)
