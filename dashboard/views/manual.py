"""What does a person carry, and is anything missing?"""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from alerts.keeping_standings import refresh
from dashboard.courier import courier_of, scope_context, trust_context
from dashboard.forms import ConfirmationForm, GatherForm
from dashboard.permissions import needs, signed_in
from languages.numbers import number
from servers.models import LicenseServer
from uploads.courier_cleanup import delete_leftovers
from uploads.courier_index import LimitTooSmall
from uploads.courier_key import KeyUnusable
from uploads.courier_models import ManualReport, TrustedReceiver
from uploads.courier_receipt_file import ReceiptRefused
from uploads.courier_receipts import (
    Imported,
    UnknownReceiver,
    distrust_receiver,
    import_receipt,
    trust_receiver,
    type_in,
)
from uploads.courier_volume import VolumeFailed, courier_folder, ensure_volume
from uploads.manual_report import NothingGathered, Wish, gather, give_up, hand_out

MB = 1_000_000


@require_safe
@needs("uploads.view_upload")
def of_fleet(request: HttpRequest) -> HttpResponse:
    """All servers: what waits, what is on its way, what is missing."""
    servers = list(LicenseServer.objects.in_service())
    return render(request, "manual.html", scope_context(servers, None, now=timezone.now()))


@require_safe
@needs("uploads.view_upload")
def of_server(request: HttpRequest, guid: UUID) -> HttpResponse:
    """The same for one server."""
    server = get_object_or_404(LicenseServer, guid=guid)
    return render(request, "manual.html", scope_context([server], server, now=timezone.now()))


@require_POST
@needs("uploads.carry_report")
def gather_reports(request: HttpRequest, guid: UUID | None = None) -> HttpResponse:
    """Gather what waits, of one server or of the fleet, and write the volumes."""
    servers = (get_object_or_404(LicenseServer, guid=guid),) if guid else None
    back = redirect("manual", guid=guid) if guid else redirect("manual_fleet")
    form = GatherForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was gathered. A limit is a number of MB, for example 50."))
        return back
    megabytes, how = form.cleaned_data["megabytes"], request.POST.get("how", "")
    wish = Wish(servers, int(megabytes * MB) if megabytes else None)
    by = signed_in(request).get_username()
    try:
        report = gather(wish, by=by, at=timezone.now(), more=how == "more", again=how == "again")
        for volume in report.volumes.all():
            ensure_volume(volume, folder=courier_folder(report))
    except (NothingGathered, LimitTooSmall, KeyUnusable, VolumeFailed, OSError) as error:
        messages.error(request, str(error))
        return back
    return redirect("manual_report", report_id=report.pk)


@require_safe
@needs("uploads.view_upload")
def one_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One set: the four steps, who had it, and its receipts."""
    report = get_object_or_404(ManualReport, pk=report_id)
    context = {"courier": courier_of(report), **trust_context(), "stranger": request.GET.get("receiver", "")}
    return render(request, "manual_report.html", context)


@require_safe
@needs("uploads.view_upload")
def sheet(request: HttpRequest, report_id: int) -> HttpResponse:
    """The custody sheet: one page of paper that goes along."""
    report = get_object_or_404(ManualReport, pk=report_id)
    return render(request, "custody_sheet.html", {"courier": courier_of(report), **trust_context()})


@require_safe
@needs("uploads.carry_report")
def volume(request: HttpRequest, report_id: int, number: int) -> HttpResponse | FileResponse:
    """A volume as a file; written again where it is not there, with the same bytes."""
    report = get_object_or_404(ManualReport, pk=report_id)
    found = get_object_or_404(report.volumes, number=number)
    try:
        path = ensure_volume(found, folder=courier_folder(report))
    except (VolumeFailed, KeyUnusable) as error:
        messages.error(request, str(error))
        return redirect("manual_report", report_id=report_id)
    if request.method == "GET":
        hand_out(found, by=signed_in(request).get_username(), at=timezone.now(), to="downloaded")
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@require_POST
@needs("uploads.carry_report")
def receipt(request: HttpRequest, report_id: int) -> HttpResponse:
    """Import a receipt file for this set."""
    report = get_object_or_404(ManualReport, pk=report_id)
    back = redirect("manual_report", report_id=report_id)
    file = request.FILES.get("receipt")
    if file is None or (file.size or 0) > settings.MAX_IMPORT_BYTES:
        messages.error(request, _("Choose the receipt file that the receiver wrote. Nothing was closed."))
        return back
    by = signed_in(request).get_username()
    try:
        _tell(request, import_receipt(file.read(), by=by, now=timezone.now(), expected=report))
    except UnknownReceiver as unknown:
        messages.error(request, str(unknown))
        back["Location"] += f"?receiver={unknown.fingerprint}#trust"
    except ReceiptRefused as refused:
        messages.error(request, str(refused))
    return back


@require_POST
@needs("uploads.carry_report")
def confirmation(request: HttpRequest, report_id: int) -> HttpResponse:
    """A case number and a date that somebody types in."""
    report = get_object_or_404(ManualReport, pk=report_id)
    back, form = redirect("manual_report", report_id=report_id), ConfirmationForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Type the case number and the day of the upload. Nothing was closed."))
        return back
    numbers = [int(text) for text in request.POST.getlist("volume") if text.isdecimal() and len(text) < 7]
    words, by = form.cleaned_data, signed_in(request).get_username()
    try:
        _tell(request, type_in(report, **words, volumes=numbers, by=by, now=timezone.now()))
    except ReceiptRefused as refused:
        messages.error(request, str(refused))
    return back


@require_POST
@needs("uploads.carry_report")
def abandon(request: HttpRequest, report_id: int) -> HttpResponse:
    """Nobody carries it any more; what did not arrive waits again."""
    report = get_object_or_404(ManualReport, pk=report_id)
    give_up(report, by=signed_in(request).get_username(), at=timezone.now())
    said = _("%(report)s is given up. What did not arrive can be gathered again.")
    messages.success(request, said % {"report": report})
    return redirect("manual_report", report_id=report_id)


@require_POST
@needs("uploads.carry_report")
def delete(request: HttpRequest, report_id: int) -> HttpResponse:
    """Delete the files of what arrived; the page named how many and how much."""
    report = get_object_or_404(ManualReport, pk=report_id)
    gone = delete_leftovers(report, by=signed_in(request).get_username(), at=timezone.now())
    said = ngettext(
        "%(count)d file with %(bytes)s bytes is deleted.",
        "%(count)d files with %(bytes)s bytes are deleted.",
        gone.count,
    )
    messages.success(request, said % {"count": gone.count, "bytes": number(gone.size)})
    return redirect("manual_report", report_id=report_id)


@require_POST
@needs("uploads.trust_receiver")
def trust(request: HttpRequest) -> HttpResponse:
    """An administrator compared a fingerprint with what the receiver shows."""
    try:
        row = trust_receiver(
            request.POST.get("fingerprint", ""), by=signed_in(request).get_username(), at=timezone.now()
        )
    except ReceiptRefused as refused:
        messages.error(request, str(refused))
    else:
        said = _("Receipts signed with %(key)s are believed. Import the receipt again.")
        messages.success(request, said % {"key": row.fingerprint})
    report = request.POST.get("report", "")
    return redirect("manual_report", report_id=int(report)) if report.isdecimal() else redirect("manual_fleet")


@require_POST
@needs("uploads.trust_receiver")
def distrust(request: HttpRequest, receiver_id: int) -> HttpResponse:
    """Believe no further receipt of this receiver."""
    row = get_object_or_404(TrustedReceiver, pk=receiver_id)
    try:
        distrust_receiver(row, by=signed_in(request).get_username())
    except ReceiptRefused as refused:
        messages.error(request, str(refused))
    else:
        said = _("Receipts signed with %(key)s are not believed any more. What they closed stays closed.")
        messages.success(request, said % {"key": row.fingerprint})
    return redirect("manual_fleet")


def _tell(request: HttpRequest, done: Imported) -> None:
    refresh(*LicenseServer.objects.filter(pk__in=done.report.items.values("upload__server")))
    if done.is_repeat:
        messages.success(request, _("This receipt was imported before. Nothing changed."))
    else:
        said = ngettext("%(count)d report arrived.", "%(count)d reports arrived.", done.closed)
        messages.success(request, said % {"count": done.closed})
    for left in done.open:
        messages.error(request, f"{left.sentence} {_('Its clock keeps running.')}")
