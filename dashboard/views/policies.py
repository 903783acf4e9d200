"""What is chosen for many servers at once? Drafted, tried, approved by a second person, applied, undone."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dashboard.keyset_pages import asked_page
from dashboard.permissions import needs, signed_in
from dashboard.policy_forms import policy_form
from dashboard.policy_pages import SIGNS, head_context, policy_context, undo_context
from programs import policy as steps
from programs.policy import PolicyRefused
from programs.policy_models import Policy, PolicyState, PolicyUndo
from servers.models import LicenseServer
from uploads import applying, undoing

POLICIES = Policy.objects.select_related("group")
Step = Callable[[Policy, HttpRequest], str]


@require_safe
@needs("programs.view_policy")
def listing(request: HttpRequest) -> HttpResponse:
    """Every policy, newest first."""
    page = asked_page(POLICIES.order_by("-created_at", "-id"), request.GET, column="created_at")
    rows = [{"policy": one, "sign": SIGNS[PolicyState(one.state)]} for one in page.rows]
    return render(request, "policies.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@needs("programs.propose_policy")
def edit(request: HttpRequest, policy_id: int | None = None) -> HttpResponse:
    """A new policy, or another choice of one; saved as a draft and tried at once."""
    policy = get_object_or_404(POLICIES, pk=policy_id) if policy_id else None
    form = policy_form(request.POST or None, policy)
    if request.method == "POST" and form.is_valid():
        by, now = signed_in(request), timezone.now()
        try:
            wish = form.wish()
            saved = steps.change(policy, wish, by=by, now=now) if policy else steps.draft(wish, by=by, now=now)
            steps.dry_run(saved, by=by, now=now)
            return redirect("policy", policy_id=saved.pk)
        except PolicyRefused as refused:
            form.add_error(None, str(refused))
    return render(request, "policy_form.html", {"form": form, "policy": policy}, status=422 if form.errors else 200)


@require_safe
@needs("programs.view_policy")
def page(request: HttpRequest, policy_id: int) -> HttpResponse:
    """One policy: its dry run, who agreed, and what became of it on each server."""
    policy = get_object_or_404(POLICIES, pk=policy_id)
    return render(request, "policy.html", policy_context(policy, request.GET, user=signed_in(request)))


@require_safe
@needs("programs.view_policy")
def progress(request: HttpRequest, policy_id: int) -> HttpResponse:
    """How far it is, for a page that stays open. When it is done, the whole page is shown anew."""
    context = head_context(get_object_or_404(POLICIES, pk=policy_id))
    response = render(request, "components/policy_progress.html", context)
    if not context["is_moving"]:
        response["HX-Refresh"] = "true"
    return response


def _step(permission: str, work: Step) -> Callable[..., HttpResponseBase]:
    @require_POST
    @needs(permission)
    def view(request: HttpRequest, policy_id: int) -> HttpResponse:
        policy = get_object_or_404(POLICIES, pk=policy_id)
        try:
            messages.success(request, work(policy, request))
        except PolicyRefused as refused:
            messages.error(request, _("Nothing was changed. %(why)s") % {"why": refused})
        return redirect("policy", policy_id=policy_id)

    view.__doc__ = work.__doc__
    return view


def _try(policy: Policy, request: HttpRequest) -> str:
    """See what it would do now."""
    steps.dry_run(policy, by=signed_in(request), now=timezone.now())
    return _("This is what it would do now. Nothing was applied.")


def _propose(policy: Policy, request: HttpRequest) -> str:
    """Ask a second person."""
    steps.propose(policy, digest=request.POST.get("digest", ""), by=signed_in(request), now=timezone.now())
    return _("Proposed. It waits for a second person.")


def _approve(policy: Policy, request: HttpRequest) -> str:
    """Agree to what somebody else proposed."""
    by, said = signed_in(request), request.POST
    steps.approve(policy, digest=said.get("digest", ""), by=by, now=timezone.now(), why=said.get("why", ""))
    return _("Approved. Nothing was applied yet.")


def _decline(policy: Policy, request: HttpRequest) -> str:
    """It is not applied."""
    steps.decline(policy, by=signed_in(request), now=timezone.now(), why=request.POST.get("why", ""))
    return _("Declined. Nothing was applied.")


def _apply(policy: Policy, request: HttpRequest) -> str:
    """A worker decides server by server."""
    applying.start(policy, digest=request.POST.get("digest", ""), by=signed_in(request), now=timezone.now())
    return _("It is being applied. It is safe to leave this page.")


try_now = _step("programs.propose_policy", _try)
propose = _step("programs.propose_policy", _propose)
approve = _step("programs.approve_policy", _approve)
decline = _step("programs.propose_policy", _decline)
apply = _step("programs.propose_policy", _apply)


@require_http_methods(["GET", "POST"])
@needs("programs.propose_policy")
def undo(request: HttpRequest, policy_id: int) -> HttpResponse:
    """What undoing it would restore, on every server or on one; and asking for that."""
    policy = get_object_or_404(POLICIES, pk=policy_id)
    name = request.GET.get("on", "")
    server = get_object_or_404(LicenseServer, name=name) if name else None
    if request.method == "POST":
        try:
            asked = undoing.ask_undo(
                policy, digest=request.POST.get("digest", ""), by=signed_in(request), now=timezone.now(), server=server
            )
        except PolicyRefused as refused:
            messages.error(request, _("Nothing was changed. %(why)s") % {"why": refused})
        else:
            waits = any(one.starts for one in asked)
            messages.success(request, _("It waits for a second person.") if waits else _("It is being undone."))
        return redirect("policy", policy_id=policy_id)
    return render(request, "policy_undo.html", undo_context(policy, request.GET, server=server))


@require_POST
@needs("programs.approve_policy")
def answer_undo(request: HttpRequest, undo_id: int) -> HttpResponse:
    """A second person lets something leave again, or does not."""
    asked, by, now = get_object_or_404(PolicyUndo, pk=undo_id), signed_in(request), timezone.now()
    try:
        if request.POST.get("do") == "approve":
            undoing.approve_undo(asked, digest=request.POST.get("digest", ""), by=by, now=now)
            messages.success(request, _("It is being undone."))
        else:
            undoing.decline_undo(asked, by=by, now=now, why=request.POST.get("why", ""))
            messages.success(request, _("Declined. Nothing leaves again."))
    except PolicyRefused as refused:
        messages.error(request, _("Nothing was changed. %(why)s") % {"why": refused})
    return redirect("policy", policy_id=asked.policy_id)
