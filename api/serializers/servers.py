"""What does a server look like, and which of its facts can be written?"""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alerts.clock import State
from alerts.standing_models import Pressure, ServerStanding
from api.serializers.asking import Asking
from licenses.service_provider import detect
from servers.models import LicenseServer, LicensingMode, ProviderOverride, ReportingMode, ServerGroup


class ServerSerializer(serializers.ModelSerializer[LicenseServer]):
    """One license server. An empty text or null is "not known"."""

    group = serializers.CharField(source="group.name", allow_null=True, default=None)

    class Meta:
        model = LicenseServer
        fields: tuple[str, ...] = (
            "guid",
            "name",
            "group",
            "hardware_id",
            "product_version",
            "operating_system",
            "time_zone",
            "installed_at",
            "service_started_at",
            "licensing_mode",
            "reporting_mode",
            "is_provider",
            "provider_rule",
            "provider_evidence",
            "provider_override",
            "archived_at",
            "created_at",
        )


class ServerInFullSerializer(ServerSerializer):
    """The same with a hint about service-provider licenses, which is shown to people and never decides."""

    provider_hint = serializers.SerializerMethodField()

    class Meta(ServerSerializer.Meta):
        fields = (*ServerSerializer.Meta.fields, "provider_hint")

    def get_provider_hint(self, server: LicenseServer) -> str:
        """What is seen today; empty when nothing is, or when the verdict needs no hint."""
        return detect(server, on=timezone.now().astimezone(server.zone).date()).hint


class NextTroubleSerializer(serializers.Serializer[ServerStanding]):
    """What comes next on a server."""

    kind = serializers.CharField(help_text="A clock or a condition, as in `rule` of alerts")
    subject = serializers.CharField(help_text="Of what, such as a feature; empty where the kind says it")
    due = serializers.DateField(help_text="Of a condition the day it began")
    state = serializers.CharField(help_text=f"One of {', '.join(State)}")


class ListedServerSerializer(ServerSerializer):
    """The same in a list, with what needs somebody first. The rules look once a minute."""

    pressure = serializers.SerializerMethodField()
    next_trouble = serializers.SerializerMethodField()

    class Meta(ServerSerializer.Meta):
        fields = (*ServerSerializer.Meta.fields, "pressure", "next_trouble")

    @extend_schema_field(serializers.ChoiceField(choices=Pressure.choices))
    def get_pressure(self, server: LicenseServer) -> str:
        """Unknown where nobody looked yet or looks any more; that is not quiet."""
        standing = self._standing(server)
        return str(standing.pressure) if standing else Pressure.UNKNOWN.value

    @extend_schema_field(NextTroubleSerializer(allow_null=True))
    def get_next_trouble(self, server: LicenseServer) -> Any:
        """Null where none is known, and of servers out of service."""
        standing = self._standing(server)
        is_known = standing is not None and standing.due_on is not None and not standing.is_archived
        return NextTroubleSerializer(standing).data if is_known else None

    def _standing(self, server: LicenseServer) -> ServerStanding | None:
        found: ServerStanding | None = self.context["standings"].get(server.pk)
        return found if found and found.looked_at is not None and not self.context["stale"] else None


class FacetChoiceSerializer(serializers.Serializer[Any]):
    """One value of a filter."""

    value = serializers.CharField(help_text="As the filter takes it")
    count = serializers.IntegerField()


class ServerFacetsSerializer(serializers.Serializer[Any]):
    """How many servers each choice of a filter would find, true for the other filters in force."""

    total = serializers.IntegerField(help_text="Servers that all filters find")
    facets = serializers.DictField(child=FacetChoiceSerializer(many=True), help_text="By the name of the filter")


class ServerFacts(Asking):
    """Facts to write. Whether they are possible is asked of the floor."""

    name = serializers.CharField(max_length=255, required=False)
    group = serializers.CharField(max_length=100, allow_null=True, required=False, help_text="Name of a group")
    hardware_id = serializers.CharField(max_length=64, allow_blank=True, required=False)
    product_version = serializers.CharField(max_length=64, allow_blank=True, required=False)
    operating_system = serializers.CharField(max_length=128, allow_blank=True, required=False)
    time_zone = serializers.CharField(max_length=64, required=False)
    installed_at = serializers.DateTimeField(allow_null=True, required=False)
    service_started_at = serializers.DateTimeField(required=False)
    licensing_mode = serializers.ChoiceField(choices=LicensingMode.choices, required=False)

    def validate_group(self, name: str | None) -> ServerGroup | None:
        """The group itself."""
        group = ServerGroup.objects.filter(name=name).first() if name else None
        if name and group is None:
            raise serializers.ValidationError(_("There is no group of this name."))
        return group


class ServerChange(ServerFacts):
    """The same facts, and a person's last word about service-provider licenses."""

    provider_override = serializers.ChoiceField(choices=ProviderOverride.choices, required=False)


class NewServer(ServerFacts):
    """The same facts; a name has to be among them."""

    name = serializers.CharField(max_length=255)
    reporting_mode = serializers.ChoiceField(
        choices=ReportingMode.choices, required=False, help_text="Changing it later is a decision about telemetry"
    )
