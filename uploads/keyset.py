"""Which rows come after a position? Found by comparing the columns of the order as one value.

Both databases take one step into an index for it. The form with OR, which Django's own tuple lookups fall back to on
SQLite, reads every row before the position.
"""

from collections.abc import Sequence
from typing import Any, TypeVar, cast

from django.db.models import BooleanField, Field, Func, Model, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan

M = TypeVar("M", bound=Model)
BY_CREATION = ("created_at", "id")


class Row(Func):
    """Several columns as one value."""

    function = ""
    template = "(%(expressions)s)"
    output_field = BooleanField()


def beyond(
    rows: QuerySet[M], position: Sequence[Any], *, columns: Sequence[str] = BY_CREATION, newer: bool = False
) -> QuerySet[M]:
    """The rows older (or `newer`) than a position, nearest first; without a position all of them."""
    ordered = rows.order_by(*(name if newer else f"-{name}" for name in columns))
    if not position:
        return ordered
    fields = [cast("Field[Any, Any]", rows.model._meta.get_field(name)) for name in columns]
    here = Row(*(Value(value, output_field=field) for value, field in zip(position, fields, strict=True)))
    return ordered.filter((GreaterThan if newer else LessThan)(Row(*columns), here))
