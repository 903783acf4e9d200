"""Which calendars and feed readers may read here, without signing in?"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from alerts.feed_addresses import AddressRefused, addresses_for, make_address, revoke_address
from dashboard.channel_forms import FeedForm
from dashboard.permissions import needs, signed_in

PAGES = {"calendar": "calendar_feed", "atom": "atom_feed"}


@never_cache
@require_http_methods(["GET", "POST"])
@needs("alerts.view_alert")
def page(request: HttpRequest) -> HttpResponse:
    """One's own addresses, and a new one, whose secret is shown in this one answer only."""
    person, form, fresh = signed_in(request), FeedForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            address, secret = make_address(person, now=timezone.now(), **form.wish())
            fresh = request.build_absolute_uri(reverse(PAGES[address.feed], args=[secret]))
            form = FeedForm()
        except AddressRefused as refused:
            form.add_error(None, str(refused))
    context = {"form": form, "addresses": addresses_for(person), "fresh": fresh}
    return render(request, "feeds.html", context, status=422 if form.errors else 200)


@require_POST
@needs("alerts.view_alert")
def revoke(request: HttpRequest, address_id: int) -> HttpResponse:
    """This address leads nowhere from now on."""
    address = get_object_or_404(addresses_for(signed_in(request)), pk=address_id)
    revoke_address(address, now=timezone.now())
    messages.success(request, _("The address “%(name)s” leads nowhere any more.") % {"name": address.name})
    return redirect("feeds")
