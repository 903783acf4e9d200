"""What does a registration with the cloud look like?"""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.asking import Asking
from api.serializers.uploads import ExplanationSerializer
from servers.models import CloudRegistration, LicenseServer
from uploads.registering import DestinationFailed, confirmation_address


class RegistrationSerializer(serializers.ModelSerializer[CloudRegistration]):
    """The newest registration of a server, whatever became of it."""

    server = serializers.UUIDField(source="server.guid")
    state = serializers.CharField(help_text=f"One of {', '.join(CloudRegistration.State.values)}")
    confirmation_address = serializers.SerializerMethodField(help_text="Where a person enters the code")

    class Meta:
        model = CloudRegistration
        fields: tuple[str, ...] = (
            "server",
            "state",
            "code",
            "confirmation_address",
            "requested_at",
            "requested_by",
            "expires_at",
            "registered_at",
            "customer_id",
            "removed_at",
            "removed_by",
        )

    def get_confirmation_address(self, row: CloudRegistration) -> str:
        """Of the destination as it is set up now."""
        return confirmation_address()


class RegistrationReadSerializer(RegistrationSerializer):
    """The same, and whether the destination could be asked about it."""

    code = serializers.SerializerMethodField(help_text="Empty for whoever may not register: who knows it decides")
    trouble = serializers.SerializerMethodField()

    class Meta(RegistrationSerializer.Meta):
        fields = (*RegistrationSerializer.Meta.fields, "trouble")

    def get_code(self, row: CloudRegistration) -> str:
        """Eight signs."""
        return row.code if self.context["shows_code"] else ""

    @extend_schema_field(ExplanationSerializer(allow_null=True))
    def get_trouble(self, row: CloudRegistration) -> Any:
        """Why the destination could not be asked just now; null when it was, or need not be."""
        error: DestinationFailed | None = self.context.get("error")
        return ExplanationSerializer(error.outcome.explanation).data if error else None


class RegistrationEndedSerializer(serializers.Serializer[Any]):
    """The end, which holds here at once; the destination is told as soon as it listens."""

    registration = RegistrationSerializer()
    decisions: Any = serializers.ListField(child=serializers.IntegerField(), help_text="Rows that ended event data")
    canceled_uploads = serializers.IntegerField()


class RegistrationEnd(Asking):
    """The name of the server, typed: this cannot be undone."""

    name = serializers.CharField(max_length=255, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """It has to be the name of this server, whole or short, in any case."""
        server: LicenseServer = self.context["server"]
        given = str(attrs.get("name", self.context["confirm"])).strip().lower()
        if given not in {server.name.lower(), server.short_name.lower()}:
            sentence = _("Send %(short_name)s to end the registration, here or as ?confirm=. Nothing was changed.") % {
                "short_name": server.short_name
            }
            raise serializers.ValidationError({"name": sentence})
        return attrs
