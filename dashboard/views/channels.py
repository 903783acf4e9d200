"""Which ways lead to people, and what went along each of them?"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alerts.channel_book import (
    ChannelRefused,
    add_channel,
    change_channel,
    change_secret,
    disable,
    enable,
    remove_channel,
)
from alerts.channel_models import Channel, Message
from alerts.delivery import send_test
from dashboard.channel_forms import channel_form
from dashboard.channel_list import SIGNS, ChannelRow, channel_rows, last_answer
from dashboard.keyset_pages import asked_page
from dashboard.permissions import needs, signed_in


@require_safe
@needs("alerts.view_alert")
def listing(request: HttpRequest) -> HttpResponse:
    """Every channel with its last result, and the log of deliveries, of all or of one."""
    rows, number = Message.objects.select_related("channel"), request.GET.get("channel", "")
    only = Channel.ever.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None
    page = asked_page(rows.filter(channel=only) if only else rows, request.GET, column="composed_at")
    log = [{"message": one, "sign": SIGNS[Message.State(one.state)], "answer": last_answer(one)} for one in page.rows]
    kept = f"channel={only.pk}" if only else ""
    context = {"rows": channel_rows(), "page": page, "log": log, "only": only, "kept": kept}
    return render(request, "channels.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("alerts.manage_channels")
def add(request: HttpRequest) -> HttpResponse:
    """A new channel. The secret of a webhook is shown in this one answer only."""
    form = channel_form(request.POST or None, None)
    if request.method == "POST" and form.is_valid():
        try:
            channel, secret = add_channel(form.wish(), by=signed_in(request), now=timezone.now())
        except ChannelRefused as refused:
            form.refuse(refused)
        else:
            return _shown_once(
                request, channel, secret, _("The channel %(channel)s is set up. Test it.") % {"channel": channel}
            )
    return render(request, "channel.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@needs("alerts.manage_channels")
def change(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Everything of a channel but its secrets, which can be written and never read."""
    channel = get_object_or_404(Channel, pk=channel_id)
    form = channel_form(request.POST or None, channel)
    if request.method == "POST" and form.is_valid():
        try:
            secret = change_channel(channel, form.wish(), by=signed_in(request), now=timezone.now())
        except ChannelRefused as refused:
            form.refuse(refused)
        else:
            return _shown_once(
                request, channel, secret, _("The channel %(channel)s is changed.") % {"channel": channel}
            )
    last = Message.objects.filter(channel=channel).first()
    context = {"form": form, "channel": channel, "row": ChannelRow(channel, last)}
    return render(request, "channel.html", context, status=422 if form.errors else 200)


@require_POST
@needs("alerts.manage_channels")
def test(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Send a message at once, and say what was answered."""
    channel = get_object_or_404(Channel, pk=channel_id)
    message = send_test(channel, by=signed_in(request), now=timezone.now())
    answer = last_answer(message) or _("No answer.")
    if message.state == Message.State.DELIVERED:
        messages.success(
            request, _("The test of %(channel)s arrived: %(answer)s") % {"channel": channel, "answer": answer}
        )
    else:
        messages.error(
            request, _("The test of %(channel)s did not arrive: %(answer)s") % {"channel": channel, "answer": answer}
        )
    return redirect("channels")


@never_cache
@require_POST
@needs("alerts.manage_channels")
def act(request: HttpRequest, channel_id: int) -> HttpResponse:
    """Enable, disable or remove a channel, or make a new secret."""
    channel = get_object_or_404(Channel, pk=channel_id)
    by, now, wanted = signed_in(request), timezone.now(), request.POST.get("do")
    acts = {
        "enable": (enable, _("The channel %(channel)s is enabled.")),
        "disable": (disable, _("The channel %(channel)s is disabled.")),
        "remove": (remove_channel, _("The channel %(channel)s is removed.")),
    }
    if wanted == "secret":
        try:
            return _shown_once(
                request, channel, change_secret(channel, by=by, now=now), _("The old secret counts no more.")
            )
        except ChannelRefused as refused:
            messages.error(request, str(refused))
    elif wanted in acts:
        act_on, words = acts[wanted]
        act_on(channel, by=by, now=now)
        messages.success(request, words % {"channel": channel})
    else:
        messages.error(request, _("This button is not known here. Nothing was changed."))
    return redirect("channels")


def _shown_once(request: HttpRequest, channel: Channel, secret: str, words: str) -> HttpResponse:
    """Back to the list; a secret stands in this one answer and is never shown again."""
    messages.success(request, words)
    if not secret:
        return redirect("channels")
    return render(request, "channel_secret.html", {"channel": channel, "secret": secret})
