"""What does the address of a feed look like?"""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from alerts.channel_models import FeedAddress
from api.filters import server_called
from api.serializers.asking import Asking
from languages.sentences import listed
from servers.models import LicenseServer


class FeedAddressSerializer(serializers.ModelSerializer[FeedAddress]):
    """Who reads where. The address itself is shown when it is made, and never again."""

    feed = serializers.CharField(help_text=f"One of {', '.join(FeedAddress.Feed.values)}")
    owner = serializers.CharField(source="owner.username")
    server = serializers.UUIDField(source="server.guid", allow_null=True, default=None, help_text="Null: all servers")
    server_name = serializers.CharField(source="server.name", allow_null=True, default=None)

    class Meta:
        model = FeedAddress
        fields: tuple[str, ...] = (
            "id", "feed", "name", "owner", "server", "server_name", "created_at", "read_at", "revoked_at",
        )  # fmt: skip


class FeedAddressMadeSerializer(FeedAddressSerializer):
    """The same with the address, this once."""

    address = serializers.SerializerMethodField(
        help_text="The whole address; empty in the answer to a repeat under the same Idempotency-Key"
    )

    class Meta(FeedAddressSerializer.Meta):
        fields = (*FeedAddressSerializer.Meta.fields, "address")

    def get_address(self, row: FeedAddress) -> str:
        """Where the request came in."""
        return str(self.context["address"])


class FeedAddressAsked(Asking):
    """For which feed, and who reads there."""

    feed = serializers.CharField(max_length=12, help_text=f"One of {', '.join(FeedAddress.Feed.values)}")
    name = serializers.CharField(max_length=100, help_text="Who reads there, such as `phone`")
    server = serializers.CharField(max_length=255, required=False, help_text="GUID or name; all servers by default")

    def validate_server(self, text: str) -> LicenseServer:
        """The server itself."""
        server = server_called(text)
        if server is None:
            raise serializers.ValidationError(_("There is no server of this GUID or name."))
        return server

    def validate_feed(self, text: str) -> Any:
        """One of the two."""
        if text not in FeedAddress.Feed.values:
            raise serializers.ValidationError(_("There are: %(names)s.") % {"names": listed(FeedAddress.Feed.values)})
        return text
