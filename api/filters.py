"""Which rows of a list? The filters that each list offers; a value that makes no sense is an error, not "none"."""

from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from django_filters.fields import IsoDateTimeField
from drf_spectacular.drainage import set_override
from rest_framework.exceptions import ValidationError as BadRequest

from intake.models import Outcome, SourceReport
from intake.recognise import Kind
from licenses.models import ActivationLease, Assignment, License, LicenseQuerySet, UsageSample
from programs.models import Action, ConsentDecision
from programs.policy_models import Outcome as PlannedOutcome
from programs.policy_models import PolicyRow, Result
from servers.models import LicenseServer
from uploads.history import HistoryQuery
from uploads.models import Origin, Upload
from uploads.states import State

YES_NO = (("true", "true"), ("false", "false"))
KINDS = [(str(kind), str(kind)) for kind in Kind]


class MomentField(IsoDateTimeField):  # type: ignore[misc]  # django-filter has no types
    """A moment that stays one in UTC: the first and last hours of the calendar do not."""

    def clean(self, value: Any) -> datetime | None:
        """The moment in UTC. Raises ValidationError."""
        moment = super().clean(value)
        try:
            return moment.astimezone(UTC) if moment else None
        except OverflowError as error:
            raise ValidationError(_("This moment is out of range.")) from error


class Moment(filters.IsoDateTimeFilter):  # type: ignore[misc]  # django-filter has no types
    """ISO 8601, such as 2025-11-03T10:00:00Z."""

    field_class = MomentField


class ServerField(forms.CharField):
    """A server by GUID or name."""

    def clean(self, value: Any) -> LicenseServer | None:
        """The server. Raises ValidationError when there is none."""
        text = super().clean(value)
        if not text:
            return None
        server = server_called(text)
        if server is None:
            raise ValidationError(_("There is no server of this GUID or name."))
        return server


class ServerFilter(filters.CharFilter):  # type: ignore[misc]  # django-filter has no types
    """Rows of one server."""

    field_class = ServerField


class YesNo(filters.TypedChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """`true` or `false` and nothing else."""

    def __init__(self, *, label: str, **options: Any) -> None:
        super().__init__(choices=YES_NO, coerce=lambda text: text == "true", label=label, **options)
        set_override(self, "field", {"type": "boolean", "description": label})


class ReportList(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Filters of `reports`."""

    server = ServerFilter(label="GUID or name")
    outcome = filters.ChoiceFilter(choices=Outcome.choices)
    kind = filters.ChoiceFilter(choices=KINDS, label="What was recognised in it")

    class Meta:
        model = SourceReport
        fields: list[str] = []


class LicenseList(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Filters of `licenses`."""

    server = ServerFilter(field_name="file__server", label="GUID or name")
    feature = filters.CharFilter(lookup_expr="iexact", label="In any case")
    vendor = filters.CharFilter(lookup_expr="iexact", label="In any case")
    in_force = YesNo(method="only_in_force", label="Does it count today, in UTC?")
    expires_before = filters.DateFilter(field_name="expires_on", lookup_expr="lt", label="Without what never expires")
    expires_after = filters.DateFilter(field_name="expires_on", lookup_expr="gt", label="Without what never expires")

    class Meta:
        model = License
        fields: list[str] = []

    def only_in_force(self, queryset: LicenseQuerySet, name: str, value: Any) -> QuerySet[License]:
        """What counts today, or all the rest."""
        today: date = timezone.now().date()
        if value == "":
            return queryset
        return queryset.in_force(on=today) if value else queryset.exclude(pk__in=License.objects.in_force(on=today))


class AssignmentList(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Filters of `assignments`; there is none by name, because names are not for every role."""

    server = ServerFilter(label="GUID or name")
    feature = filters.CharFilter(lookup_expr="iexact", label="In any case")
    holder = filters.ChoiceFilter(choices=Assignment.Holder.choices)
    held = YesNo(field_name="gone_at", lookup_expr="isnull", label="Named by the newest list?")

    class Meta:
        model = Assignment
        fields: list[str] = []


class LeaseList(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Filters of `leases`."""

    server = ServerFilter(label="GUID or name")

    class Meta:
        model = ActivationLease
        fields: list[str] = []


class SampleList(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Filters of `usage/samples`."""

    server = ServerFilter(label="GUID or name")
    feature = filters.CharFilter(lookup_expr="iexact", label="In any case")
    pool = filters.CharFilter(label="Version text of one pool")
    source = filters.ChoiceFilter(choices=KINDS, label="The kind of report that said it")
    at_after = Moment(field_name="at", lookup_expr="gt")
    at_before = Moment(field_name="at", lookup_expr="lt")

    class Meta:
        model = UsageSample
        fields: list[str] = []


class DecisionList(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Filters of `consent-decisions`."""

    server = ServerFilter(label="GUID or name")
    program = filters.CharFilter()
    action = filters.ChoiceFilter(choices=Action.choices)

    class Meta:
        model = ConsentDecision
        fields: list[str] = []


class PolicyRowList(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """What a policy would do, and did."""

    outcome = filters.ChoiceFilter(choices=PlannedOutcome.choices)
    result = filters.ChoiceFilter(choices=Result.choices)

    class Meta:
        model = PolicyRow
        fields: tuple[str, ...] = ()


class UploadList(filters.FilterSet):  # type: ignore[misc]  # django-filter has no types
    """Filters of `uploads`; what they mean stands in `uploads.history`, for the pages too."""

    server = ServerFilter(label="GUID or name")
    program = filters.CharFilter(max_length=32)
    kind = filters.CharFilter(max_length=32)
    state = filters.ChoiceFilter(choices=State.choices)
    cause = filters.CharFilter(max_length=32, label="What went wrong, such as tls_expired")
    origin = filters.ChoiceFilter(choices=Origin.choices)
    since = filters.DateFilter(label="First day, in the server's zone; in UTC where no server is named")
    until = filters.DateFilter(label="Last day, included")
    created_after = Moment(label="Not included")
    created_before = Moment(label="Not included")

    class Meta:
        model = Upload
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Upload]) -> QuerySet[Upload]:
        """The rows of the question, with what the list wants of each. Raises ValidationError.

        Servers come by a question of their own: for a page of a few rows SQLite would begin a join at the servers, and
        read and sort every upload of each of them.
        """
        return cast("QuerySet[Upload]", self.asked().rows()).prefetch_related("server", "requested_by")

    def asked(self) -> HistoryQuery:
        """The question in the words of the floor. Raises ValidationError with a sentence for each field."""
        said = {name: value for name, value in self.form.cleaned_data.items() if value}
        moments = {"after": said.pop("created_after", None), "before": said.pop("created_before", None)}
        asked = HistoryQuery(**said, **moments)
        if problems := asked.problems():
            raise BadRequest(problems)
        return asked


def server_called(text: str) -> LicenseServer | None:
    """The server of that GUID or that name; None when there is none."""
    if "\x00" in text:
        return None  # PostgreSQL refuses to be asked for it
    if is_guid(text):
        return LicenseServer.objects.filter(guid=UUID(text)).first()
    return LicenseServer.objects.named(text.strip()).first()


def is_guid(text: str) -> bool:
    """Is it written as a GUID?"""
    try:
        return bool(UUID(text))
    except ValueError:
        return False
