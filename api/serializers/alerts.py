"""What does an alert look like, and what can a person say to it?"""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from alerts.models import Alert, AlertEvent, AlertServer, Notice
from api.serializers.asking import Asking
from languages.sentences import listed

SHOWN = 100  # servers in one answer; all of them have an address of their own
MOST_IDS = 1000


class AlertSerializer(serializers.ModelSerializer[Alert]):
    """One trouble, on one server or on a thousand, in its newest words."""

    rule_words = serializers.CharField(source="get_rule_display", help_text="The rule as a person reads it")
    severity_words = serializers.CharField(source="get_severity_display", help_text="The severity as a person reads it")
    state = serializers.CharField(help_text=f"One of {', '.join(Alert.STATES)}")
    rung = serializers.IntegerField(help_text="Step told last: days left, negative once it is over")
    server_count = serializers.IntegerField(help_text="Servers in this trouble; 0 where it is the installation's own")
    acknowledged_severity = serializers.CharField(
        help_text="It keeps quiet up to this one; empty before somebody reacted"
    )

    class Meta:
        model = Alert
        fields: tuple[str, ...] = (
            "id",
            "rule",
            "rule_words",
            "problem",
            "severity",
            "severity_words",
            "state",
            "rung",
            "due",
            "title",
            "detail",
            "action",
            "feature",
            "server_count",
            "opened_at",
            "seen_at",
            "closed_at",
            "closed_because",
            "acknowledged_at",
            "acknowledged_by",
            "acknowledged_severity",
            "snoozed_until",
            "snoozed_by",
            "snooze_reason",
            "escalated_at",
        )


class AlertServerSerializer(serializers.ModelSerializer[AlertServer]):
    """One server in the trouble, from when to when."""

    server = serializers.UUIDField(source="server.guid")
    server_name = serializers.CharField(source="server.name")

    class Meta:
        model = AlertServer
        fields = ("server", "server_name", "since", "gone_at", "due", "evidence")


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """One thing that was to be said, once."""

    reason_words = serializers.CharField(source="get_reason_display", help_text="The reason as a person reads it")
    rung = serializers.IntegerField()
    server_count = serializers.IntegerField()
    passed_over: Any = serializers.ListField(
        child=serializers.IntegerField(), help_text="Steps that were reached while no rule ran"
    )

    class Meta:
        model = Notice
        fields = (
            "id",
            "reason",
            "reason_words",
            "rung",
            "at",
            "severity",
            "title",
            "detail",
            "action",
            "server_count",
            "passed_over",
        )


class AlertEventSerializer(serializers.ModelSerializer[AlertEvent]):
    """What a person did to it."""

    act_words = serializers.CharField(source="get_act_display", help_text="The act as a person reads it")

    class Meta:
        model = AlertEvent
        fields = ("act", "act_words", "at", "by", "text")


class OneAlertSerializer(AlertSerializer):
    """The same with what was said, who reacted, and which servers are in it."""

    notices = NoticeSerializer(many=True, help_text="Oldest first")
    events = AlertEventSerializer(many=True, help_text="Oldest first")
    servers = serializers.SerializerMethodField(help_text=f"The first {SHOWN} by name")

    class Meta(AlertSerializer.Meta):
        fields = (*AlertSerializer.Meta.fields, "notices", "events", "servers")

    @extend_schema_field(AlertServerSerializer(many=True))
    def get_servers(self, alert: Alert) -> Any:
        """Those that are out of the trouble again among them."""
        return AlertServerSerializer(alert.servers.select_related("server")[:SHOWN], many=True).data


class SnoozeAsked(Asking):
    """Until when nothing is told, and why that is all right."""

    until = serializers.DateTimeField(help_text="In the future, at most a year ahead")
    reason = serializers.CharField(max_length=500)


class ManyAsked(Asking):
    """Which alerts."""

    ids: Any = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MOST_IDS
    )

    def validate_ids(self, ids: list[int]) -> list[Alert]:
        """The alerts themselves; one that is not there is an error, and nothing is changed."""
        found = Alert.objects.in_bulk(ids)
        if missing := [str(pk) for pk in ids if pk not in found]:
            raise serializers.ValidationError(
                _("There is no alert %(names)s. Nothing was changed.") % {"names": listed(missing[:20])}
            )
        return list(found.values())


class ManyDoneSerializer(serializers.Serializer[Any]):
    """How far it went."""

    changed = serializers.IntegerField(help_text="Those that it was new to; what is over stays as it is")
