"""What do an upload and its attempts look like?"""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.filters import server_called
from api.serializers.asking import Asking
from languages.sentences import listed
from programs.catalog import programs
from servers.models import LicenseServer
from uploads.canceling import LONGEST_REASON
from uploads.explanations import Explanation
from uploads.models import Attempt, Origin, Upload
from uploads.same_cause import NAMED, Others, others_with_same_cause
from uploads.settling import last_result


class ExplanationSerializer(serializers.Serializer[Explanation]):
    """What a result means and what to do."""

    title = serializers.CharField()
    cause = serializers.CharField()
    fix = serializers.CharField()


class Explained(serializers.Serializer[Any]):
    """A row with a result."""

    explanation = serializers.SerializerMethodField()

    @extend_schema_field(ExplanationSerializer(allow_null=True))
    def get_explanation(self, row: Any) -> Any:
        """Null before there is a result."""
        return ExplanationSerializer(row.explanation).data if row.explanation else None


class UploadSerializer(Explained, serializers.ModelSerializer[Upload]):
    """One bundle of one period on its way."""

    server = serializers.UUIDField(source="server.guid")
    server_name = serializers.CharField(source="server.name")
    requested_by = serializers.CharField(source="requested_by.username", allow_null=True, default=None)
    bytes = serializers.IntegerField(source="size")
    acknowledged_bytes = serializers.IntegerField()
    attempt_count = serializers.IntegerField()
    percent = serializers.IntegerField()
    origin = serializers.ChoiceField(choices=Origin.choices)
    is_moving = serializers.BooleanField()
    outcome = serializers.CharField(help_text="The state; of an observed upload delivered, failed or observed")
    outcome_words = serializers.CharField(help_text="The same as a person reads it")

    class Meta:
        model = Upload
        fields: tuple[str, ...] = (
            "id",
            "server",
            "server_name",
            "program",
            "kind",
            "period",
            "trigger",
            "origin",
            "requested_by",
            "state",
            "outcome",
            "outcome_words",
            "is_moving",
            "created_at",
            "finished_at",
            "next_attempt_at",
            "bundle_sha256",
            "bundle_name",
            "bytes",
            "acknowledged_bytes",
            "percent",
            "progress_at",
            "cancel_asked_at",
            "cancel_reason",
            "destination",
            "attempt_count",
            "result_code",
            "cause",
            "explanation",
        )


class OtherServerSerializer(serializers.ModelSerializer[LicenseServer]):
    """A server that fails for the same cause."""

    class Meta:
        model = LicenseServer
        fields = ("guid", "name")


class OthersSerializer(serializers.Serializer[Others]):
    """Other servers that fail for the same cause now."""

    count = serializers.IntegerField()
    first = OtherServerSerializer(many=True, help_text=f"At most {NAMED}, by name")


class OneUploadSerializer(UploadSerializer):
    """The same, with who else fails for its cause."""

    evidence = serializers.SerializerMethodField(help_text="What the newest ended attempt saw, untouched")
    same_cause = serializers.SerializerMethodField()

    class Meta(UploadSerializer.Meta):
        fields = (*UploadSerializer.Meta.fields, "evidence", "same_cause")

    def get_evidence(self, row: Upload) -> str:
        """Empty before an attempt ended."""
        result = last_result(row)
        return result.message if result else ""

    @extend_schema_field(OthersSerializer)
    def get_same_cause(self, row: Upload) -> Any:
        """Nobody while this upload does not fail."""
        return OthersSerializer(others_with_same_cause(row)).data


class UploadsStartedSerializer(serializers.Serializer[Any]):
    """What waits for a worker now: one upload for each kind."""

    uploads = UploadSerializer(many=True)


class AttemptSerializer(Explained, serializers.ModelSerializer[Attempt]):
    """One try, from claiming the upload to knowing how it ended."""

    number = serializers.IntegerField()
    http_status = serializers.IntegerField(allow_null=True)
    bytes_sent = serializers.IntegerField()
    first_byte = serializers.IntegerField(help_text="What was acknowledged before this attempt")

    class Meta:
        model = Attempt
        fields = (
            "number",
            "started_at",
            "finished_at",
            "verdict",
            "code",
            "explanation",
            "evidence",
            "destination",
            "http_status",
            "bytes_sent",
            "first_byte",
        )


class UploadAsked(Asking):
    """What to send. With `bundle_sha256`, exactly that sealed preview."""

    server = serializers.CharField(max_length=255, help_text="GUID or name")
    program = serializers.CharField(max_length=32)
    kind = serializers.CharField(max_length=32, required=False, help_text="Every kind of the program by default")
    bundle_sha256 = serializers.RegexField(r"^[0-9a-f]{64}$", required=False)

    def validate_server(self, text: str) -> LicenseServer:
        """The server itself."""
        server = server_called(text)
        if server is None:
            raise serializers.ValidationError(_("There is no server of this GUID or name."))
        return server

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The kinds that are meant, under `kinds`."""
        program = programs().get(attrs["program"])
        if program is None:
            raise serializers.ValidationError({"program": _("There are: %(names)s.") % {"names": listed(programs())}})
        every = [upload.kind for upload in program.uploads]
        if attrs.get("kind") not in (None, *every):
            raise serializers.ValidationError({"kind": _("There are: %(names)s.") % {"names": listed(every)}})
        attrs["kinds"] = [attrs["kind"]] if "kind" in attrs else every
        if "bundle_sha256" in attrs and len(attrs["kinds"]) > 1:
            raise serializers.ValidationError({"kind": _("Say which kind of upload the bundle is.")})
        return attrs


class CancelAsked(Asking):
    """Why it is canceled; kept with the upload, beside who asked."""

    reason = serializers.CharField(max_length=LONGEST_REASON, required=False, default="", allow_blank=True)
