"""Which files does a license server leave? One of each kind, made here or taken from the samples."""

import io
import zipfile
from pathlib import Path

from intake.recognise import Kind
from tests.factories import license_file

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "tests" / "samples"
BESIDE = ROOT.parent / "shared" / "fixtures"
KINDS = {
    "lic": Kind.LICENSE_FILE,
    "lmstat": Kind.LMSTAT,
    "udadmin": Kind.UDADMIN,
    "opt": Kind.OPTIONS_FILE,
    "inventory": Kind.INVENTORY,
    "log": Kind.UPLOADER_LOG,
    "xml": Kind.PAYLOAD_REPORT,
}
RESULT_KINDS = {"log_": Kind.UPLOADER_LOG, "upload_": Kind.RESULT_FILE, "derived_lui": Kind.PAYLOAD_REPORT}

REPORT = (SAMPLES / "xml" / "report_two_pools.xml").read_bytes()
LOG = (SAMPLES / "log" / "failure_then_success.log").read_bytes()
LAS_INVENTORY = (SAMPLES / "inventory" / "las_inventory_list.txt").read_bytes()
FORMULAS = (SAMPLES / "inventory" / "inventory_formulas.csv").read_bytes()
OPTIONS = (SAMPLES / "opt" / "hosts_and_pools.opt").read_bytes()


def own_samples() -> list[Path]:
    """Every sample of the project that is a file of a license server."""
    found = [path for folder in KINDS for path in sorted((SAMPLES / folder).iterdir())]
    return [path for path in found if path.name != "facts.json" and not path.name.startswith(".")]


def reference_samples() -> list[Path]:
    """The reference files beside the repository, where they are."""
    folders = [*(folder for folder in KINDS if folder not in {"log", "xml"}), "result_xml"]
    return [path for folder in folders if (BESIDE / folder).is_dir() for path in sorted((BESIDE / folder).iterdir())]


def kind_of(path: Path) -> Kind:
    """What a sample is, by the folder that it lies in."""
    if path.parent.name == "result_xml":
        return next(kind for start, kind in RESULT_KINDS.items() if path.name.startswith(start))
    return KINDS[path.parent.name]


def lmstat(*features: str, header: str = "Mon 6/1/2026 9:20", error: str = "") -> bytes:
    """`lmstat -a` of one server; a feature is "NAME issued in_use", with rows below it where they matter."""
    head = f"Flexible License Manager status on {header}\n\n" if header else ""
    head += "License server status: 27000@lic1\n    License file(s) on lic1: /opt/a.lic:\n\n"
    state = "" if error else "lic1: license server UP (MASTER) v11.19.6\n\nFeature usage info:\n\n"
    failed = f"Error getting status: {error}\n" if error else ""
    return (head + state + failed + "\n".join(use(*feature.split()) for feature in features)).encode()


def use(name: str, issued: str, in_use: str) -> str:
    """The count line of one feature."""
    return f"Users of {name}:  (Total of {issued} licenses issued;  Total of {in_use} licenses in use)\n"


def udadmin(*users: str, devices: tuple[str, ...] = (), feature: str = "XDT_PLT_UD", minutes: int = 0) -> bytes:
    """`udadmin -list -a` with these holders; a holder may carry its time in brackets."""
    rows = [_row(user, feature) for user in users]
    more = ["Devices:", *(_row(device, feature) for device in devices)] if devices else []
    return "\n".join([f"Usage data is {minutes} minutes old.", "Users:", *rows, *more, ""]).encode()


def _row(holder: str, feature: str) -> str:
    name, _, moment = holder.partition(" (")
    return f" {name} {feature} 2027.0630" + (f" ({moment}" if moment else "")


def result(
    code: str = "CTX_UPLOADER_SUCCESS",
    *,
    t: object = 1780300800,
    kind: str = "CTX_UPLOAD_TYPE_COMPLIANCE",
    target: str = "",
) -> bytes:
    """The result file; `t` of 1780300800 is 1 June 2026, 08:00 UTC."""
    arg = f"<Arg>{target}</Arg>" if target else ""
    return (
        f"<CtxUploaderResult><Code>{code}</Code><Msg/>{arg}<t>{t}</t><UploadType>{kind}</UploadType>"
        "</CtxUploaderResult>"
    ).encode()


def manifest(product: str = "LicenseServerCompliance", *, at: str = "2026-06-01T08:00:00Z") -> bytes:
    """The envelope of a bundle."""
    return f"<Manifest><Product>{product}</Product><UTCDate>{at}</UTCDate></Manifest>".encode()


def report(*pools: str, info: str = "", code: str = "XDT_PLT_UD") -> bytes:
    """The report of a bundle: what stands in LSInfo, and the pools of one feature."""
    return (
        f"<Report><LSInfo>{info}</LSInfo><Inventory><Feature><ID>{code}</ID>{''.join(pools)}</Feature></Inventory>"
        "</Report>"
    ).encode()


def pool(used: object, *, css: str = "2027.0630", stop: str = "2026-06-01T07:55:00Z", more: str = "") -> str:
    """One support date of a feature."""
    return (
        f'<SADate id="{css}"><DateSampleStopUTC>{stop}</DateSampleStopUTC><CountUsedMax>{used}</CountUsedMax>'
        f"<CountInstalled>100</CountInstalled>{more}</SADate>"
    )


def zipped(members: dict[str, bytes], *, pack: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files, the same bytes every time."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", pack) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=pack)
    return target.getvalue()


def bundle(*pools: str, info: str = "", at: str = "2026-06-01T08:00:00Z") -> bytes:
    """An earlier upload as it lies on a license server."""
    return zipped({"manifest.xml": manifest(at=at), "report.xml": report(*pools, info=info)})


ONE_OF_EACH: dict[Kind, bytes] = {
    Kind.LICENSE_FILE: license_file(),
    Kind.LMSTAT: lmstat("XDT_PLT_UD 100 40"),
    Kind.UDADMIN: udadmin("ada", "ben"),
    Kind.OPTIONS_FILE: OPTIONS,
    Kind.INVENTORY: LAS_INVENTORY,
    Kind.RESULT_FILE: result(),
    Kind.UPLOADER_LOG: LOG,
    Kind.PAYLOAD_REPORT: report(pool(7)),
    Kind.BUNDLE: bundle(pool(7)),
}
