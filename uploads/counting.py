"""How many, up to a limit? Many questions in one statement, each reading no more of its index than the limit."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from uploads.models import Upload

Rows = QuerySet[Upload, Any]


def counts_up_to(most: int, questions: Sequence[Rows]) -> list[int]:
    """The number of rows of each, or one more than `most` where there are more."""
    if not questions:
        return []
    parts = [compiled(rows.values_list("pk"), most=most + 1) for rows in questions]
    columns = ", ".join(f"(SELECT COUNT(*) FROM ({text}) AS found)" for text, _ in parts)  # noqa: S608  # Django's
    [row] = ask(f"SELECT {columns}", [value for _, values in parts for value in values])
    return list(row)


def compiled(rows: Rows, *, most: int, order: Sequence[str] = ()) -> tuple[str, Sequence[Any]]:
    """The statement and its values for at most so many rows. An order leads to the index that has it."""
    text, values = rows.order_by(*order)[:most].query.sql_with_params()
    return text, values


def ask(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement that was put together from compiled ones."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())
