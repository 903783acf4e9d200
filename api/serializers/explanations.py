"""What does an answer to "why was I told?" look like, and what can be asked?"""

from typing import Any

from rest_framework import serializers

from alerts.clock import Kind
from alerts.explanation import Explanation, Step


class ToldStepSerializer(serializers.Serializer[Step]):
    """One look at one fact."""

    title = serializers.CharField()
    text = serializers.CharField()
    ok = serializers.BooleanField(
        allow_null=True, help_text="It went on from here, it stopped here, or (null) that is not known or not yet so"
    )
    at = serializers.DateTimeField(allow_null=True)


class ToldOrNotSerializer(serializers.Serializer[Explanation]):
    """One sentence, and the steps that lead to it."""

    question = serializers.CharField(help_text='"Why was I told?" or "Why was I not told?"')
    was_told = serializers.BooleanField(allow_null=True, help_text="Null: not known, or not yet")
    sentence = serializers.CharField()
    steps = ToldStepSerializer(many=True)


class ClockExplanationSerializer(ToldOrNotSerializer):
    """The same for one deadline."""

    server = serializers.UUIDField(allow_null=True)
    kind = serializers.CharField(help_text=f"One of {', '.join(Kind.values)}")
    subject = serializers.CharField()
    alert: Any = serializers.IntegerField(allow_null=True, help_text="Of this deadline, where it has one")


class ClockExplanationsSerializer(serializers.Serializer[Any]):
    """One for each deadline that was meant."""

    results = ClockExplanationSerializer(many=True)
