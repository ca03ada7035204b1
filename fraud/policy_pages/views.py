"""Pages of the policies. Who may look is asked here; whose draft it is, in the services."""

from typing import Any, Final, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import Approval, User
from fraud.errors import PolicyInvalid
from fraud.models import PolicyVersion
from fraud.policy_pages import presenting
from fraud.policy_pages.forms import PeriodForm, PolicyForm
from fraud.selectors import policies as selected
from fraud.services import backtesting, policies

LOOK: Final = "fraud.view_policyversion"
UNPROCESSABLE: Final = 422


@require_safe
@permission_required(LOOK, raise_exception=True)
def versions(request: HttpRequest) -> HttpResponse:
    """List the versions, newest first."""
    context = {"versions": selected.newest_versions(), "may_edit": request.user.has_perm(policies.EDIT)}
    return render(request, "staff/policies/list.html", context)


@require_safe
@permission_required(LOOK, raise_exception=True)
def version(request: HttpRequest, number: int) -> HttpResponse:
    """Show one version: what it changes, what its backtest found, and what can be done with it."""
    return _version(request, number, PeriodForm())


@require_safe
@permission_required(LOOK, raise_exception=True)
def progress(request: HttpRequest, number: int) -> HttpResponse:
    """Say how far the backtest is; send the page to its result when it has ended."""
    backtest = selected.newest_backtest(selected.version_of(number))
    if backtest is None or not backtest.is_open:
        return HttpResponseClientRedirect(reverse("policy", args=[number]))
    return render(request, "staff/policies/progress.html", {"backtest": backtest, "number": number})


@require_POST
@permission_required(policies.EDIT, raise_exception=True)
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """Begin a draft from a version, and open it for writing."""
    made = policies.draft(like=number, person=_person(request))
    return redirect("policy-edit", made.number)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(policies.EDIT, raise_exception=True)
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """Show the form of a draft, and write down what comes back."""
    before = policies.readable_draft(number=number, person=_person(request))
    form = PolicyForm(before.document, request.POST or None, initial={"note": before.note})
    if form.is_valid() and _written(form, number, _person(request)):
        messages.success(request, _("Saved. Run a backtest before you propose it."))
        return redirect("policy", number)
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "staff/policies/edit.html", {"form": form, "version": before}, status=status)


@require_POST
@permission_required(policies.EDIT, raise_exception=True)
def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Throw a draft away."""
    policies.discard(number=number, person=_person(request))
    messages.success(request, _("The draft was thrown away."))
    return redirect("policies")


@require_POST
@permission_required(policies.EDIT, raise_exception=True)
def backtest(request: HttpRequest, number: int) -> HttpResponse:
    """Have a draft tried on the past."""
    form = PeriodForm(request.POST)
    if not form.is_valid():
        return _version(request, number, form, status=UNPROCESSABLE)
    now = timezone.now()
    backtesting.ask(number=number, since=form.since(now), person=_person(request), now=now)
    return redirect("policy", number)


@require_POST
@permission_required(policies.EDIT, raise_exception=True)
def cancel_backtest(request: HttpRequest, number: int) -> HttpResponse:
    """Stop it."""
    backtesting.cancel(number=number, person=_person(request), now=timezone.now())
    return redirect("policy", number)


@require_POST
@permission_required(policies.EDIT, raise_exception=True)
def propose(request: HttpRequest, number: int) -> HttpResponse:
    """Ask a second person to activate a draft."""
    policies.propose(number=number, person=_person(request))
    messages.success(request, _("Proposed. Another supervisor decides."))
    return redirect("policy", number)


def _written(form: PolicyForm, number: int, person: User) -> bool:
    try:
        policies.edit(number=number, document=form.document(), note=form.cleaned_data["note"], person=person)
    except PolicyInvalid as refusal:
        form.refuse(refusal)
        return False
    return True


def _version(request: HttpRequest, number: int, period: PeriodForm, status: int = 200) -> HttpResponse:
    shown = selected.version_of(number)
    against = selected.compared_with(shown)
    is_own_draft = shown.state == PolicyVersion.State.DRAFT and shown.made_by_id == request.user.pk
    context: dict[str, Any] = {
        "version": shown,
        "against": against,
        "changes": presenting.changes(against.document, shown.document),
        "result": presenting.backtest(shown.backtest),
        "backtest": selected.newest_backtest(shown),
        "period": period,
        "may_edit": request.user.has_perm(policies.EDIT),
        "is_mine": is_own_draft and request.user.has_perm(policies.EDIT),
        "is_tried": policies.is_tried(shown, against=selected.active_version()),
        "proposal": Approval.objects.filter(action=policies.ACTIVATE, subject_id=str(shown.pk)).last(),
    }
    return render(request, "staff/policies/version.html", context, status=status)


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)
