"""What did an earlier bundle tell the vendor? Reads its manifest.xml, its report.xml, or the whole zip.

Elements are found by their local names, because the names of the roots are not documented. What has no known
meaning is kept as it is; nothing is guessed, and no bytes raise an exception.
"""

import re
from dataclasses import dataclass, field
from itertools import islice

from licenses.formats.bundle_members import ZIP_START, NotUnpacked, read_members
from licenses.formats.payload_records import (
    Manifest,
    PayloadReport,
    Person,
    ReportedFeature,
    SerialNumber,
    ServerInfo,
    SupportDatePool,
)
from licenses.formats.payload_xml import (
    MOST_UNKNOWN,
    DocumentReader,
    Element,
    NotRead,
    line_of,
    local_name,
    parse_document,
    shown_name,
)
from licenses.formats.problems import ProblemList
from licenses.formats.saying import say, say_both

__all__ = ["PayloadReport", "looks_like_bundle", "looks_like_payload_report", "parse_report"]

LOOKED_AT = 64 * 1024
TAG_OF_A_REPORT = re.compile(
    rb"<(?:[\w.-]{1,40}:)?(?:LSInfo|Inventory|SADate|ProductDeployUTCDate|ProductUTCDeployDate)[\s/>]"
)
TAG_OF_A_MANIFEST = re.compile(rb"<(?:[\w.-]{1,40}:)?Manifest[\s>]")
TAG_OF_A_PRODUCT = re.compile(rb"<(?:[\w.-]{1,40}:)?Product>")
REPORT_PARTS = frozenset({"LSInfo", "Inventory"})
MANIFEST_PARTS = frozenset({"Product", "ProductDeployUTCDate", "ProductUTCDeployDate"})


@dataclass(slots=True)
class _Found:
    """What was read so far."""

    kinds: list[str] = field(default_factory=list)
    manifest: Manifest | None = None
    server: ServerInfo | None = None
    features: list[ReportedFeature] = field(default_factory=list)
    serial_numbers: list[SerialNumber] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    problems: ProblemList = field(default_factory=ProblemList)


def looks_like_bundle(raw: bytes) -> bool:
    """True for the start of a zip; whether it is whole and safe is found when it is parsed."""
    return raw.startswith(ZIP_START)


def looks_like_payload_report(raw: bytes) -> bool:
    """True for XML that carries elements of a manifest or report, in whatever root."""
    start = raw[:LOOKED_AT].replace(b"\0", b"")
    if not start.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return False
    is_manifest = TAG_OF_A_MANIFEST.search(start) and TAG_OF_A_PRODUCT.search(start)
    return bool(TAG_OF_A_REPORT.search(start) or is_manifest)


def parse_report(raw: bytes) -> PayloadReport:
    """Read a manifest, a report or a bundle. Never raises; what is refused is a problem of severity "error"."""
    found = _Found()
    members: dict[str, bytes] = {}
    if looks_like_bundle(raw):
        try:
            members = read_members(raw)
            _read_bundle(members, found)
        except NotUnpacked as refusal:
            found.problems.add(1, "", refusal.args[0], severity="error")
        kind = "bundle"
    else:
        _read_document(raw, "", found)
        kind = found.kinds[0] if found.kinds else "unknown"
    return PayloadReport(
        kind=kind,
        size=len(raw),
        members=tuple(members),
        manifest=found.manifest,
        server=found.server,
        features=tuple(found.features),
        serial_numbers=tuple(found.serial_numbers),
        unknown=tuple(found.unknown),
        problems=found.problems.listed(),
    )


def _read_bundle(members: dict[str, bytes], found: _Found) -> None:
    for name, data in members.items():
        if name.lower().endswith(".xml"):
            _read_document(data, name, found)
        elif looks_like_bundle(data):
            sentence = say("This bundle holds another bundle, which was not opened. Import the inner one by itself.")
            found.problems.add(1, name, sentence)
        else:
            found.problems.add(1, name, say("This file of the bundle is no XML and was not read."), severity="note")
    if not found.kinds:
        sentence = say(
            "The bundle holds neither a readable manifest nor a report. Choose a bundle of a license server.",
        )
        found.problems.add(1, "", sentence, severity="error")


def _read_document(raw: bytes, name: str, found: _Found) -> None:
    try:
        root = parse_document(raw)
    except NotRead as refusal:
        sentence: str = refusal.args[0]
        if name:
            sentence = say_both(say("%(file)s:", file=shown_name(name)), sentence)
        found.problems.add(refusal.line, "", sentence, severity="error")
        return
    reader = DocumentReader(found.problems, name)
    kind = _kind_of(root)
    if kind == "unknown":
        reader.note(root, say("This XML is neither a manifest nor a report of a license server; it was not read."))
        return
    if kind in found.kinds:
        reader.note(root, say("The bundle holds a second %(kind)s; only the first is read.", kind=kind))
        return
    found.kinds.append(kind)
    if kind == "manifest":
        found.manifest = _manifest(reader, root)
    else:
        _read_report(reader, root, found)
    _keep_unknown(reader, root, found)


def _kind_of(root: Element) -> str:
    names = {local_name(child) for child in root.iterchildren("{*}*")}
    if REPORT_PARTS & names:
        return "report"
    if MANIFEST_PARTS & names:
        return "manifest"
    return "report" if "SerialNumbers" in names else "unknown"


def _keep_unknown(reader: DocumentReader, root: Element, found: _Found) -> None:
    unknown = list(islice(reader.unknown(root), MOST_UNKNOWN + 1))
    if len(unknown) > MOST_UNKNOWN:
        sentence = say(
            "More than %(most_unknown)s values have no known meaning; the first of them are kept.",
            most_unknown=MOST_UNKNOWN,
        )
        reader.note(root, sentence)
    elif unknown:
        sentence = say(
            "%(number)s values have no known meaning. They are kept as they are; nothing to do.",
            number=len(unknown),
        )
        found.problems.add(line_of(root), local_name(root), sentence, severity="note")
    found.unknown.extend(unknown[:MOST_UNKNOWN])


def _manifest(reader: DocumentReader, root: Element) -> Manifest:
    return Manifest(
        product=reader.text(root, "Product"),
        product_version=reader.text(root, "ProductVersion"),
        time_utc=reader.moment(root, "UTCDate"),
        # Documented and observed bundles spell this name in two ways.
        deployed_at=reader.moment(root, "ProductDeployUTCDate", "ProductUTCDeployDate"),
        local_date=reader.text(root, "Date"),
        client_tool=reader.text(root, "ClientTool"),
        upload_user=reader.text(root, "UploadUser"),
        upload_type=reader.text(root, "UploadType"),
    )


def _read_report(reader: DocumentReader, root: Element, found: _Found) -> None:
    info = reader.child(root, "LSInfo")
    if info is None:
        reader.note(root, say("The report does not say which license server it comes from: LSInfo is missing."))
    else:
        found.server = _server(reader, info)
    for inventory in reader.children(root, "Inventory"):
        found.features += [_feature(reader, feature) for feature in reader.children(inventory, "Feature")]
    for serials in reader.children(root, "SerialNumbers"):
        for entry in reader.children(serials):
            found.serial_numbers += _serials(reader, entry)


def _server(reader: DocumentReader, info: Element) -> ServerInfo:
    return ServerInfo(
        guid=reader.text(info, "GUID"),
        hardware_id=reader.text(info, "HardwareId"),
        fqdn=reader.text(info, "FQDN"),
        product_version=reader.text(info, "ProductVersion"),
        org_id=reader.text(info, "OrgID"),
        customer_id=reader.text(info, "CustomerID"),
        privacy=reader.text(info, "PrivacySetting"),
        os=reader.text(info, "OS"),
        windows_product=reader.text(info, "WindowsProductName"),
        cpu_id=reader.text(info, "CPUIDString"),
        vm_id=reader.text(info, "VMIDString"),
        installed_at=reader.moment(info, "InstallUTC"),
        sample_stop=reader.moment(info, "DateSampleStopUTC"),
        clock_error_code=reader.text(info, "SGPClockErrorCode"),
        grace_days=reader.number(info, "SGPMaxDays"),
    )


def _feature(reader: DocumentReader, feature: Element) -> ReportedFeature:
    return ReportedFeature(
        line=line_of(feature),
        code=reader.text(feature, "ID"),
        bin_file_created=reader.moment(feature, "UDBinFileCreatedUTC"),
        report_generated=reader.moment(feature, "UDReportGenerationUTC"),
        users_released=reader.number(feature, "UDAdminUsersReleased"),
        devices_released=reader.number(feature, "UDAdminDevicesReleased"),
        pools=tuple(_pool(reader, pool) for pool in reader.children(feature, "SADate")),
    )


def _pool(reader: DocumentReader, pool: Element) -> SupportDatePool:
    billable = reader.child(pool, "UsersBillable")
    users = () if billable is None else tuple(_person(reader, one) for one in reader.children(billable, "ID"))
    licensees = reader.child(pool, "Licensees")
    return SupportDatePool(
        line=line_of(pool),
        css_date=reader.attribute(pool, "id"),
        installed=reader.number(pool, "CountInstalled"),
        used_max=reader.number(pool, "CountUsedMax"),
        billable=reader.number(pool, "CountUsersBillable"),
        active=reader.text(pool, "Active"),
        sample_start=reader.moment(pool, "DateSampleStartUTC"),
        sample_stop=reader.moment(pool, "DateSampleStopUTC"),
        billable_users=users,
        lists_billable_users=billable is not None,
        licensees_total=None if licensees is None else reader.number(licensees, "CountTotal"),
        licensed_users=_ids(reader, licensees, "Users"),
        licensed_devices=_ids(reader, licensees, "Devices"),
        concurrent_devices=_ids(reader, pool, "CCUDevices"),
    )


def _person(reader: DocumentReader, element: Element) -> Person:
    seen = reader.attribute(element, "timeLastLogin")
    return Person(reader.own_text(element), reader.read_moment(element, seen) if seen else None)


def _ids(reader: DocumentReader, parent: Element | None, name: str) -> tuple[str, ...]:
    """The texts below a list, whatever its entries are called: their names are not documented."""
    container = None if parent is None else reader.child(parent, name)
    if container is None:
        return ()
    return tuple(reader.own_text(entry) for entry in reader.children(container) if not len(entry))


def _serials(reader: DocumentReader, entry: Element) -> list[SerialNumber]:
    code, css_date = reader.text(entry, "ID"), reader.text(entry, "SADate")
    return [SerialNumber(code, css_date, reader.own_text(number)) for number in reader.children(entry, "SN")]
