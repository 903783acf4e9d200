"""What did we agree to?"""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoint import Endpoint
from api.lookups import program_at, server_at
from api.serializers.programs import (
    ProgramChange,
    ProgramInFullSerializer,
    ProgramListSerializer,
    program_here,
)
from programs.catalog import programs
from servers.registry import change_server


class Programs(Endpoint):
    """Every program on one server."""

    permissions = {"GET": "programs.view_program"}

    @extend_schema(operation_id="programs_list", responses=ProgramListSerializer)
    def get(self, request: Request, guid: str) -> Response:
        """State, reason and next upload of every program."""
        server, now = server_at(guid), timezone.now()
        rows = [program_here(program, server, now=now) for program in programs().values()]
        return Response(ProgramListSerializer({"programs": rows}).data)


class Program(Endpoint):
    """One program on one server."""

    permissions = {"GET": "programs.view_program", "PATCH": "servers.change_licenseserver"}

    @extend_schema(operation_id="programs_read", responses=ProgramInFullSerializer)
    def get(self, request: Request, guid: str, code: str) -> Response:
        """The program with every element that it may send."""
        here = program_here(program_at(code), server_at(guid), now=timezone.now())
        return Response(ProgramInFullSerializer(here).data)

    @extend_schema(operation_id="programs_change", request=ProgramChange, responses=ProgramInFullSerializer)
    def patch(self, request: Request, guid: str, code: str) -> Response:
        """Switch between electronic and manual reporting."""
        server, program = server_at(guid), program_at(code)
        asked = ProgramChange(data=request.data)
        asked.is_valid(raise_exception=True)
        if not program.is_mandatory:
            raise ValidationError({"reporting_mode": "Only a mandatory program has a reporting mode."})
        server = change_server(server, **asked.validated_data)
        return Response(ProgramInFullSerializer(program_here(program, server, now=timezone.now())).data)
