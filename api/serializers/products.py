"""What does a license code stand for?"""

from rest_framework import serializers

from licenses.products import Product


class ProductSerializer(serializers.Serializer[Product]):
    """A product by its code. `known` is false where the code is in no table and was only split into its parts."""

    name = serializers.CharField()
    edition = serializers.CharField()
    model = serializers.CharField(help_text="What one license counts")
    known = serializers.BooleanField()
