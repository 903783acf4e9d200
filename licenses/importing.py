"""What does a new license file change? Stored once, what it replaces is retired, all of it or nothing."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from licenses.binding import bound_host
from licenses.formats.license_file import Feature
from licenses.formats.license_file import LicenseFile as Parsed
from licenses.formats.vendor_string import parse_vendor_string
from licenses.models import License, LicenseFile
from servers.models import LicenseServer


@dataclass(frozen=True, slots=True)
class Installed:
    """What an import did: the file, whether it is new here or back in force, and which files it retired."""

    file: LicenseFile
    is_new: bool
    retired: tuple[LicenseFile, ...]
    is_back: bool = False

    @property
    def changed_something(self) -> bool:
        """Does the server own anything else than before?"""
        return self.is_new or self.is_back


@transaction.atomic
def install_license_file(server: LicenseServer, parsed: Parsed, *, name: str, sha256: str, at: datetime) -> Installed:
    """Put the file in force on this server. The same bytes again change nothing."""
    LicenseServer.objects.select_for_update().get(pk=server.pk)  # two imports on one server wait for each other
    known = LicenseFile.objects.filter(server=server, sha256=sha256).first()
    if known and known.retired_at is None:
        return Installed(known, is_new=False, retired=())
    replaced = _replaced_by(server, parsed, name=name, without=known)
    for old in replaced:
        old.retired_at = at
        old.save(update_fields=["retired_at"])
    file = _reinstate(known, name=name) if known else _create(server, parsed, name=name, sha256=sha256, at=at)
    LicenseFile.objects.filter(pk__in=[old.pk for old in replaced]).update(replaced_by=file)
    return Installed(file, is_new=known is None, retired=tuple(replaced), is_back=known is not None)


def _replaced_by(server: LicenseServer, parsed: Parsed, *, name: str, without: LicenseFile | None) -> list[LicenseFile]:
    """The files in force that this one replaces: of the same name, or with nothing but licenses that it carries too.

    The product knows replacing by name only; the second rule is ours: a renewal lists the same serial numbers
    for the same features, and counting both would double what the customer owns.
    """
    carried = {
        (feature.feature[:128], feature.serial_number[:255]) for feature in parsed.features if feature.serial_number
    }
    return [
        file
        for file in LicenseFile.objects.in_force().filter(server=server).prefetch_related("licenses")
        if file != without and (file.name.lower() == name.lower() or _is_covered(file, carried))
    ]


def _is_covered(file: LicenseFile, carried: set[tuple[str, str]]) -> bool:
    licenses = list(file.licenses.all())
    return bool(licenses) and all((one.feature, one.serial_number) in carried for one in licenses)


def _reinstate(file: LicenseFile, *, name: str) -> LicenseFile:
    file.retired_at, file.replaced_by, file.name = None, None, name
    file.save(update_fields=["retired_at", "replaced_by", "name"])
    return file


def _create(server: LicenseServer, parsed: Parsed, *, name: str, sha256: str, at: datetime) -> LicenseFile:
    file = LicenseFile.objects.create(
        server=server,
        name=name[-255:],
        sha256=sha256,
        size=parsed.size,
        encoding=parsed.encoding,
        host_name=next(filter(None, map(bound_host, parsed.servers)), "")[:255],
        imported_at=at,
    )
    License.objects.bulk_create([_license(file, feature) for feature in parsed.features], batch_size=500)
    return file


def _license(file: LicenseFile, feature: Feature) -> License:
    return License(
        file=file,
        line=feature.line,
        keyword=feature.keyword,
        feature=feature.feature[:128],
        vendor=feature.vendor[:64],
        version=feature.version[:64],
        css_date=feature.css_date,
        expires_on=feature.expires_on,
        expiry_known=feature.expiry_known,
        starts_on=_date(feature.start),
        issued_on=_date(feature.issued),
        count=feature.count,
        count_known=feature.count_known,
        overdraft=feature.overdraft or 0,
        license_type=(parse_vendor_string(feature.vendor_string or "").license_type or "")[:64],
        serial_number=(feature.serial_number or "")[:255],
        notice=(feature.notice or "")[:1024],
        attributes=[[key, value] for key, value in feature.attributes] + [[flag, None] for flag in feature.flags],
    )


def _date(value: date | None) -> date | None:
    return value if isinstance(value, date) else None
