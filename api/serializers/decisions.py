"""What does a decision look like, and what has to stand in a request that makes one?"""

from typing import Any

from django.conf import settings
from rest_framework import serializers

from api.serializers.asking import Asking
from programs.consent import CHOICES
from programs.models import ConsentDecision, Door
from programs.refusals import LONGEST_REASON

MOST_ROWS = 2**63 - 1
SHA256 = r"^[0-9a-f]{64}$"


class DecisionSerializer(serializers.ModelSerializer[ConsentDecision]):
    """One row of the ledger, with the two hashes that bind it to the row before it."""

    server = serializers.UUIDField(source="server_guid")
    action_words = serializers.CharField(source="get_action_display", help_text="The action as a person reads it")
    door = serializers.CharField(help_text=f"One of {', '.join(Door.values)}")
    elements: Any = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ConsentDecision
        fields = (
            "sequence",
            "server",
            "program",
            "action",
            "action_words",
            "decided_at",
            "decided_by",
            "door",
            "reason",
            "declaration_version",
            "language",
            "text_sha256",
            "elements",
            "previous_hash",
            "hash",
        )


class DecidedSerializer(serializers.Serializer[Any]):
    """What a decision did, read back from the ledger."""

    decisions = DecisionSerializer(many=True, help_text="The rows in force; a repeat gives the same ones")
    canceled_uploads = serializers.IntegerField(help_text="Uploads that were stopped; nothing of them leaves any more")


class TextSerializer(serializers.Serializer[Any]):
    """What a person reads before deciding. Send `text_sha256` and `expected` with the decision."""

    text = serializers.CharField(help_text="Paragraphs, separated by an empty line; show it as it is")
    text_sha256 = serializers.CharField()
    language = serializers.CharField()
    expected = serializers.IntegerField(help_text="Number of the newest decision; 0 before the first")


class ProgramTextSerializer(TextSerializer):
    """The same for one decision about one program."""

    program = serializers.CharField()
    action = serializers.CharField()
    declaration_version = serializers.CharField()


class SharingSerializer(TextSerializer):
    """The three-way choice that is in force, and its text."""

    choice = serializers.ChoiceField(choices=list(CHOICES), help_text="In force now; `none` also before any choice")
    has_chosen = serializers.BooleanField(help_text="Did somebody choose, or is it the default?")
    is_enforced = serializers.BooleanField(help_text="Call Home cannot be switched off on this server")
    choices: Any = serializers.ListField(child=serializers.CharField())


class SharingDecidedSerializer(SharingSerializer, DecidedSerializer):
    """The same after a choice."""


class LanguageAsked(Asking):
    """In which language is a text wanted?"""

    language = serializers.ChoiceField(
        choices=settings.LANGUAGES,
        required=False,
        help_text="Without it, what Accept-Language asks for. The answer is English where this language lacks a part",
    )


class Deciding(Asking):
    """What every decision has to bring."""

    text_sha256 = serializers.RegexField(SHA256, help_text="Of the text that was read")
    reason = serializers.CharField(max_length=LONGEST_REASON, allow_blank=True, default="")
    expected = serializers.IntegerField(
        min_value=0, max_value=MOST_ROWS, required=False, help_text="409 when somebody decided after this number"
    )


class SharingAsked(Deciding):
    """One of three."""

    choice = serializers.ChoiceField(choices=list(CHOICES))


class VerdictSerializer(serializers.Serializer[Any]):
    """Is the ledger as it was written?"""

    whole = serializers.BooleanField(source="is_whole")
    rows = serializers.IntegerField(help_text="Rows that were read and are as they were written")
    head = serializers.CharField(help_text="Hash of the last of them; 64 zeros before the first")
    problem = serializers.CharField(help_text="What is wrong with the first broken row; empty when nothing is")
