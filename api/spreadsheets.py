"""How do rows leave as a file? In blocks, as they are read."""

from collections.abc import Iterable

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

CONTENT_TYPE = "text/csv"


def streamed(content: Iterable[bytes], *, content_type: str, name: str) -> StreamingHttpResponse:
    """What is written while it is read, as a download of that name."""
    response = StreamingHttpResponse(content, content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
