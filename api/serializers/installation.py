"""What counts for the whole installation, and what may be asked for it?"""

from typing import Any

from rest_framework import serializers

from api.serializers.asking import Asking
from servers.installation import Standing
from servers.installation_models import Setting


class SettingSerializer(serializers.Serializer[Standing]):
    """One setting. A password is never in it."""

    setting = serializers.CharField(help_text=f"One of {', '.join(Setting.values)}")
    value = serializers.CharField(help_text="What is in force; a path or PEM text for CA_BUNDLE, days for *_DAYS")
    said_by = serializers.SerializerMethodField(help_text="variable, choice or default; a variable wins")
    has_password = serializers.SerializerMethodField()
    changed_at = serializers.DateTimeField(source="row.changed_at", allow_null=True, default=None)
    changed_by = serializers.CharField(source="row.changed_by", default="")

    def get_said_by(self, one: Standing) -> str:
        """By whose word."""
        if one.is_by_variable:
            return "variable"
        return "choice" if one.row and one.row.value else "default"

    def get_has_password(self, one: Standing) -> bool:
        """Is one sealed beside it?"""
        return bool(one.row and one.row.sealed_password) and not one.is_by_variable


class InstallationSerializer(serializers.Serializer[Any]):
    """All of them."""

    settings = SettingSerializer(many=True)


class InstallationAsked(Asking):
    """What is to count; what is not named stays. An empty text asks for the default."""

    upload_proxy = serializers.CharField(required=False, allow_blank=True, max_length=500, help_text="Without password")
    proxy_password = serializers.CharField(
        required=False, allow_blank=True, max_length=500, trim_whitespace=False, write_only=True,
        help_text="Sealed, never shown. Left out, it stays as long as the address does; empty, it is forgotten",
    )  # fmt: skip
    no_proxy = serializers.CharField(required=False, allow_blank=True, max_length=8000)
    ca_bundle = serializers.CharField(required=False, allow_blank=True, max_length=1_000_000, help_text="PEM text")
    history_days = serializers.IntegerField(required=False, allow_null=True, help_text="At least 30; null: the default")
    usage_days = serializers.IntegerField(required=False, allow_null=True, help_text="At least 30; null: the default")
    confirm = serializers.BooleanField(default=False, help_text="Needed where fewer days delete something")

    @property
    def values(self) -> dict[Setting, str]:
        """What was named, by setting."""
        said = self.validated_data
        return {
            one: "" if said[one.lower()] is None else str(said[one.lower()]) for one in Setting if one.lower() in said
        }
