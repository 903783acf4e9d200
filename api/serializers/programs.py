"""What does a program look like on one server?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.asking import Asking
from programs.catalog import Program
from programs.participation import Participation, participation
from programs.schedule import days_left
from servers.models import LicenseServer, ReportingMode
from uploads.reporting import Reporting, next_upload, reporting_of

NOT_YET = (
    "Participation is chosen for optional programs, and this version has none: "
    "mandatory telemetry can only be switched between electronic and manual reporting."
)


@dataclass(frozen=True, slots=True)
class ProgramHere:
    """A declared program on one server, at one moment."""

    program: Program
    server: LicenseServer
    answer: Participation
    reporting: Reporting
    next_upload_at: datetime | None
    days_left: int | None


def program_here(program: Program, server: LicenseServer, *, now: datetime) -> ProgramHere:
    """What the floors say of this program and this server."""
    reporting = reporting_of(server, program_code=program.code)
    left = days_left(reporting.last_success, now=now) if reporting.last_success else None
    due = next_upload(server, program_code=program.code, now=now)
    return ProgramHere(program, server, participation(program, server), reporting, due, left)


class ElementSerializer(serializers.Serializer[Any]):
    """One declared element: everything a person needs to judge it."""

    section = serializers.CharField()
    name = serializers.CharField()
    path = serializers.CharField()
    type = serializers.CharField()
    unit = serializers.CharField()
    format = serializers.CharField()
    description = serializers.CharField()
    purpose = serializers.CharField()
    identifies = serializers.CharField()
    scrambled = serializers.BooleanField()
    since = serializers.CharField()
    evidence = serializers.CharField()
    source: Any = serializers.CharField()
    note = serializers.CharField()


class UploadKindSerializer(serializers.Serializer[Any]):
    """One kind of bundle that the program sends."""

    kind = serializers.CharField()
    name = serializers.CharField()
    layout = serializers.CharField()


class UploadKindInFullSerializer(UploadKindSerializer):
    """The same with every element that it may carry."""

    elements = serializers.SerializerMethodField()

    @extend_schema_field(ElementSerializer(many=True))
    def get_elements(self, kind: Any) -> Any:
        """In the order of the document."""
        return ElementSerializer(list(kind.elements()), many=True).data


class ProgramSerializer(serializers.Serializer[Any]):
    """A program on a server. `days_left` counts to the day on which the report is too old; null before the first."""

    code = serializers.CharField(source="program.code")
    name = serializers.CharField(source="program.name")
    declaration_version = serializers.CharField(source="program.version")
    basis = serializers.CharField(source="program.basis")
    purpose = serializers.CharField(source="program.purpose")
    used_for = serializers.ListField(source="program.used_for", child=serializers.CharField())
    recipient = serializers.CharField(source="program.recipient")
    cadence = serializers.CharField(source="program.cadence")
    state = serializers.CharField(source="answer.state", help_text="off or mandatory; later versions know more")
    reason = serializers.CharField(source="answer.reason")
    sends = serializers.BooleanField(source="answer.sends")
    reporting_mode = serializers.ChoiceField(source="server.reporting_mode", choices=ReportingMode.choices)
    next_upload_at = serializers.DateTimeField(allow_null=True)
    last_success_at = serializers.DateTimeField(source="reporting.last_success", allow_null=True)
    days_left = serializers.IntegerField(allow_null=True)
    failing = serializers.IntegerField(source="reporting.failing")
    failing_since = serializers.DateTimeField(source="reporting.failing_since", allow_null=True)
    uploads: Any = UploadKindSerializer(source="program.uploads", many=True)


class ProgramInFullSerializer(ProgramSerializer):
    """The same with every element."""

    uploads: Any = UploadKindInFullSerializer(source="program.uploads", many=True)


class ProgramListSerializer(serializers.Serializer[Any]):
    """The programs of a server; there are never more than a handful."""

    programs = ProgramSerializer(many=True)


class ProgramChange(Asking):
    """What can be chosen."""

    reporting_mode = serializers.ChoiceField(choices=ReportingMode.choices, required=False)
    participation = serializers.CharField(required=False, help_text="Not part of this version")

    def validate_participation(self, value: str) -> str:
        """Says what is missing instead of nodding."""
        raise serializers.ValidationError(NOT_YET)
