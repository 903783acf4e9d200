"""Who must do what, by when, and who was told? Of one server, or of all."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from alerts.models import Alert, AlertServer
from alerts.reacting import NotPossible
from alerts.reading_installation import EVALUATED
from dashboard.alert_cards import cards_of
from dashboard.alert_forms import AlertFilter
from dashboard.alert_groups import causes_of, groups_of, open_alerts, whole_group
from dashboard.alert_reactions import react as react_to
from dashboard.alert_timeline import timeline_of
from dashboard.keyset_pages import asked_page
from dashboard.permissions import needs, signed_in
from dashboard.undoing import offer_undo
from dashboard.zones import zone_on_page
from servers.models import LicenseServer
from uploads.models import Tick


@require_safe
@needs("alerts.view_alert")
def listing(request: HttpRequest, guid: UUID | None = None) -> HttpResponse:
    """Act, plan, watch, could not be checked."""
    server = get_object_or_404(LicenseServer.objects.select_related("group"), guid=guid) if guid else None
    form = AlertFilter(request.GET, server=server)
    if not form.is_valid():
        return render(request, "alerts.html", {"form": form, "groups": []}, status=422)
    alerts = open_alerts(form.of, rule=form.cleaned_data["rule"])
    key = form.cleaned_data["group"]
    groups = [whole_group(alerts, key, request.GET)] if key else groups_of(alerts)
    looked_at = Tick.objects.filter(name=EVALUATED).values_list("at", flat=True).first()
    context = {"form": form, "groups": groups, "causes": causes_of(alerts), "looked_at": looked_at}
    return render(request, "alerts.html", context)


@require_safe
@needs("alerts.view_alert")
def bell(request: HttpRequest) -> HttpResponse:
    """The bell alone, asked for again every minute; its count comes with every page."""
    return render(request, "components/bell.html")


@require_safe
@needs("alerts.view_alert")
def closed(request: HttpRequest, guid: UUID | None = None) -> HttpResponse:
    """What is over, with the evidence that ended it, newest first."""
    server = get_object_or_404(LicenseServer.objects.select_related("group"), guid=guid) if guid else None
    rows = Alert.objects.filter(closed_at__isnull=False)
    if server:
        rows = rows.filter(servers__server=server)
    page = asked_page(rows, request.GET, column="closed_at")
    return render(request, "closed_alerts.html", {"page": page, "cards": cards_of(page.rows)})


@require_safe
@needs("alerts.view_alert")
def one(request: HttpRequest, alert_id: int) -> HttpResponse:
    """One alert: its words, what was told and done about it in order, and its servers."""
    alert = get_object_or_404(Alert, pk=alert_id)
    (card,) = cards_of([alert])
    servers = AlertServer.objects.filter(alert=alert).select_related("server")
    page = asked_page(servers, request.GET, column="since")
    return render(request, "alert.html", {"card": card, "moments": timeline_of(alert), "page": page})


@require_POST
@needs("alerts.react")
def react(request: HttpRequest, guid: UUID | None = None) -> HttpResponse:
    """Acknowledge, take back, snooze or wake what is chosen, and come back to where the button stands."""
    server = get_object_or_404(LicenseServer, guid=guid) if guid else None
    zone = zone_on_page(request.user, server)
    try:
        done = react_to(request.POST, server, by=signed_in(request), now=timezone.now(), zone=zone)
        offer_undo(request, done.words, address=request.path, fields=done.undo)
    except NotPossible as error:
        messages.error(request, str(error))
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("server_alerts", args=[guid]) if guid else reverse("alerts")
    return redirect(back)
