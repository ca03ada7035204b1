"""Start a verification of the sealed ledger, watch it, and read what earlier ones found."""

from typing import Final, cast

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.models import User
from ledger.chain import asked_checks
from ledger.chain.selectors import latest_checks
from ledger.chain.verification import Level
from payments.chain_desk.forms import CheckForm
from payments.services import chain_checks

LOOK: Final = "ledger.view_chaincheck"
SHOWN: Final = 20
UNPROCESSABLE: Final = 422


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(LOOK, raise_exception=True)
def checks(request: HttpRequest) -> HttpResponse:
    """Show what runs and what was found; start what is asked for."""
    person = cast("User", request.user)
    may_verify = person.has_perm(chain_checks.VERIFY)
    if request.method == "POST" and not may_verify:
        raise PermissionDenied
    form = CheckForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        level, account = Level(form.cleaned_data["level"]), form.cleaned_data["account"]
        chain_checks.ask(level=level, account=account, person=person)
        return redirect("chain-checks")
    context = {
        "form": form,
        "running": asked_checks.running(),
        "checks": latest_checks(SHOWN),
        "may_verify": may_verify,
    }
    return render(request, "staff/chain/checks.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_safe
@permission_required(LOOK, raise_exception=True)
def progress(request: HttpRequest) -> HttpResponse:
    """Say how far the verification is; send the page to its result when it has ended."""
    running = asked_checks.running()
    if running is None:
        return HttpResponseClientRedirect(reverse("chain-checks"))
    return render(request, "staff/chain/progress.html", {"running": running})
