"""How do a hundred thousand invented rows come into their tables in seconds? As plain values, one statement each.

The objects are Django's; what is left out is its work for each value, which takes three times as long as the database.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max


def write_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert these new objects and give them their numbers. Only for models of plain columns, without JSON."""
    if not rows:
        return
    fields: list[Any] = [one for one in model._meta.concrete_fields if not isinstance(one, models.GeneratedField)]
    number = (model._default_manager.aggregate(newest=Max("pk"))["newest"] or 0) + 1
    for pk, row in enumerate(rows, number):
        row.pk = pk
    columns = ", ".join(connection.ops.quote_name(one.column) for one in fields)
    places = ", ".join(["%s"] * len(fields))
    readers = [(one.attname, _converter(one)) for one in fields]
    values = [
        tuple(getattr(row, name) if convert is None else convert(getattr(row, name)) for name, convert in readers)
        for row in rows
    ]
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608  # our own names
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)


def _converter(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """What a value of this column has to go through; None where it goes as it is."""
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField):
        return connection.ops.adapt_datefield_value
    return str if field.choices else None
