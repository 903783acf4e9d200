"""Which ways lead to people, and what went along each of them?"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from alerts.channel_book import add_channel, change_channel, change_secret, disable, enable, remove_channel
from alerts.channel_models import Channel, Message
from alerts.delivery import send_test
from api.endpoint import Endpoint, Listing
from api.idempotency import idempotent_in_steps, idempotent_without
from api.lookups import row_at
from api.requests import person
from api.serializers.channels import (
    ChannelChange,
    ChannelSerializer,
    ChannelWithSecretSerializer,
    MessageSerializer,
    NewChannel,
)


def channels() -> QuerySet[Channel]:
    """Those in use, with their scope."""
    return Channel.objects.prefetch_related("groups", "servers")


class Channels(Listing):
    """All channels in use, and adding one."""

    permissions = {"GET": "alerts.view_alert", "POST": "alerts.manage_channels"}
    queryset = Channel.objects.none()
    serializer_class = ChannelSerializer

    def get_queryset(self) -> QuerySet[Channel]:
        """Without the removed ones."""
        return channels()

    @extend_schema(operation_id="channels_list", responses=ChannelSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List channels, newest first. Where one leads is shown without anything secret."""
        return self.page()

    @extend_schema(
        operation_id="channels_add", request=NewChannel, responses={201: ChannelWithSecretSerializer}, filters=False
    )
    @idempotent_without("secret")
    def post(self, request: Request) -> Response:
        """Add a channel. The secret of a webhook is shown in this answer and never again."""
        form = NewChannel(data=request.data)
        form.is_valid(raise_exception=True)
        with transaction.atomic():
            channel, secret = add_channel(form.wish(), by=person(request), now=timezone.now())
            _switch(channel, form.validated_data.get("is_enabled"), by=person(request))
        where = f"{request.path.rstrip('/')}/{channel.pk}"
        return Response(_shown_once(channel, secret), status=201, headers={"Location": where})


class OneChannel(Endpoint):
    """One channel."""

    permissions = {
        "GET": "alerts.view_alert",
        "PATCH": "alerts.manage_channels",
        "DELETE": "alerts.manage_channels",
    }
    http_method_names = ["get", "head", "patch", "delete"]

    @extend_schema(operation_id="channels_read", responses=ChannelSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What it tells, when, and whether it works."""
        return Response(ChannelSerializer(row_at(channels(), pk)).data)

    @extend_schema(operation_id="channels_change", request=ChannelChange, responses=ChannelWithSecretSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Change it. A new secret is in the answer where it has just become a webhook."""
        channel, form = row_at(channels(), pk), ChannelChange(data=request.data)
        form.is_valid(raise_exception=True)
        secret = ""
        with transaction.atomic():
            if form.validated_data.keys() - {"is_enabled"}:
                secret = change_channel(channel, form.wish(channel), by=person(request), now=timezone.now())
            _switch(channel, form.validated_data.get("is_enabled"), by=person(request))
        return Response(_shown_once(row_at(channels(), pk), secret))

    @extend_schema(operation_id="channels_remove", responses=ChannelSerializer)
    def delete(self, request: Request, pk: int) -> Response:
        """Remove it: what it led to is forgotten, what was told there stays as evidence."""
        channel = row_at(channels(), pk)
        remove_channel(channel, by=person(request), now=timezone.now())
        return Response(ChannelSerializer(row_at(Channel.ever.all(), pk)).data)


class ChannelTest(Endpoint):
    """Does it work?"""

    permissions = {"POST": "alerts.manage_channels"}

    @extend_schema(operation_id="channels_test", request=None, responses=MessageSerializer)
    @idempotent_in_steps
    def post(self, request: Request, pk: int) -> Response:
        """Send a test at once; `state` and `answers` say whether it arrived. One that does mends a broken channel."""
        message = send_test(row_at(channels(), pk), by=person(request), now=timezone.now())
        return Response(MessageSerializer(message).data)


class ChannelSecret(Endpoint):
    """Another secret."""

    permissions = {"POST": "alerts.manage_channels"}

    @extend_schema(operation_id="channels_new_secret", request=None, responses=ChannelWithSecretSerializer)
    @idempotent_without("secret")
    def post(self, request: Request, pk: int) -> Response:
        """Make a new secret for the signatures of a webhook; the old one counts no more."""
        channel = row_at(channels(), pk)
        return Response(_shown_once(channel, change_secret(channel, by=person(request), now=timezone.now())))


class ChannelMessages(Listing):
    """What went along it."""

    permissions = {"GET": "alerts.view_alert"}
    queryset = Message.objects.none()
    serializer_class = MessageSerializer
    newest_by = ("composed_at", "id")

    def get_queryset(self) -> QuerySet[Message]:
        """Of this channel, removed or not."""
        return Message.objects.filter(channel=row_at(Channel.ever.all(), self.kwargs["pk"]))

    @extend_schema(operation_id="channels_messages", responses=MessageSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """List its messages, newest first, with the answer of each recipient."""
        return self.page()


def _switch(channel: Channel, is_enabled: bool | None, *, by: User) -> None:
    if is_enabled is not None:
        (enable if is_enabled else disable)(channel, by=by, now=timezone.now())


def _shown_once(channel: Channel, secret: str) -> object:
    return ChannelWithSecretSerializer(channel, context={"secret": secret}).data
