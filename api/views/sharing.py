"""What do we share: by Call Home, by CEIP only, or nothing?"""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.deciding import sharing_in_force
from api.endpoint import Endpoint
from api.idempotency import idempotent_in_steps
from api.lookups import server_at
from api.requests import person
from api.serializers.decisions import LanguageAsked, SharingAsked, SharingDecidedSerializer, SharingSerializer
from programs.catalog import programs
from programs.codes import CALL_HOME, CEIP
from programs.consent import CHOICES
from programs.models import Door
from programs.standing import state_of
from programs.texts import sharing_text
from servers.models import LicenseServer
from uploads.withdrawing import choose_sharing


class Sharing(Endpoint):
    """The three-way choice."""

    permissions = {"GET": "programs.view_program", "POST": "programs.decide"}

    def known_parameters(self) -> frozenset[str]:
        """Only who reads the text may choose its language; the hash of a choice tells which one was read."""
        is_choice = hasattr(self, "request") and self.request.method == "POST"
        return frozenset(() if is_choice else {"language"})

    @extend_schema(operation_id="sharing_read", parameters=[LanguageAsked], responses=SharingSerializer)
    def get(self, request: Request, guid: str) -> Response:
        """The choice in force, and the text to show before another one."""
        asked = LanguageAsked(data=request.query_params)
        asked.is_valid(raise_exception=True)
        sharing = _sharing(server_at(guid), language=asked.validated_data.get("language", ""))
        return Response(SharingSerializer(sharing).data)

    @extend_schema(operation_id="sharing_choose", request=SharingAsked, responses=SharingDecidedSerializer)
    @idempotent_in_steps
    def post(self, request: Request, guid: str) -> Response:
        """Choose. When this answers, nothing more of what was ended leaves."""
        server = server_at(guid)
        asked = SharingAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        done = choose_sharing(server, by=person(request), door=Door.API, **asked.validated_data)
        decided = {"decisions": done.decisions, "canceled_uploads": done.canceled}
        return Response(SharingDecidedSerializer({**_sharing(server), **decided}).data)


def _sharing(server: LicenseServer, *, language: str = "") -> dict[str, Any]:
    shown = sharing_text(programs()[CALL_HOME], programs()[CEIP], language=language)
    standing = [state_of(server, code) for code in (CALL_HOME, CEIP)]
    return {
        "choice": sharing_in_force(server),
        "has_chosen": any(one.has_chosen for one in standing),
        "is_enforced": standing[0].is_required,
        "choices": list(CHOICES),
        "text": shown.text,
        "text_sha256": shown.sha256,
        "language": shown.language,
        "expected": max(one.number for one in standing),
    }
