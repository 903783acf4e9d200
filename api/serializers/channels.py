"""What does a channel look like, and what can be wanted of one? Its address and secret are written and never read."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alerts.channel_models import Channel, Message
from alerts.channel_wish import ChannelWish
from alerts.models import RULES
from alerts.severity import Severity
from api.filters import server_called
from api.serializers.asking import Asking
from languages.sentences import listed
from servers.models import LicenseServer, ServerGroup

ONCE = "Shown in this answer only; empty for other ways, and in the answer to a repeat under the same Idempotency-Key"
WISHES = (
    "name", "way", "floor", "rules", "digest", "digest_hour", "digest_weekday", "quiet_from", "quiet_until",
    "time_zone", "is_escalation", "tells_end",
)  # fmt: skip


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    """One way to people."""

    way = serializers.CharField(help_text=f"One of {', '.join(Channel.Way.values)}")
    floor = serializers.CharField(help_text=f"One of {', '.join(Severity.values)}")
    rules: Any = serializers.ListField(child=serializers.CharField(), help_text="None means all")
    groups: Any = serializers.SlugRelatedField(many=True, read_only=True, slug_field="name")
    servers: Any = serializers.SlugRelatedField(many=True, read_only=True, slug_field="guid")
    digest = serializers.CharField(help_text=f"One of {', '.join(Channel.Digest.values)}")
    digest_hour = serializers.IntegerField()
    digest_weekday = serializers.IntegerField(help_text="0 is Monday")

    class Meta:
        model = Channel
        fields: tuple[str, ...] = (
            "id", "name", "way", "shown", "floor", "rules", "groups", "servers", "digest", "digest_hour",
            "digest_weekday", "quiet_from", "quiet_until", "time_zone", "is_escalation", "tells_end", "is_enabled",
            "broken_at", "broken_because", "created_at", "created_by", "changed_at", "changed_by", "removed_at",
            "removed_by",
        )  # fmt: skip


class ChannelWithSecretSerializer(ChannelSerializer):
    """The same with the secret of a webhook, this once."""

    secret = serializers.SerializerMethodField(help_text=ONCE)

    class Meta(ChannelSerializer.Meta):
        fields = (*ChannelSerializer.Meta.fields, "secret")

    def get_secret(self, channel: Channel) -> str:
        """What the receiver checks signatures with, as Standard Webhooks writes it."""
        return str(self.context["secret"])


class AnswerSerializer(serializers.Serializer[Any]):
    """What one recipient answered to one try."""

    at = serializers.DateTimeField()
    number = serializers.IntegerField(source="try", help_text="Of the try")
    to = serializers.CharField()
    said = serializers.CharField(help_text="delivered, again, refused, gone or unknown")
    text = serializers.CharField(help_text="In the words of the other side")


class MessageSerializer(serializers.ModelSerializer[Message]):
    """One message on its way, with the answers received."""

    state = serializers.CharField(help_text=f"One of {', '.join(Message.State.values)}")
    attempts = serializers.IntegerField()
    answers = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = (
            "uid", "is_test", "subject", "composed_at", "state", "attempts", "next_try_at", "finished_at", "answers",
        )  # fmt: skip

    @extend_schema_field(AnswerSerializer(many=True))
    def get_answers(self, message: Message) -> Any:
        """Of each try and recipient, oldest first."""
        return AnswerSerializer(message.answers, many=True).data


class ChannelChange(Asking):
    """What is wanted; whether it can be had is asked of the floor. What is left out stays as it is."""

    name = serializers.CharField(max_length=100, required=False)
    way = serializers.CharField(max_length=12, required=False, help_text=f"One of {', '.join(Channel.Way.values)}")
    target = serializers.CharField(
        max_length=4000, required=False, trim_whitespace=False, help_text="Where it leads; never shown again"
    )
    plain_http = serializers.BooleanField(required=False, help_text="Allow an http address of a webhook")
    floor = serializers.CharField(max_length=8, required=False, help_text=f"One of {', '.join(Severity.values)}")
    rules: Any = serializers.ListField(
        child=serializers.CharField(max_length=24), max_length=len(RULES), required=False, help_text="None means all"
    )
    groups: Any = serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=1000, required=False, help_text="Names"
    )
    servers: Any = serializers.ListField(
        child=serializers.CharField(max_length=255), max_length=1000, required=False, help_text="GUIDs or names"
    )
    digest = serializers.CharField(max_length=8, required=False, help_text=f"One of {', '.join(Channel.Digest.values)}")
    digest_hour = serializers.IntegerField(min_value=0, max_value=23, required=False)
    digest_weekday = serializers.IntegerField(min_value=0, max_value=6, required=False, help_text="0 is Monday")
    quiet_from = serializers.TimeField(allow_null=True, required=False)
    quiet_until = serializers.TimeField(allow_null=True, required=False)
    time_zone = serializers.CharField(max_length=64, required=False)
    is_escalation = serializers.BooleanField(required=False)
    tells_end = serializers.BooleanField(required=False)
    is_enabled = serializers.BooleanField(required=False, help_text="True also mends a broken one")

    def validate_groups(self, names: list[str]) -> list[ServerGroup]:
        """The groups themselves."""
        found = {group.name: group for group in ServerGroup.objects.filter(name__in=names)}
        if missing := [name for name in names if name not in found]:
            raise serializers.ValidationError(_("There is no group %(names)s.") % {"names": listed(missing[:5])})
        return list(found.values())

    def validate_servers(self, texts: list[str]) -> list[LicenseServer]:
        """The servers themselves."""
        found = [(text, server_called(text)) for text in texts]
        if missing := [text for text, server in found if server is None]:
            raise serializers.ValidationError(_("There is no server %(names)s.") % {"names": listed(missing[:5])})
        return list({server.pk: server for _, server in found if server}.values())

    def wish(self, channel: Channel | None = None) -> ChannelWish:
        """The channel as it is wanted: as it is now, with what was asked."""
        asked = {name: value for name, value in self.validated_data.items() if name != "is_enabled"}
        if channel is None:
            return ChannelWish(**asked)
        now = {name: getattr(channel, name) for name in WISHES}
        scope = {"groups": list(channel.groups.all()), "servers": list(channel.servers.all())}
        return ChannelWish(**(now | scope | asked))


class NewChannel(ChannelChange):
    """The same; name, way and target have to be among it."""

    name = serializers.CharField(max_length=100)
    way = serializers.CharField(max_length=12, help_text=f"One of {', '.join(Channel.Way.values)}")
    target = serializers.CharField(
        max_length=4000, trim_whitespace=False, help_text="Where it leads; never shown again"
    )
