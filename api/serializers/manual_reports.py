"""What do reports look like that a person carries, and how are they asked for?"""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from api.filters import server_called
from api.serializers.asking import Asking
from uploads.courier_cleanup import leftovers_of
from uploads.courier_models import CustodyEntry, ManualReceipt, ManualReport, ManualVolume, TrustedReceiver
from uploads.courier_open import still_open

MOST_SERVERS = 1000


class ManualReportSerializer(serializers.ModelSerializer[ManualReport]):
    """One set of sealed reports that was gathered to be carried."""

    name = serializers.CharField(read_only=True)
    state = serializers.CharField(help_text=f"One of {', '.join(ManualReport.State.values)}")
    max_bytes = serializers.IntegerField(allow_null=True, help_text="Limit of a volume; null for none")
    signed_with = serializers.CharField(help_text="SHA-256 of the public key that signs the volumes")

    class Meta:
        model = ManualReport
        fields: tuple[str, ...] = (
            "id",
            "name",
            "export_id",
            "state",
            "max_bytes",
            "signed_with",
            "gathered_by",
            "gathered_at",
            "ended_at",
            "files_deleted_at",
        )


class ManualVolumeSerializer(serializers.ModelSerializer[ManualVolume]):
    """One volume. Digest and size are empty until it is downloaded for the first time."""

    number = serializers.IntegerField()
    file_name = serializers.CharField(read_only=True)
    bytes = serializers.IntegerField(source="size")
    bundle_count = serializers.IntegerField(source="items.count")

    class Meta:
        model = ManualVolume
        fields = ("number", "kind", "file_name", "sha256", "bytes", "bundle_count")


class OpenVolumeSerializer(serializers.Serializer[Any]):
    """A volume of which reports are not confirmed."""

    volume = serializers.IntegerField(source="number")
    kind = serializers.CharField()
    bundle_count = serializers.IntegerField(source="count")
    sentence = serializers.CharField()


class CustodySerializer(serializers.ModelSerializer[CustodyEntry]):
    """Who had it in hands."""

    class Meta:
        model = CustodyEntry
        fields = ("at", "by", "event", "note")


class ManualReceiptSerializer(serializers.ModelSerializer[ManualReceipt]):
    """One confirmation."""

    is_proved = serializers.BooleanField(help_text="False: somebody typed it in")
    closed_count = serializers.IntegerField()

    class Meta:
        model = ManualReceipt
        fields = (
            "digest",
            "is_proved",
            "key_fingerprint",
            "case_number",
            "received_at",
            "imported_at",
            "imported_by",
            "closed_count",
        )


class MissingDaysSerializer(serializers.Serializer[Any]):
    """Days without a report, as the index of the volumes names them."""

    server = serializers.CharField()
    server_name = serializers.CharField()
    kind = serializers.CharField()
    first_day = serializers.IntegerField()
    last_day = serializers.IntegerField()
    first = serializers.DateTimeField()
    last = serializers.DateTimeField()
    reason = serializers.CharField()
    sentence = serializers.CharField()


class DeletableSerializer(serializers.Serializer[Any]):
    """Files that nothing needs any more."""

    files = serializers.IntegerField(source="count")
    bytes = serializers.IntegerField(source="size")


class ManualReportInFullSerializer(ManualReportSerializer):
    """The set with its volumes, what is open, who had it, and its receipts."""

    missing = MissingDaysSerializer(many=True)
    volumes = ManualVolumeSerializer(many=True)
    open = serializers.SerializerMethodField()
    custody = CustodySerializer(many=True)
    receipts = ManualReceiptSerializer(many=True)
    deletable = serializers.SerializerMethodField()

    class Meta(ManualReportSerializer.Meta):
        fields = (*ManualReportSerializer.Meta.fields, "missing", "volumes", "open", "custody", "receipts", "deletable")

    def get_open(self, report: ManualReport) -> list[dict[str, Any]]:
        """Volumes with reports that no receipt lists."""
        return [OpenVolumeSerializer(one).data for one in still_open(report)]

    def get_deletable(self, report: ManualReport) -> dict[str, int]:
        """How many files may be deleted now, and how many bytes."""
        return DeletableSerializer(leftovers_of(report)).data


class GatheringAsked(Asking):
    """What to gather; the whole fleet without `servers`."""

    servers = serializers.ListField(
        child=serializers.CharField(max_length=255),
        required=False,
        allow_empty=False,
        max_length=MOST_SERVERS,
        help_text="GUIDs or names",
    )
    max_bytes = serializers.IntegerField(
        required=False, min_value=0, max_value=2**50, help_text="Of one volume; 0 is no limit"
    )
    how = serializers.ChoiceField(
        choices=["same", "more", "again"],
        default="same",
        help_text="same: the set that is open, if there is one; more: what was sealed since; again: give it up first",
    )

    def validate_servers(self, names: list[str]) -> list[Any]:
        """The servers themselves."""
        found = [(name, server_called(name)) for name in names]
        unknown = [name for name, server in found if server is None]
        if unknown:
            raise serializers.ValidationError(
                _("There is no server of this GUID or name: %(unknown)s.") % {"unknown": unknown[0][:100]}
            )
        return [server for _, server in found]


class ConfirmationAsked(Asking):
    """What the vendor's page showed, typed in; it is kept as not proved."""

    case_number = serializers.CharField(max_length=100)
    uploaded_on = serializers.DateField()
    volumes = serializers.ListField(child=serializers.IntegerField(min_value=1), allow_empty=False, max_length=10_000)


class ReceiptForm(Asking):
    """A receipt as a form."""

    file = serializers.FileField()


class ImportedSerializer(serializers.Serializer[Any]):
    """What a receipt changed."""

    closed = serializers.IntegerField(help_text="Reports that arrived; 0 for a receipt that was imported before")
    is_repeat = serializers.BooleanField()
    open = OpenVolumeSerializer(many=True)
    receipt = ManualReceiptSerializer()


class TrustedReceiverSerializer(serializers.ModelSerializer[TrustedReceiver]):
    """A receiver whose receipts are believed."""

    fingerprint = serializers.CharField()

    class Meta:
        model = TrustedReceiver
        fields = ("id", "fingerprint", "confirmed_by", "confirmed_at")


class ReceiverAsked(Asking):
    """The fingerprint that was compared with what the receiver shows."""

    fingerprint = serializers.CharField(max_length=200)
