"""What does a sealed preview look like? Its digest, and its documents as a tree of declared values."""

from typing import Any

from rest_framework import serializers

from api.serializers.asking import Asking
from api.serializers.programs import ElementSerializer
from payloads.reading import read_tree
from programs.catalog import UploadKind
from uploads.bundle_store import open_checked
from uploads.models import Preview


class NodeSerializer(serializers.Serializer[Any]):
    """One element or attribute; `element` is null for mere containers."""

    name = serializers.CharField()
    text = serializers.CharField()
    element = ElementSerializer(allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        """The fields, and the nodes below in the same shape."""
        return {**super().get_fields(), "children": NodeSerializer(many=True)}


class PreviewSerializer(serializers.Serializer[Any]):
    """A sealed bundle that nobody sent yet."""

    sha256 = serializers.CharField(source="bundle_sha256")
    name = serializers.CharField(source="bundle_name")
    bytes = serializers.IntegerField(source="size")
    program = serializers.CharField()
    kind = serializers.CharField()
    sealed_at = serializers.DateTimeField()
    sealed_as = serializers.CharField(help_text="State of the program then; while it does not send, what it would send")
    documents = NodeSerializer(many=True)


class PreviewAsked(Asking):
    """What to seal; the program's first kind by default."""

    kind = serializers.CharField(max_length=32, required=False)


def preview_body(preview: Preview, *, kind: UploadKind) -> Any:
    """The preview with its documents. Raises BundleMissing or BundleRefused."""
    documents = read_tree(open_checked(preview.bundle_sha256), kind)
    names = ("bundle_sha256", "bundle_name", "size", "program", "kind", "sealed_at", "sealed_as")
    facts = {name: getattr(preview, name) for name in names}
    return PreviewSerializer({**facts, "documents": documents}).data
