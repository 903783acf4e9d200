"""How many findings of a report say that something was not understood? The database counts, nothing is loaded."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, Func, IntegerField, QuerySet, When
from django.db.models.sql.compiler import SQLCompiler

from intake.models import SourceReport
from intake.recognise import Kind

COUNT = "(SELECT COUNT(*) FROM {each} AS one WHERE {severity} IN ('warning', 'error'))"


class Unrecognized(Func):
    """The warnings and errors in a list of findings; notes are none."""

    arity = 1
    output_field = IntegerField()
    # Where the databases differ. The texts are ours, nothing of a request is in them.
    template = COUNT.format(each="jsonb_array_elements(%(expressions)s)", severity="one.value ->> 'severity'")

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        """The same in SQLite's own functions."""
        severity = "json_extract(one.value, '$.severity')"
        template = COUNT.format(each="json_each(%(expressions)s)", severity=severity)
        return self.as_sql(compiler, connection, template=template, **extra)


def with_unrecognized(reports: QuerySet[SourceReport]) -> QuerySet[SourceReport]:
    """The reports, each with `unrecognized_lines`: None where the kind is unknown, because no line was read then."""
    return reports.annotate(
        unrecognized_lines=Case(When(kind=Kind.UNKNOWN, then=None), default=Unrecognized("problems"))
    )
