"""How does every component look in every state? For those who build the pages; nothing here is read or written."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboard.permissions import needs
from dashboard.style_guide import parts


@require_safe
@needs("accounts.manage_people")
def page(request: HttpRequest, part: str = "signs") -> HttpResponse:
    """One part of the guide, rendered from the templates that the pages use."""
    found = parts(now=timezone.now())
    if part not in found:
        raise Http404
    titles = [(key, title) for key, (title, _) in found.items()]
    context = {"parts": titles, "part": part, "title": found[part][0], "sections": found[part][1]}
    return render(request, "style_guide.html", context)
