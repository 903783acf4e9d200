"""What does a ladder of one's own look like, and what would it come to?"""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from alerts.ladder import MOST_DAYS
from alerts.models import RULES, Threshold
from alerts.preview import Preview, Told
from alerts.severity import Severity
from alerts.thresholds import MOST_PERCENT, MOST_STEPS, Scope, in_words
from api.filters import server_called
from api.serializers.asking import Asking
from servers.models import LicenseServer, ServerGroup


class ThresholdSerializer(serializers.ModelSerializer[Threshold]):
    """A ladder, and what it is for. The narrowest that fits counts."""

    words = serializers.SerializerMethodField(help_text="What it is for, as a person reads it")
    rule = serializers.CharField(help_text="Empty: every clock")
    group = serializers.CharField(source="group.name", allow_null=True, default=None)
    server = serializers.UUIDField(source="server.guid", allow_null=True, default=None)
    days: Any = serializers.ListField(child=serializers.IntegerField(), help_text="None: those of the default ladder")
    percent: Any = serializers.ListField(child=serializers.IntegerField(), help_text="In use; none: the default")
    escalate_after_days = serializers.IntegerField(allow_null=True, help_text="Null: the default")

    class Meta:
        model = Threshold
        fields = (
            "id", "words", "rule", "group", "feature", "server", "days", "percent", "is_muted", "escalate_after_days",
            "changed_at", "changed_by",
        )  # fmt: skip

    def get_words(self, row: Threshold) -> str:
        """Rule and place."""
        return in_words(row)


class LadderProposed(Asking):
    """A ladder for a scope. Whether that scope can have one is asked of the floor."""

    rule = serializers.CharField(
        max_length=24, required=False, default="", allow_blank=True,
        help_text=f"Every clock by default, or one of {', '.join(name for name, _ in RULES)}",
    )  # fmt: skip
    group = serializers.CharField(max_length=100, required=False, allow_null=True, default=None, help_text="A name")
    feature = serializers.CharField(max_length=128, required=False, default="", allow_blank=True)
    server = serializers.CharField(
        max_length=255, required=False, allow_null=True, default=None, help_text="GUID or name, with a feature"
    )
    days: Any = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=MOST_DAYS), max_length=MOST_STEPS, default=list
    )
    percent: Any = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=MOST_PERCENT), max_length=MOST_STEPS, default=list
    )
    is_muted = serializers.BooleanField(default=False, help_text="Open alerts, tell nobody")

    def validate_group(self, name: str | None) -> ServerGroup | None:
        """The group itself."""
        group = ServerGroup.objects.filter(name=name).first() if name else None
        if name and group is None:
            raise serializers.ValidationError(_("There is no group of this name."))
        return group

    def validate_server(self, text: str | None) -> LicenseServer | None:
        """The server itself."""
        server = server_called(text) if text else None
        if text and server is None:
            raise serializers.ValidationError(_("There is no server of this GUID or name."))
        return server

    @property
    def scope(self) -> Scope:
        """What it is for."""
        return Scope(**{name: self.validated_data[name] for name in ("rule", "group", "feature", "server")})

    @property
    def steps(self) -> dict[str, Any]:
        """On which steps it speaks."""
        return {name: self.validated_data[name] for name in ("days", "percent", "is_muted")}


class LadderAsked(LadderProposed):
    """The same, and after how many days somebody else hears of what nobody reacted to."""

    escalate_after_days = serializers.IntegerField(
        min_value=1, max_value=365, required=False, allow_null=True, default=None
    )


class ToldSerializer(serializers.Serializer[Told]):
    """One thing that would be said."""

    day = serializers.DateField()
    title = serializers.CharField()
    step = serializers.IntegerField(help_text="Days left; negative is overdue")
    severity = serializers.CharField(help_text=f"One of {', '.join(Severity.values)}")
    channels: Any = serializers.ListField(child=serializers.CharField())
    why_nobody = serializers.CharField(help_text="Empty where somebody is told")


class PreviewOfLadderSerializer(serializers.Serializer[Preview]):
    """Two years, nearest to today first; what never came near a step left no row and is not known."""

    last = ToldSerializer(many=True)
    next = ToldSerializer(many=True)
    last_count = serializers.IntegerField()
    next_count = serializers.IntegerField()
