"""Pages of the models. Who may look is asked here; who may change anything, in the services."""

from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from fraud.model_pages import presenting
from fraud.model_pages.forms import DEFAULT_DAYS, ExchangeForm, PeriodForm
from fraud.models import ModelVersion
from fraud.selectors import comparison
from fraud.selectors import models as selected
from fraud.services import promotion, registry, training

LOOK: Final = "fraud.view_modelversion"
UNPROCESSABLE: Final = 422

State = ModelVersion.State
PAYMENTS: Final = ModelVersion.Slot.PAYMENTS


@require_safe
@permission_required(LOOK, raise_exception=True)
def models(request: HttpRequest) -> HttpResponse:
    """Show which models judge, which try to, and how that came about."""
    return _models(request, {})


@require_POST
@permission_required(registry.PROMOTE, raise_exception=True)
def roll_back(request: HttpRequest) -> HttpResponse:
    """Let the champion before judge payments again."""
    form = ExchangeForm(request.POST)
    if not form.is_valid():
        return _models(request, {"rollback_form": form}, status=UNPROCESSABLE)
    back = promotion.roll_back(
        slot=PAYMENTS, instead_of=form.seen, reason=form.cleaned_data["reason"], person=person(request)
    )
    messages.success(request, _("%(name)s judges again, from the next payments on.") % {"name": back.name})
    return redirect("models")


@require_safe
@permission_required(LOOK, raise_exception=True)
def model(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Show one version, and what can be done with it."""
    return _model(request, version_id, None)


@require_POST
@permission_required(registry.PROMOTE, raise_exception=True)
def shadow(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Let a candidate score beside the champion."""
    registry.try_in_shadow(version_id=version_id, person=person(request))
    messages.success(request, _("It scores every payment from now on, without a say."))
    return redirect("model", version_id)


@require_POST
@permission_required(registry.PROMOTE, raise_exception=True)
def retire(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Put a candidate or challenger aside."""
    registry.retire(version_id=version_id, person=person(request))
    messages.success(request, _("Put aside. Its scores stay."))
    return redirect("model", version_id)


@require_POST
@permission_required(registry.PROMOTE, raise_exception=True)
def promote(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """Let a model judge, or ask a colleague to agree where two are needed."""
    form = ExchangeForm(request.POST)
    if not form.is_valid():
        return _model(request, version_id, form, status=UNPROCESSABLE)
    reason = form.cleaned_data["reason"]
    if settings.FRAUD_PROMOTION == promotion.TWO:
        promotion.propose(version_id=version_id, reason=reason, person=person(request))
        messages.success(request, _("Proposed. Another supervisor decides."))
    else:
        promotion.promote(version_id=version_id, instead_of=form.seen, reason=reason, person=person(request))
        messages.success(request, _("It judges from the next payments on."))
    return redirect("model", version_id)


@require_safe
@permission_required(LOOK, raise_exception=True)
def compare(request: HttpRequest) -> HttpResponse:
    """Show champion and challengers side by side on the same payments."""
    form = PeriodForm(request.GET or {"days": DEFAULT_DAYS})
    found = comparison.compare(since=form.since(timezone.now()))
    return render(request, "staff/models/compare.html", {"period": form, "found": found})


def person(request: HttpRequest) -> User:
    """Return who is signed in."""
    return cast("User", request.user)


def _models(request: HttpRequest, more: dict[str, Any], status: int = 200) -> HttpResponse:
    champion = selected.champion(PAYMENTS)
    context: dict[str, Any] = {
        "champion": champion,
        "figures": presenting.figures(champion) if champion else [],
        "before": promotion.before(PAYMENTS),
        "rollback_form": ExchangeForm(initial={"instead_of": champion.pk if champion else None}),
        "versions": selected.newest_versions(),
        "promotions": selected.newest_promotions(),
        "runs": selected.newest_runs(),
        "new_labels": training.new_labels(),
        "wanted_labels": settings.FRAUD_RETRAIN_LABELS,
        "may_change": request.user.has_perm(registry.PROMOTE),
    }
    return render(request, "staff/models/list.html", context | more, status=status)


def _model(request: HttpRequest, version_id: UUID, form: ExchangeForm | None, status: int = 200) -> HttpResponse:
    version = selected.version_of(version_id)
    champion = selected.champion(version.slot)
    context = {
        "version": version,
        "champion": champion,
        "figures": presenting.figures(version),
        "trained_at": presenting.trained_at(version),
        "verdict": presenting.verdict(version.gate),
        "compared": list(presenting.compared(version.gate)),
        "form": form or ExchangeForm(initial={"instead_of": champion.pk if champion else None}),
        "may_change": request.user.has_perm(registry.PROMOTE),
        "may_promote": version.state in promotion.PROMOTABLE and champion is not None and not version.is_anomaly,
        "needs_two": settings.FRAUD_PROMOTION == promotion.TWO,
    }
    return render(request, "staff/models/version.html", context, status=status)
