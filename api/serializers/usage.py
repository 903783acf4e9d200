"""What does use over time look like? Null is "not known" everywhere; zero was read."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from alerts.local_forms import a_number
from api.serializers.asking import Asking
from licenses.models import UsageSample

MOST_DAYS = 3660  # ten years: an answer is one document, and every day has its line


class SampleSerializer(serializers.ModelSerializer[UsageSample]):
    """What one report said of one moment. An empty `pool` is all of the feature."""

    server = serializers.UUIDField(source="server.guid")
    server_name = serializers.CharField(source="server.name")
    in_use = serializers.IntegerField(allow_null=True)
    issued = serializers.IntegerField(allow_null=True, help_text="Overdraft included, as the source counts")
    queued = serializers.IntegerField(allow_null=True)
    reserved = serializers.IntegerField(allow_null=True)

    class Meta:
        model = UsageSample
        fields = (
            "id",
            "server",
            "server_name",
            "feature",
            "pool",
            "at",
            "in_use",
            "issued",
            "queued",
            "reserved",
            "source",
        )


class DaySerializer(serializers.Serializer[Any]):
    """The most in use on one day; null when nothing was read that day."""

    day = serializers.DateField()
    in_use = serializers.IntegerField(allow_null=True)
    issued = serializers.IntegerField(allow_null=True)


class UsageSerializer(serializers.Serializer[Any]):
    """Every day from first to last, with or without a reading, in the server's own time zone."""

    server = serializers.UUIDField()
    feature = serializers.CharField()
    first = serializers.DateField()
    last = serializers.DateField()
    days = DaySerializer(many=True)


class DaysAsked(Asking):
    """Whose days, and which?"""

    server = serializers.CharField(max_length=255, help_text="GUID or name")
    first = serializers.DateField()
    last = serializers.DateField(help_text="Included")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """In this order."""
        if attrs["last"] < attrs["first"]:
            raise serializers.ValidationError({"last": _("This lies before first.")})
        return attrs


class UsageAsked(DaysAsked):
    """The same of one feature."""

    feature = serializers.CharField(max_length=128, help_text="In any case")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Not more days than one answer holds."""
        if (attrs["last"] - attrs["first"]).days >= MOST_DAYS:
            raise serializers.ValidationError(
                {
                    "first": _("At most %(most_days)s days at once. usage.csv has no limit.")
                    % {"most_days": a_number(MOST_DAYS)}
                }
            )
        return super().validate(attrs)
