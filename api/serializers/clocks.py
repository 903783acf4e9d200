"""What does a deadline look like?"""

from typing import Any

from rest_framework import serializers

from alerts.clock import Kind, Shape, State
from alerts.severity import Severity


class ClockSerializer(serializers.Serializer[Any]):
    """One deadline. Null is "not known", never zero."""

    server = serializers.UUIDField(allow_null=True, help_text="Null for a deadline of the installation itself")
    server_name = serializers.CharField(allow_null=True)
    kind = serializers.CharField(help_text=f"One of {', '.join(Kind.values)}")
    kind_words = serializers.CharField(help_text="The kind as a person reads it")
    subject = serializers.CharField(help_text="Tells deadlines of one kind on one server apart")
    state = serializers.CharField(help_text=f"One of {', '.join(State)}")
    severity = serializers.CharField(help_text=f"One of {', '.join(Severity.values)}")
    title = serializers.CharField()
    evidence = serializers.CharField(help_text="Why we believe it")
    next_step = serializers.CharField()
    feature = serializers.CharField(help_text="Product code, where it is about one")
    quantity = serializers.IntegerField(allow_null=True, help_text="How many licenses fall away")
    starts = serializers.DateField(allow_null=True)
    due = serializers.DateField(allow_null=True, help_text="The last good day, in the server's zone")
    earliest = serializers.DateField(allow_null=True, help_text="Of a forecast")
    latest = serializers.DateField(allow_null=True, help_text="Of a forecast")
    days_left = serializers.IntegerField(allow_null=True, help_text="0 on the last good day, -1 on the first bad one")
    shape = serializers.CharField(help_text=f"One of {', '.join(Shape)}")
    period = serializers.IntegerField(allow_null=True, help_text="Days that one that resets itself runs")


class ClockPageSerializer(serializers.Serializer[Any]):
    """One page."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ClockSerializer(many=True)
