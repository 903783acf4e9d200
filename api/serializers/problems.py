"""What does a problem look like?"""

from typing import Any

from rest_framework import serializers


class ProblemSerializer(serializers.Serializer[Any]):
    """Problem details, RFC 9457. `errors` holds the sentences for each field where fields were wrong."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    errors: Any = serializers.DictField(child=serializers.ListField(child=serializers.CharField()), required=False)
