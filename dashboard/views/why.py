"""Why was I told, or not told?"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.asking_why import WhyForm
from dashboard.permissions import needs


@require_safe
@needs("alerts.view_alert")
def page(request: HttpRequest) -> HttpResponse:
    """A question about an alert, a clock or a day, perhaps for one channel or recipient; the answer step by step."""
    form = WhyForm(request.GET or None)
    found = form.explanations(now=timezone.now()) if form.is_valid() else []
    return render(request, "why.html", {"form": form, "found": found}, status=422 if form.errors else 200)
