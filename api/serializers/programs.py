"""What does a program look like on one server?"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.deciding import WITH_TEXT
from api.serializers.decisions import DecidedSerializer, Deciding, LanguageAsked
from languages.sentences import listed
from payloads.sampling import samples
from programs.catalog import Element, Program
from programs.models import ConsentDecision
from programs.participation import Participation, State, participation
from programs.schedule import days_left
from programs.standing import Consent, announced_changes, held_elements, state_of
from servers.models import LicenseServer, ReportingMode
from uploads.reporting import Reporting, next_upload, reporting_of

WAYS = ("participation", "reporting_mode", "accept_elements", "refuse_elements", "erasure")
LONGEST_PATH, MOST_PATHS = 200, 1000


@dataclass(frozen=True, slots=True)
class Awaited:
    """An element that somebody should look at, with a value of this server; None where it has none."""

    element: Element
    sample: str | None


@dataclass(frozen=True, slots=True)
class ProgramHere:
    """A declared program on one server, at one moment."""

    program: Program
    server: LicenseServer
    answer: Participation
    consent: Consent
    reporting: Reporting
    next_upload_at: datetime | None
    days_left: int | None
    at: datetime
    decisions: tuple[ConsentDecision, ...] = ()
    canceled_uploads: int = 0

    @property
    def held(self) -> list[Awaited]:
        """What is declared and does not leave, because nobody accepted it."""
        return self._awaited(held_elements(self.program, self.consent))

    @property
    def announced_changes(self) -> list[Awaited]:
        """What a required program will carry from its next upload on."""
        return self._awaited(announced_changes(self.program, self.consent))

    @property
    def reporting_mode(self) -> str | None:
        """How the mandatory program travels."""
        return self.server.reporting_mode if self.program.is_mandatory else None

    def _awaited(self, elements: Collection[Element]) -> list[Awaited]:
        found = samples(self.server, self.program, [one.path for one in elements], at=self.at) if elements else {}
        return [Awaited(one, found.get(one.path)) for one in elements]


def program_here(program: Program, server: LicenseServer, *, now: datetime) -> ProgramHere:
    """What the floors say of this program and this server."""
    reporting = reporting_of(server, program_code=program.code)
    counts = program.is_mandatory and reporting.last_success
    left = days_left(counts, now=now) if counts else None
    due = next_upload(server, program_code=program.code, now=now)
    answer, consent = participation(program, server), state_of(server, program.code)
    return ProgramHere(program, server, answer, consent, reporting, due, left, now)


class ElementSerializer(serializers.Serializer[Any]):
    """One declared element: everything a person needs to judge it."""

    section = serializers.CharField()
    name = serializers.CharField()
    path = serializers.CharField()
    type = serializers.CharField()
    unit = serializers.CharField()
    format = serializers.CharField()
    description = serializers.CharField()
    purpose = serializers.CharField()
    identifies = serializers.CharField()
    scrambled = serializers.BooleanField()
    since = serializers.CharField()
    evidence = serializers.CharField()
    source: Any = serializers.CharField()
    note = serializers.CharField()


class AwaitedElementSerializer(serializers.Serializer[Any]):
    """An element that somebody should look at: what it is, what it is for, whom it identifies."""

    path = serializers.CharField(source="element.path")
    description = serializers.CharField(source="element.description")
    purpose = serializers.CharField(source="element.purpose")
    identifies = serializers.CharField(source="element.identifies")
    sample = serializers.CharField(allow_null=True, help_text="As it would leave now; null where nothing is known")


class ConsentSerializer(serializers.Serializer[Any]):
    """What the ledger says. `number` is what a decision sends as `expected`."""

    granted = serializers.BooleanField()
    has_chosen = serializers.BooleanField(help_text="Did somebody choose, or is it the default?")
    accepted = serializers.SerializerMethodField(help_text="How many elements may leave once it is sent")
    refused: Any = serializers.ListField(child=serializers.CharField(), help_text="Elements that somebody held back")
    number = serializers.IntegerField(help_text="Of the newest decision; 0 before the first")
    open_erasure = serializers.IntegerField(
        source="open_erasure.sequence",
        default=None,
        help_text="Entry of an erasure request that is open",
    )

    def get_accepted(self, consent: Consent) -> int:
        """Their count; which they are is the rest of the declaration."""
        return len(consent.accepted)

    def to_representation(self, instance: Consent) -> Any:
        """Sets come in one order."""
        return {**super().to_representation(instance), "refused": sorted(instance.refused)}


class UploadKindSerializer(serializers.Serializer[Any]):
    """One kind of bundle that the program sends."""

    kind = serializers.CharField()
    name = serializers.CharField()
    layout = serializers.CharField()


class UploadKindInFullSerializer(UploadKindSerializer):
    """The same with every element that it may carry."""

    elements = serializers.SerializerMethodField()

    @extend_schema_field(ElementSerializer(many=True))
    def get_elements(self, kind: Any) -> Any:
        """In the order of the document."""
        return ElementSerializer(list(kind.elements()), many=True).data


class ProgramSerializer(serializers.Serializer[Any]):
    """A program on a server. `days_left` counts to the day on which a mandatory report is too old; null before one."""

    code = serializers.CharField(source="program.code")
    name = serializers.CharField(source="program.name")
    declaration_version = serializers.CharField(source="program.version")
    basis = serializers.CharField(source="program.basis")
    purpose = serializers.CharField(source="program.purpose")
    used_for = serializers.ListField(source="program.used_for", child=serializers.CharField())
    recipient = serializers.CharField(source="program.recipient")
    cadence = serializers.CharField(source="program.cadence")
    state = serializers.CharField(source="answer.state", help_text=f"One of {', '.join(State)}")
    reason = serializers.CharField(source="answer.reason")
    sends = serializers.BooleanField(source="answer.sends")
    consent = ConsentSerializer()
    held = AwaitedElementSerializer(many=True)
    announced_changes = AwaitedElementSerializer(many=True)
    reporting_mode = serializers.ChoiceField(
        choices=ReportingMode.choices, allow_null=True, help_text="Null for optional programs"
    )
    next_upload_at = serializers.DateTimeField(allow_null=True)
    last_success_at = serializers.DateTimeField(source="reporting.last_success", allow_null=True)
    days_left = serializers.IntegerField(allow_null=True)
    failing = serializers.IntegerField(source="reporting.failing")
    failing_since = serializers.DateTimeField(source="reporting.failing_since", allow_null=True)
    uploads: Any = UploadKindSerializer(source="program.uploads", many=True)


class ProgramInFullSerializer(ProgramSerializer):
    """The same with every element."""

    uploads: Any = UploadKindInFullSerializer(source="program.uploads", many=True)


class ProgramListSerializer(serializers.Serializer[Any]):
    """The programs of a server; there are never more than a handful."""

    programs = ProgramSerializer(many=True)


class ProgramDecidedSerializer(ProgramInFullSerializer, DecidedSerializer):
    """The same after a decision."""


class PathsField(serializers.ListField):
    """Paths of declared elements."""

    child = serializers.CharField(max_length=LONGEST_PATH)


class ProgramChange(Deciding):
    """One decision: exactly one of the first five."""

    participation = serializers.ChoiceField(choices=["on", "off"], required=False)
    reporting_mode = serializers.ChoiceField(choices=ReportingMode.choices, required=False, help_text="Telemetry only")
    accept_elements = PathsField(min_length=1, max_length=MOST_PATHS, required=False)
    refuse_elements = PathsField(min_length=1, max_length=MOST_PATHS, required=False)
    erasure = serializers.ChoiceField(
        choices=["request", "confirm"], required=False, help_text="Of what was sent; open until somebody confirms it"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A request decides one thing, because a person reads one text."""
        if sum(way in attrs for way in WAYS) != 1:
            raise serializers.ValidationError(_("Send exactly one of %(names)s.") % {"names": listed(WAYS)})
        return attrs


class TextAsked(LanguageAsked):
    """Before which decision, and in which language?"""

    action = serializers.ChoiceField(choices=[(one.value, one.label) for one in WITH_TEXT])
