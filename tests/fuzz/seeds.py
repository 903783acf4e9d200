"""Where does fuzzing start? From the samples of the tests, from documents built here, and from what was kept."""

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from uploads.result_file import Result, render

FUZZ = Path(__file__).parent
SAMPLES = FUZZ.parent / "samples"
CORPUS = FUZZ / "corpus"
DICTIONARIES = FUZZ / "dictionaries"

# The folders of samples that a target's parser is made for.
FOLDERS = {
    "license_file": ("lic",),
    "lmstat": ("lmstat",),
    "udadmin": ("udadmin",),
    "options_file": ("opt",),
    "inventory_export": ("inventory",),
    "payload_report": ("xml",),
    "uploader_log": ("log",),
    "xml": ("xml",),
    "recognise": ("lic", "lmstat", "udadmin", "opt", "inventory", "xml", "log"),
}
TERMS = re.compile(rb"VENDOR_STRING=(\S+)")
ANSWER = (
    b'<?xml version="1.0" encoding="utf8"?>\n<UploadResponse><uuid>8f14e45f-ceea-467f-a0e6-d5f0a3b1c2d4</uuid>'
    b"<ChunkMax>8388608</ChunkMax><ChunkOptimal>4194304</ChunkOptimal></UploadResponse>"
)


def samples(*folders: str) -> list[bytes]:
    """The samples of these folders; without folders, all there are."""
    roots = [SAMPLES / folder for folder in folders] if folders else [SAMPLES]
    files = (path for root in roots for path in sorted(root.rglob("*")))
    return [path.read_bytes() for path in files if path.is_file() and not path.name.startswith((".", "facts"))]


def kept(target: str) -> list[Path]:
    """What earlier runs found worth keeping."""
    return sorted(path for path in (CORPUS / target).glob("*") if not path.name.startswith("."))


def seeds(target: str) -> list[bytes]:
    """Everything that a run starts from."""
    return [*_made(target), *[path.read_bytes() for path in kept(target)]]


def _made(target: str) -> list[bytes]:
    found = samples(*FOLDERS[target]) if target in FOLDERS else []
    if target == "vendor_string":
        found += sorted({terms for raw in samples("lic") for terms in TERMS.findall(raw)})
    if target in {"result_file", "xml", "recognise"}:
        found += [ANSWER, *_results()]
    if target in {"bundle", "payload_report", "recognise"}:
        found += _bundles()
    return found


def _results() -> list[bytes]:
    at = datetime(2026, 6, 1, 12, 30, tzinfo=UTC)
    return [
        render(Result("CTX_UPLOADER_SUCCESS", "Success", at, "lt")),
        render(Result("CTX_UPLOADER_ERROR_NETWORK_OPEN", "open failed {x}\ny", at, "lt", "cis.example.test:443")),
    ]


def _bundles() -> list[bytes]:
    """The sample documents as a zip, packed and not packed: a change of a stored byte is a change of the document."""
    documents = [(f"{number}.xml", raw) for number, raw in enumerate(samples("xml"))]
    bundles = []
    for compression in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", compression) as bundle:
            for name, raw in documents:
                bundle.writestr(zipfile.ZipInfo(name), raw, compression)
        bundles.append(file.getvalue())
    return bundles
