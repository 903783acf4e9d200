"""How does a bundle leave as a file? Its bytes are checked before the first of them is sent."""

import base64
from pathlib import Path

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from uploads.bundle_store import open_checked


def bundle_answer(request: Request, *, sha256: str, name: str) -> HttpResponseBase:
    """The zip under its own name, its digest in Repr-Digest (RFC 9530) and ETag. Raises BundleMissing."""
    return file_answer(request, open_checked(sha256), sha256=sha256, name=name)


def file_answer(request: Request, path: Path, *, sha256: str, name: str) -> HttpResponseBase:
    """A zip whose bytes were just checked."""
    etag = f'"{sha256}"'
    unchanged: HttpResponse | None = get_conditional_response(request._request, etag=etag)
    if unchanged is not None:
        return unchanged
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="application/zip")
    response["ETag"] = etag
    response["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"
    return response
