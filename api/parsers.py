"""How is a body read? JSON of a sane depth; files as they are, by form or bare."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import FileUploadParser, JSONParser


class Json(JSONParser):
    """JSON, where nesting without end is an error of the sender and not of ours."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value. Raises ParseError."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("JSON parse error - it is nested too deeply.")) from error


class BareFile(FileUploadParser):
    """The body is the file; its name comes from `?name=`."""

    media_type = "application/octet-stream"

    def get_filename(self, stream: IO[Any], media_type: Any, parser_context: Any) -> str:
        """The name of the query, or a stand-in: names are for people, content decides."""
        return parser_context["request"].query_params.get("name") or "unnamed"


class BareText(BareFile):
    """The same for senders that call a license file text."""

    media_type = "text/plain"
