"""May this body be read at all? Decided by its headers before a byte of it is looked at."""

import codecs
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.exceptions import UnsupportedMediaType

from api.errors import LengthRequired
from intake.importing import TooLarge
from languages.numbers import number

MB = 1024 * 1024
MOST_JSON = MB  # bytes; the longest of our documents has a few KB
STEP = 64 * 1024


def refuse_unreadable(request: HttpRequest, *, most: int) -> None:
    """Raises UnsupportedMediaType, TooLarge or LengthRequired. `most` is in bytes."""
    charset = (request.content_params or {}).get("charset")
    if charset and not _is_utf8(charset):
        raise UnsupportedMediaType(
            request.content_type or "",
            _("Text has to be UTF-8, not %(charset)s.") % {"charset": charset[:40]},
        )
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isascii() or not length.isdecimal():
        raise LengthRequired(_("The Content-Length is not a number."))
    if len(length) > 18 or int(length) > most:
        raise _too_large(most)


def measure_chunks(request: HttpRequest, *, most: int) -> BinaryIO | None:
    """Give a body that comes in chunks a length, by reading it up to `most` bytes into the file that is returned."""
    if "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
        return None
    source = request.META.get("wsgi.input")
    if source is None or not request.META.get("wsgi.input_terminated"):
        raise LengthRequired(_("This web server does not pass on bodies in chunks. Send a Content-Length."))
    kept = cast("BinaryIO", TemporaryFile())  # noqa: SIM115  # the caller closes it
    size = 0
    while block := source.read(STEP):
        size += len(block)
        if size > most:
            kept.close()
            raise _too_large(most)
        kept.write(block)
    kept.seek(0)
    request.META["CONTENT_LENGTH"] = str(size)
    request._stream = kept  # where Django's own read() looks
    return kept


def _too_large(most: int) -> TooLarge:
    words = _("The request has more than %(most)s MB, the most that is read here. Nothing was changed.")
    return TooLarge(words % {"most": number(most / MB)})


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name in {"utf-8", "ascii"}
    except (LookupError, ValueError):
        return False
