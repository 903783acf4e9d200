"""What does a report look like, and what is a file sent with?"""

from typing import Any

from rest_framework import serializers

from api.serializers.asking import Asking
from intake.importing import KEPT_PROBLEMS
from intake.models import SourceReport

SUMMARY = "One or two sentences: what it changed, or why it changed nothing"
UNRECOGNIZED = "Findings that are a warning or an error; null where no line was read, because the kind is unknown"


class FindingSerializer(serializers.Serializer[Any]):
    """What was not understood, on which line."""

    line = serializers.IntegerField()
    end_line = serializers.IntegerField(required=False)
    text = serializers.CharField()
    sentence = serializers.CharField()
    severity = serializers.CharField()


class ReportSerializer(serializers.ModelSerializer[SourceReport]):
    """One file that came in. Its findings are counted here and listed on the report itself."""

    server = serializers.UUIDField(source="server.guid")
    server_name = serializers.CharField(source="server.name")
    summary = serializers.CharField(source="summary_now", help_text=SUMMARY)
    bytes = serializers.IntegerField(source="size")
    problem_count = serializers.IntegerField(help_text="Notes included")
    unrecognized_lines = serializers.IntegerField(allow_null=True, help_text=UNRECOGNIZED)
    unrecognized_known = serializers.SerializerMethodField(help_text="False: there are more than the number says")
    received_by = serializers.CharField(source="received_by.username", allow_null=True, default=None)

    class Meta:
        model = SourceReport
        fields: tuple[str, ...] = (
            "id",
            "server",
            "server_name",
            "name",
            "kind",
            "outcome",
            "summary",
            "problem_count",
            "unrecognized_lines",
            "unrecognized_known",
            "sha256",
            "bytes",
            "door",
            "received_at",
            "last_seen_at",
            "received_by",
        )

    def get_unrecognized_known(self, report: Any) -> bool:
        """Findings beyond those that are kept are not looked into, and a file of no known kind has none."""
        return report.unrecognized_lines is not None and report.problem_count <= KEPT_PROBLEMS


class ReportInFullSerializer(ReportSerializer):
    """The same with its findings, at most the first 200. Lines that may name people are for those who may see names."""

    problems = FindingSerializer(many=True, source="problems_now")

    class Meta(ReportSerializer.Meta):
        fields = (*ReportSerializer.Meta.fields, "problems")

    def to_representation(self, instance: Any) -> Any:
        """The findings without their text where it may name a person that the asker must not see."""
        shown = super().to_representation(instance)
        request = self.context.get("request")
        may_see = request is not None and request.user.has_perm("licenses.view_assignment_names")
        if instance.names_people and not may_see:
            shown["problems"] = [{**problem, "text": ""} for problem in shown["problems"]]
        return shown


class RejectedSerializer(serializers.Serializer[Any]):
    """A problem that carries the report of a file that was not imported."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    report = ReportInFullSerializer()


class ReportForm(Asking):
    """A file and whose it is, as a form."""

    file = serializers.FileField(allow_empty_file=True, max_length=4096)
    server = serializers.CharField(max_length=255, help_text="GUID or name; a new name adds a server")
