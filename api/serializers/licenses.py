"""What do a license and a lease look like? Signatures are in neither: they are not even kept."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.serializers.products import ProductSerializer
from licenses.models import ActivationLease, License
from licenses.products import product_of


class LicenseSerializer(serializers.ModelSerializer[License]):
    """One FEATURE or INCREMENT line. A null `count` is "uncounted", a null `expires_on` is "never".

    Unless `count_known` or `expiry_known` is false: then the file has something there that cannot be read.
    """

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
            "expiry_known",
            "issued_on",
            "count",
            "count_known",
            "overdraft",
            "license_type",
            "serial_number",
            "notice",
            "is_system",
        )


class LeaseSerializer(serializers.ModelSerializer[ActivationLease]):
    """What the activation service activated. `reported` is what it said, `quantity` what counts; null is not known."""

    server = serializers.UUIDField(source="server.guid")
    server_name = serializers.CharField(source="server.name")
    product = serializers.SerializerMethodField()
    quantity = serializers.IntegerField(allow_null=True)
    reported = serializers.IntegerField(allow_null=True)

    class Meta:
        model = ActivationLease
        fields = (
            "id",
            "server",
            "server_name",
            "code",
            "product",
            "quantity",
            "reported",
            "was_doubled",
            "expires_on",
            "last_seen_at",
        )

    @extend_schema_field(ProductSerializer)
    def get_product(self, lease: ActivationLease) -> Any:
        """What the code stands for."""
        return ProductSerializer(product_of(lease.code)).data
