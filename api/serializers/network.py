"""What does a network check look like?"""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.asking import Asking
from uploads.asking_for_checks import Stage
from uploads.network_findings import State, in_readers_words
from uploads.own_state import NetworkCheck


class CheckSerializer(serializers.Serializer[Any]):
    """One line of the result, in the order in which an upload meets them."""

    id = serializers.CharField(help_text="dns, tcp, proxy, tls, revocation, clock, login or trial")
    title = serializers.CharField()
    state = serializers.CharField(help_text=f"One of {', '.join(State)}")
    summary = serializers.CharField(help_text="What was found, for people")
    evidence = serializers.CharField(help_text="What was seen, raw, without secrets")
    cause = serializers.CharField(help_text="Empty without a finding")
    fix = serializers.CharField(help_text="Empty without a finding")
    seconds = serializers.FloatField()


class CheckReportSerializer(serializers.Serializer[Any]):
    """What a worker found."""

    machine = serializers.CharField(help_text="Host name of the worker")
    source_address = serializers.CharField(help_text="Its address on the way out; empty when nothing was reached")
    destination = serializers.CharField(help_text="host:port")
    proxy = serializers.CharField(help_text="host:port; empty without one")
    findings = serializers.IntegerField(help_text="Checks that are failed or a warning")
    seconds = serializers.FloatField()
    revocation_named: Any = serializers.ListField(child=serializers.CharField())
    checks = CheckSerializer(many=True)


class NetworkCheckSerializer(serializers.ModelSerializer[NetworkCheck]):
    """A check that was asked for."""

    asked_by = serializers.CharField(source="asked_by.username", allow_null=True, default=None)
    report = serializers.SerializerMethodField()

    class Meta:
        model = NetworkCheck
        fields = ("id", "asked_at", "asked_by", "with_trial", "started_at", "finished_at", "report")

    @extend_schema_field(CheckReportSerializer(allow_null=True))
    def get_report(self, row: NetworkCheck) -> Any:
        """Null until a worker has answered."""
        return CheckReportSerializer(in_readers_words(row.report)).data if row.report else None


class FirewallRuleSerializer(serializers.Serializer[Any]):
    """One outgoing connection to allow."""

    source: Any = serializers.CharField(help_text="Who opens it")
    host = serializers.CharField()
    port = serializers.IntegerField()
    protocol = serializers.CharField()
    purpose = serializers.CharField()
    evidence = serializers.CharField(help_text="Why we say so")


class NetworkCheckupSerializer(serializers.Serializer[Any]):
    """Where the network check stands."""

    stage = serializers.CharField(allow_null=True, help_text=f"One of {', '.join(Stage)}; null before the first check")
    open = NetworkCheckSerializer(allow_null=True, help_text="Under way, or stuck")
    newest = NetworkCheckSerializer(allow_null=True, help_text="The newest with an answer")
    firewall_rules = FirewallRuleSerializer(many=True)


class NetworkCheckAsked(Asking):
    """What to check."""

    trial = serializers.BooleanField(default=False, help_text="Also upload some 200 bytes that carry no data")
