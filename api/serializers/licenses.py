"""What do a license and a pool look like? Signatures are in neither: they are not even kept."""

from typing import Any

from rest_framework import serializers

from api.serializers.asking import Asking
from licenses.models import License


class LicenseSerializer(serializers.ModelSerializer[License]):
    """One FEATURE or INCREMENT line. A null `count` is "uncounted", a null `expires_on` is "never"."""

    server = serializers.UUIDField(source="file.server.guid")
    server_name = serializers.CharField(source="file.server.name")
    file = serializers.CharField(source="file.name")
    file_sha256 = serializers.CharField(source="file.sha256")
    imported_at = serializers.DateTimeField(source="file.imported_at")
    retired_at = serializers.DateTimeField(source="file.retired_at", allow_null=True)
    line = serializers.IntegerField()
    count = serializers.IntegerField(allow_null=True)
    overdraft = serializers.IntegerField()
    is_system = serializers.BooleanField()

    class Meta:
        model = License
        fields = (
            "id",
            "server",
            "server_name",
            "file",
            "file_sha256",
            "imported_at",
            "retired_at",
            "line",
            "keyword",
            "feature",
            "vendor",
            "version",
            "css_date",
            "starts_on",
            "expires_on",
            "issued_on",
            "count",
            "overdraft",
            "license_type",
            "serial_number",
            "notice",
            "is_system",
        )


class PoolSerializer(serializers.Serializer[Any]):
    """Licenses that are one and the same for every question of "how many" and "until when"."""

    vendor = serializers.CharField()
    feature = serializers.CharField()
    version = serializers.CharField()
    css_date = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    license_type = serializers.CharField()
    contracted = serializers.IntegerField()
    overdraft = serializers.IntegerField()
    total = serializers.IntegerField()
    uncounted = serializers.BooleanField()
    is_system = serializers.BooleanField()
    is_installed = serializers.BooleanField()


class PoolsSerializer(serializers.Serializer[Any]):
    """Every pool of a server on one day, in the server's own time zone."""

    server = serializers.UUIDField()
    on = serializers.DateField()
    pools = PoolSerializer(many=True)


class PoolsAsked(Asking):
    """Whose pools?"""

    server = serializers.CharField(max_length=255)
