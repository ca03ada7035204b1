"""Pages of retraining."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from fraud.model_pages import presenting
from fraud.model_pages.views import LOOK, person
from fraud.selectors import models as selected
from fraud.services import registry, training


@require_POST
@permission_required(registry.PROMOTE, raise_exception=True)
def train(request: HttpRequest) -> HttpResponse:
    """Have a new model trained."""
    asked = training.ask(person=person(request))
    return redirect("model-run", asked.pk)


@require_safe
@permission_required(LOOK, raise_exception=True)
def run(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Show one training: how far it is, or what came of it."""
    found = selected.run_of(run_id)
    gate = found.result.gate if found.result else {}
    context = {
        "run": found,
        "verdict": presenting.verdict(gate),
        "compared": list(presenting.compared(gate)),
        "may_change": request.user.has_perm(registry.PROMOTE),
    }
    return render(request, "staff/models/run.html", context)


@require_safe
@permission_required(LOOK, raise_exception=True)
def progress(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Say how far it is; send the page to its result when it has ended."""
    found = selected.run_of(run_id)
    if not found.is_open:
        return HttpResponseClientRedirect(reverse("model-run", args=[run_id]))
    return render(request, "staff/models/progress.html", {"run": found})


@require_POST
@permission_required(registry.PROMOTE, raise_exception=True)
def cancel(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Stop it."""
    training.cancel(run_id=run_id, person=person(request), now=timezone.now())
    messages.success(request, _("The training was stopped."))
    return redirect("model-run", run_id)
