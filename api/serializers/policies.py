"""What does a policy look like, what would it do to a server, and what has to stand in a request about one?"""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from api.serializers.asking import Asking
from api.serializers.decisions import SHA256
from programs.policy import LONGEST_NAME, LONGEST_REASON, PolicyWish
from programs.policy_models import (
    Outcome,
    Policy,
    PolicyEvent,
    PolicyRow,
    PolicyState,
    PolicyUndo,
    Result,
    Sharing,
    Switch,
)
from programs.policy_plan import SETTINGS, Choice
from programs.policy_standing import not_yet, results_of, totals_of
from programs.policy_undo import Restoring
from programs.policy_words import obstacle_words, row_words
from servers.models import ReportingMode, ServerGroup


class PolicySerializer(serializers.ModelSerializer[Policy]):
    """A policy and how far it is."""

    group = serializers.CharField(source="group.name", allow_null=True, default=None, help_text="Null: all servers")
    sharing = serializers.CharField(help_text=f"Empty: unchanged, or one of {', '.join(Sharing.values)}")
    event_data = serializers.CharField(help_text="Empty: unchanged, or on, or off")
    reporting_mode = serializers.CharField(help_text="Empty: unchanged, or electronic, or manual")
    state = serializers.CharField(help_text=f"One of {', '.join(PolicyState.values)}")
    digest = serializers.CharField(help_text="SHA-256 of the newest dry run; empty before the first")

    class Meta:
        model = Policy
        fields = (
            "id", "name", "reason", "group", *SETTINGS, "version", "state", "digest", "dry_run_at", "created_at",
            "created_by", "proposer", "proposed_at", "approver", "approved_at",
        )  # fmt: skip


class UndoSerializer(serializers.ModelSerializer[PolicyUndo]):
    """A wish to restore what was before."""

    policy = serializers.IntegerField(source="policy_id")
    server = serializers.UUIDField(source="server.guid", allow_null=True, default=None, help_text="Null: all of them")
    starts = serializers.BooleanField(help_text="Data would leave again, so it takes a second person")
    state = serializers.CharField(help_text=f"One of {', '.join(PolicyUndo.State.values)}")
    digest = serializers.CharField(help_text="Send it with the approval")
    done = serializers.IntegerField(help_text="Servers restored or left alone")

    class Meta:
        model = PolicyUndo
        fields = (
            "id", "policy", "server", "starts", "state", "digest", "proposer", "proposed_at", "approver", "total",
            "done", "left_alone",
        )  # fmt: skip


class PolicyInFullSerializer(PolicySerializer):
    """The same with what its dry run came to, what applying did so far, and undoings."""

    totals = serializers.SerializerMethodField(help_text="Servers by outcome")
    settings = serializers.SerializerMethodField(help_text="Servers by outcome, for each setting")
    results = serializers.SerializerMethodField(help_text="Servers by result; `waiting` for those to come")
    not_yet = serializers.SerializerMethodField(help_text="Servers of the group that no version reached")
    undoings = UndoSerializer(many=True)

    class Meta(PolicySerializer.Meta):
        fields = (*PolicySerializer.Meta.fields, "totals", "settings", "results", "not_yet", "undoings")  # type: ignore[assignment]

    def get_totals(self, policy: Policy) -> dict[str, int]:
        """Of the dry run that is kept."""
        return dict(totals_of(policy).outcomes)

    def get_settings(self, policy: Policy) -> dict[str, dict[str, int]]:
        """The same for each setting that is chosen."""
        return {setting: dict(counts) for setting, counts in totals_of(policy).settings.items()}

    def get_results(self, policy: Policy) -> dict[str, int]:
        """What became of it."""
        return {value or "waiting": count for value, count in results_of(policy).items()}

    def get_not_yet(self, policy: Policy) -> int:
        """Who joined later."""
        return not_yet(policy)


class PolicyRowSerializer(serializers.ModelSerializer[PolicyRow]):
    """One server of the dry run, and what applying did there."""

    server = serializers.UUIDField(source="server.guid")
    name = serializers.CharField(source="server.name")
    outcome = serializers.CharField(help_text=f"One of {', '.join(Outcome.values)}")
    sharing = serializers.CharField(help_text="The outcome of this setting; empty where the policy leaves it")
    event_data = serializers.CharField()
    reporting_mode = serializers.CharField()
    starts: Any = serializers.ListField(source="facts.starts", child=serializers.CharField(), help_text="Programs")
    ends: Any = serializers.ListField(source="facts.ends", child=serializers.CharField())
    grows: Any = serializers.ListField(source="facts.grows", child=serializers.CharField(), help_text="More elements")
    words = serializers.SerializerMethodField(help_text="What it means, in sentences")
    result = serializers.CharField(help_text=f"Empty while it waits, or one of {', '.join(Result.values)}")
    decisions: Any = serializers.ListField(child=serializers.IntegerField(), help_text="Numbers of the ledger")
    undo_decisions: Any = serializers.ListField(child=serializers.IntegerField())

    class Meta:
        model = PolicyRow
        fields = (
            "server", "name", "outcome", *SETTINGS, "starts", "ends", "grows", "words", "result", "decisions",
            "decided_at", "acknowledged_at", "undone_at", "undo_decisions",
        )  # fmt: skip

    def get_words(self, row: PolicyRow) -> list[str]:
        """The same sentences as on the page."""
        return row_words(row.outcome, row.facts)


class PolicyEventSerializer(serializers.ModelSerializer[PolicyEvent]):
    """A step, which nobody can change."""

    kind = serializers.CharField(help_text=f"One of {', '.join(PolicyEvent.Kind.values)}")

    class Meta:
        model = PolicyEvent
        fields = ("id", "version", "kind", "at", "by", "note", "digest")


class RestoringSerializer(serializers.Serializer[Restoring]):
    """What undoing would do to one server."""

    server = serializers.UUIDField(source="row.server.guid")
    name = serializers.CharField(source="row.server.name")
    obstacle = serializers.CharField(help_text="Why it is not restored; empty where it is")
    starts: Any = serializers.ListField(child=serializers.CharField(), help_text="Programs; they take a second person")
    ends: Any = serializers.ListField(child=serializers.CharField())
    words = serializers.SerializerMethodField()

    def get_words(self, one: Restoring) -> list[str]:
        """The same sentences as on the page."""
        return [obstacle_words(one.obstacle)] if one.obstacle else row_words(Outcome.CHANGES, one.facts)


class UndoPlanSerializer(serializers.Serializer[Any]):
    """The dry run of an undo."""

    digest = serializers.CharField(help_text="Send it with the wish to undo")
    servers = RestoringSerializer(many=True)


def _setting(values: Sequence[str]) -> serializers.CharField:
    words = f"Empty: every server stays as it is, or one of {', '.join(values)}"
    return serializers.CharField(max_length=12, allow_blank=True, default="", help_text=words)


class PolicyAsked(Asking):
    """A policy as somebody wants it. What makes no sense, the floor below says."""

    name = serializers.CharField(max_length=LONGEST_NAME)
    reason = serializers.CharField(max_length=LONGEST_REASON, allow_blank=True, default="")
    group = serializers.CharField(
        max_length=100, required=False, allow_null=True, default=None, help_text="A name; null for all servers"
    )
    sharing = _setting(Sharing.values)
    event_data = _setting(Switch.values)
    reporting_mode = _setting(ReportingMode.values)

    def validate_group(self, name: str | None) -> ServerGroup | None:
        """The group itself."""
        group = ServerGroup.objects.filter(name=name).first() if name else None
        if name and group is None:
            raise serializers.ValidationError("There is no group of this name.")
        return group

    @property
    def wish(self) -> PolicyWish:
        """In the words of the floor."""
        said = self.validated_data
        choice = Choice(**{setting: said[setting] for setting in SETTINGS})
        return PolicyWish(name=said["name"], choice=choice, group=said["group"], reason=said["reason"])


class DigestAsked(Asking):
    """Of the dry run that was looked at."""

    digest = serializers.RegexField(SHA256)


class AnswerAsked(DigestAsked):
    """The same with a reason."""

    why = serializers.CharField(max_length=LONGEST_REASON, allow_blank=True, default="")


class DeclineAsked(Asking):
    """Why not."""

    why = serializers.CharField(max_length=LONGEST_REASON, allow_blank=True, default="")
