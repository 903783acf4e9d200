"""Why was I told, or not told?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alerts.explain import explain
from dashboard.alert_forms import WhyForm
from dashboard.permissions import needs


@require_safe
@needs("alerts.view_alert")
def page(request: HttpRequest) -> HttpResponse:
    """A question about an alert, a channel or a recipient, and a day; the answer step by step."""
    form = WhyForm(request.GET or None)
    found = None
    if form.is_valid():
        said = form.cleaned_data
        found = explain(said["alert"], channel=said["channel"], person=said["person"].strip(), day=said["day"])
    return render(request, "why.html", {"form": form, "found": found}, status=422 if form.errors else 200)
