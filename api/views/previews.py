"""What exactly leaves?"""

from django.http import Http404
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.downloads import bundle_answer
from api.endpoint import Endpoint
from api.idempotency import idempotent_in_steps
from api.lookups import kind_at, program_at, server_at
from api.serializers.previews import PreviewAsked, PreviewSerializer, preview_body
from programs.catalog import UploadKind
from uploads.models import Preview
from uploads.sealing import seal_preview

KIND = OpenApiParameter("kind", str, description="The program's first kind by default.")


class PreviewOfProgram(Endpoint):
    """The bundle that can be sent exactly as it is."""

    permissions = {"GET": "programs.view_program", "POST": "uploads.seal_preview"}
    query_parameters = frozenset({"kind"})

    @extend_schema(operation_id="previews_read", parameters=[KIND], responses=PreviewSerializer)
    def get(self, request: Request, guid: str, code: str) -> Response:
        """The present preview: its digest, and every value that stands in it."""
        preview, kind = _present(request, guid, code)
        return Response(preview_body(preview, kind=kind))

    @extend_schema(operation_id="previews_seal", request=PreviewAsked, responses={201: PreviewSerializer})
    @idempotent_in_steps
    def post(self, request: Request, guid: str, code: str) -> Response:
        """Seal a new preview. Nothing is sent; the preview before it gives way."""
        server, program = server_at(guid), program_at(code)
        asked = PreviewAsked(data=request.data)
        asked.is_valid(raise_exception=True)
        kind = kind_at(program, asked.validated_data.get("kind") or request.query_params.get("kind"))
        preview = seal_preview(server, program_code=code, kind=kind.kind, at=timezone.now())
        return Response(preview_body(preview, kind=kind), status=201, headers={"Location": request.path})


class PreviewBundle(Endpoint):
    """Its bytes."""

    permissions = {"GET": "uploads.download_bundle"}
    query_parameters = frozenset({"kind"})

    @extend_schema(
        operation_id="previews_download", parameters=[KIND], responses={(200, "application/zip"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, guid: str, code: str) -> HttpResponseBase:
        """Download the sealed bundle."""
        preview, _ = _present(request, guid, code)
        return bundle_answer(request, sha256=preview.bundle_sha256, name=preview.bundle_name)


def _present(request: Request, guid: str, code: str) -> tuple[Preview, UploadKind]:
    server, program = server_at(guid), program_at(code)
    kind = kind_at(program, request.query_params.get("kind"))
    preview = Preview.objects.filter(server=server, program=code, kind=kind.kind).first()
    if preview is None:
        raise Http404(_("No preview was sealed yet. POST to this address seals one."))
    return preview, kind
