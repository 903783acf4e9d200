"""What did the last upload say? `upload_compliance_result.xml`, in the product's own shape, read and written.

Known codes are `CTX_UPLOADER_SUCCESS` and `CTX_UPLOADER_ERROR_NETWORK_OPEN`; every other failing code that is written
here is ours, because the vendor publishes no more. The XML answer of a receiver is read here too.
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.utils.translation import gettext as _
from lxml import etree

from payloads.bundle import BundleRefused
from payloads.reading import parse_xml

SUCCESS = "CTX_UPLOADER_SUCCESS"
FILE_NAME = "upload_compliance_result.xml"
ENCODING_NAME = re.compile(rb"""(<\?xml[^>]*encoding=['"])utf8(['"])""")


class AnswerNotUnderstood(Exception):
    """An answer or a file that is not what it should be; the text says what was seen."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one upload. `target` is host:port, said on failures; `at` has a resolution of seconds."""

    code: str
    message: str
    at: datetime
    upload_type: str
    target: str = ""

    @property
    def is_success(self) -> bool:
        """Only the one known code means success."""
        return self.code == SUCCESS


@dataclass(frozen=True, slots=True)
class UploadResponse:
    """What a receiver of the XML family answers: the bundle's id, the largest and the best chunk in bytes."""

    uuid: str
    chunk_max: int | None
    chunk_optimal: int | None


def render(result: Result) -> bytes:
    """The result as XML: Code, Msg, Arg on failures only, t, UploadType."""
    root = etree.Element("CtxUploaderResult")
    fields = {"Code": result.code, "Msg": result.message}
    if result.target and not result.is_success:
        fields["Arg"] = result.target
    fields |= {"t": str(int(result.at.timestamp())), "UploadType": result.upload_type}
    for name, text in fields.items():
        etree.SubElement(root, name).text = "".join(sign if _is_xml(sign) else "\ufffd" for sign in text)
    return etree.tostring(root, encoding="utf-8")


def write(folder: Path, result: Result) -> Path:
    """Put the file in its place in one step: a reader sees the old one or the new one, never half of it.

    On OSError the old one is still there, and nothing else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / FILE_NAME
    draft = folder / f".{FILE_NAME}.{os.getpid()}"
    try:
        with draft.open("wb") as file:
            file.write(render(result))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return target


def read(data: bytes) -> Result:
    """The result in a file of this shape: any order of children, any code, unknown children ignored.

    Raises AnswerNotUnderstood for what is cut off, is no such file, or carries entities.
    """
    fields = _fields(data, "CtxUploaderResult")
    try:
        at = datetime.fromtimestamp(int(fields["t"]), tz=UTC)
        return Result(fields["Code"], fields.get("Msg", ""), at, fields.get("UploadType", ""), fields.get("Arg", ""))
    except (KeyError, ValueError, OverflowError, OSError) as error:
        raise AnswerNotUnderstood(_("The result file lacks a usable %(error)s.") % {"error": error}) from error


def read_upload_response(data: bytes) -> UploadResponse:
    """The XML answer of a receiver. Raises AnswerNotUnderstood."""
    fields = _fields(data, "UploadResponse")
    if not fields.get("uuid"):
        raise AnswerNotUnderstood(_("The XML answer carries no uuid."))
    return UploadResponse(fields["uuid"], _number(fields.get("ChunkMax")), _number(fields.get("ChunkOptimal")))


def _fields(data: bytes, name: str) -> dict[str, str]:
    """The texts of the children by name; comments and processing instructions are no children."""
    children = _root(data, name).iterchildren("{*}*")
    return {etree.QName(child).localname: (child.text or "").strip() for child in children}


def _root(data: bytes, name: str) -> "etree._Element":
    try:
        # A receiver was seen to write the encoding as `utf8`, which is no name that an XML parser has to know.
        root = parse_xml(ENCODING_NAME.sub(rb"\1utf-8\2", data.strip()))
    except BundleRefused as error:
        raise AnswerNotUnderstood(str(error)) from error
    if etree.QName(root).localname != name:
        raise AnswerNotUnderstood(
            _("The XML is a %(found)s, not a %(name)s.") % {"found": etree.QName(root).localname, "name": name}
        )
    return root


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 16 else None


def _is_xml(sign: str) -> bool:
    return sign in "\t\n\r" or "\x20" <= sign <= "\ud7ff" or "\ue000" <= sign <= "\ufffd" or sign >= "\U00010000"
