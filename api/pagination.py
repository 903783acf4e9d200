"""Which page of a list? The rows after a position, found by comparison: as fast on page 10,000 as on the first.

No OFFSET and no COUNT(*): both read every row that they skip or count.
"""

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import urlencode

from django.core import signing
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import Field, Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from uploads.keyset import beyond

LIMIT, MOST = 50, 200
OLDER, NEWER = "o", "n"


class NewestFirst(BasePagination):
    """`?limit=` and an opaque, signed `?cursor=`; links are paths, so they hold behind any proxy.

    Where a view says that it `is_ascending`, the lowest value comes first: then "older" is what stands further down.
    """

    def paginate_queryset(  # type: ignore[override]  # rows of a table, never a plain list
        self, queryset: QuerySet[Any], request: Request, view: Any = None
    ) -> list[Any]:
        """The rows of the page. Raises ValidationError for a limit or cursor that cannot be used."""
        self.request, self.columns = request, getattr(view, "newest_by", ("id",))
        self.model: type[Model] = queryset.model
        self.is_ascending: bool = getattr(view, "is_ascending", False)
        limit = _limit(request.query_params.get("limit"))
        direction, position = self._read(request.query_params.get("cursor"))
        upwards = (direction == NEWER) != self.is_ascending
        rows = list(beyond(queryset, position, columns=self.columns, newer=upwards)[: limit + 1])
        has_more, rows = len(rows) > limit, rows[:limit]
        if direction == NEWER:
            rows.reverse()
        self._next = self._link(OLDER, rows[-1]) if rows and (has_more or direction == NEWER) else None
        has_newer = has_more if direction == NEWER else bool(position)
        self._previous = self._link(NEWER, rows[0]) if rows and has_newer else None
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        """The page with the links to its neighbors."""
        return Response({"next": self._next, "previous": self._previous, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The shape, for the description of the API."""
        link = {"type": "string", "format": "uri-reference", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The two parameters, for the description of the API."""
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": LIMIT}
        return [
            {"name": "limit", "in": "query", "schema": limit, "description": "Rows on a page."},
            {
                "name": "cursor",
                "in": "query",
                "schema": {"type": "string"},
                "description": "Taken from `next` or `previous`.",
            },
        ]

    def _link(self, direction: str, row: Any) -> str:
        position = [field.value_to_string(row) for field in self._fields()]
        query = self.request.query_params.copy()
        query["cursor"] = signing.dumps([direction, *position], salt=self._salt)
        return f"{self.request.path}?{urlencode(list(query.lists()), doseq=True)}"

    def _read(self, cursor: str | None) -> tuple[str, Sequence[Any]]:
        if cursor is None:
            return OLDER, ()
        try:
            direction, *texts = signing.loads(cursor, salt=self._salt)
            return direction, [field.to_python(text) for field, text in zip(self._fields(), texts, strict=True)]
        except (signing.BadSignature, DjangoValidationError, ValueError, TypeError) as error:
            sentence = _("This cursor is not one of this list. Take it from `next` or `previous`, or leave it out.")
            raise ValidationError({"cursor": sentence}) from error

    def _fields(self) -> "list[Field[Any, Any]]":
        return [cast("Field[Any, Any]", self.model._meta.get_field(name)) for name in self.columns]

    @property
    def _salt(self) -> str:
        """A cursor of one order is none of another."""
        order = f".{self.columns[0]}" if self.is_ascending else ""
        return f"api.pagination.{self.model._meta.label_lower}{order}"


def _limit(text: str | None) -> int:
    if text is None:
        return LIMIT
    if not text.isascii() or not text.isdecimal() or len(text) > 3 or not 1 <= int(text) <= MOST:
        raise ValidationError({"limit": _("A whole number from 1 to %(most)s.") % {"most": MOST}})
    return int(text)
