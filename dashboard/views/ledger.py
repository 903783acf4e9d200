"""Who decided what, on which text, and can it be proved? The ledger, and a receipt for each row."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dashboard.permissions import needs
from programs.catalog import programs
from programs.ledger import export_lines, verify
from programs.models import ConsentDecision, ConsentText
from programs.receipts import receipt
from programs.standing import declared_elements
from servers.models import LicenseServer

ROWS = 50


@require_safe
@needs("programs.view_consentdecision")
def audit(request: HttpRequest, guid: UUID) -> HttpResponse:
    """Every decision about this server, newest first, and whether the chain is whole."""
    server = get_object_or_404(LicenseServer, guid=guid)
    before = request.GET.get("before", "")
    rows = ConsentDecision.objects.filter(server=server).order_by("-sequence")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(sequence__lt=int(before))
    page = list(rows[: ROWS + 1])
    context = {
        "decisions": page[:ROWS],
        "older": page[ROWS - 1].sequence if len(page) > ROWS else None,
        "verdict": verify(),
    }
    return render(request, "audit.html", context)


@require_safe
@needs("programs.view_consentdecision")
def decision(request: HttpRequest, guid: UUID, sequence: int) -> HttpResponse:
    """The receipt as a page that prints on one sheet."""
    row = _row(guid, sequence)
    text = ConsentText.objects.filter(sha256=row.text_sha256).first()
    paragraphs = text.text.split("\n\n") if text else []
    context = {"decision": row, "paragraphs": paragraphs, "text_names_them": _named(row, paragraphs)}
    return render(request, "receipt.html", context)


@require_safe
@needs("programs.view_consentdecision")
def decision_json(request: HttpRequest, guid: UUID, sequence: int) -> JsonResponse:
    """The receipt in the shape of ISO/IEC TS 27560."""
    row = _row(guid, sequence)
    response = JsonResponse(receipt(row), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = f'attachment; filename="receipt-{row.sequence}.json"'
    return response


@require_safe
@needs("programs.view_consentdecision")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The whole ledger as JSON lines, for the verifier that needs nothing of ours."""
    response = StreamingHttpResponse(export_lines(), content_type="application/jsonl")
    response["Content-Disposition"] = 'attachment; filename="consent-ledger.jsonl"'
    return response


def _named(row: ConsentDecision, paragraphs: list[str]) -> bool:
    """Does the text name exactly the elements of this decision, so that a second list of them would say nothing?"""
    one = programs().get(row.program)
    named = {paragraph.partition(": ")[0] for paragraph in paragraphs} & set(declared_elements(one) if one else ())
    return bool(row.elements) and named == set(row.elements)


def _row(guid: UUID, sequence: int) -> ConsentDecision:
    return get_object_or_404(ConsentDecision.objects.select_related("server"), server__guid=guid, sequence=sequence)
