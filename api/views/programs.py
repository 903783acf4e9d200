"""What did we agree to?"""

from dataclasses import replace

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.deciding import decide_as_asked, text_for
from api.endpoint import Endpoint
from api.lookups import program_at, server_at
from api.requests import person
from api.serializers.decisions import ProgramTextSerializer
from api.serializers.programs import (
    ProgramChange,
    ProgramDecidedSerializer,
    ProgramInFullSerializer,
    ProgramListSerializer,
    TextAsked,
    program_here,
)
from programs.catalog import programs
from programs.models import Action
from programs.standing import state_of


class Programs(Endpoint):
    """Every program on one server."""

    permissions = {"GET": "programs.view_program"}

    @extend_schema(operation_id="programs_list", responses=ProgramListSerializer)
    def get(self, request: Request, guid: str) -> Response:
        """State, reason, consent and next upload of every program."""
        server, now = server_at(guid), timezone.now()
        rows = [program_here(program, server, now=now) for program in programs().values()]
        return Response(ProgramListSerializer({"programs": rows}).data)


class Program(Endpoint):
    """One program on one server."""

    permissions = {"GET": "programs.view_program", "PATCH": "programs.decide"}

    @extend_schema(operation_id="programs_read", responses=ProgramInFullSerializer)
    def get(self, request: Request, guid: str, code: str) -> Response:
        """The program with every element that it may send."""
        here = program_here(program_at(code), server_at(guid), now=timezone.now())
        return Response(ProgramInFullSerializer(here).data)

    @extend_schema(operation_id="programs_decide", request=ProgramChange, responses=ProgramDecidedSerializer)
    def patch(self, request: Request, guid: str, code: str) -> Response:
        """Decide. When this answers, nothing more of what was ended leaves; what is in force already stays as it is."""
        server, program = server_at(guid), program_at(code)
        asked = ProgramChange(data=request.data)
        asked.is_valid(raise_exception=True)
        done = decide_as_asked(server, program, asked.validated_data, by=person(request))
        here = program_here(program, server_at(guid), now=timezone.now())
        here = replace(here, decisions=done.decisions, canceled_uploads=done.canceled)
        return Response(ProgramDecidedSerializer(here).data)


class ProgramText(Endpoint):
    """What a person reads before deciding."""

    permissions = {"GET": "programs.view_program"}
    query_parameters = frozenset({"action", "language"})

    @extend_schema(operation_id="programs_text", parameters=[TextAsked], responses=ProgramTextSerializer)
    def get(self, request: Request, guid: str, code: str) -> Response:
        """The exact text of a decision that is possible now, and its SHA-256 to send with it; 422 where it is not."""
        server, program = server_at(guid), program_at(code)
        asked = TextAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        action = Action(asked.validated_data["action"])
        shown = text_for(server, program, action, language=asked.validated_data.get("language", ""))
        facts = {name: getattr(shown, name) for name in ("text", "language")} | {"text_sha256": shown.sha256}
        facts |= {"program": code, "action": action, "declaration_version": program.version}
        return Response(ProgramTextSerializer({**facts, "expected": state_of(server, code).number}).data)
