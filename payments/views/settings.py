"""Spending limits."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.selectors.proofs import proofs_of
from accounts.views import step_up
from accounts.views.requests import PageRequest, page, posted
from payments.confirm_forms import LimitsForm
from payments.reference_money import reference_money
from payments.selectors.limits import limits_of, spent_today_minor
from payments.services import limits as limits_service
from payments.services.limits import LimitsOrder
from securebank.kernel.errors import DomainError
from securebank.web import clients
from securebank.web.pages import refuse

NAMES = ("per_payment", "per_day", "new_payee")


@page("GET", "POST")
def limits(request: PageRequest) -> HttpResponse:
    """Show and change what the customer may spend."""
    current = limits_of(request.user)
    written = {name: str(reference_money(getattr(current, f"{name}_minor"))) for name in NAMES}
    proofs = proofs_of(request.user)
    form = LimitsForm(posted(request), initial=written, proofs=proofs)
    if form.is_valid():
        try:
            limits_service.change_limits(order=_order(request, form), now=timezone.now())
        except DomainError as error:
            limit = str(error.facts.get("limit", ""))
            refuse(form, error, form.error_fields | {"limit_above_maximum": limit})
        else:
            messages.success(request, _("Your limits are changed."))
            return redirect("limits")
    spent = spent_today_minor(request.user)
    left = reference_money(max(0, current.per_day_minor - spent))
    context = {"form": form, "spent": reference_money(spent), "left": left, "proofs": proofs}
    return render(request, "pages/limits.html", context, status=422 if form.errors else 200)


@page("POST")
def challenge(request: PageRequest) -> HttpResponse:
    """Ask what a passkey must sign to confirm the limits typed so far."""
    form = LimitsForm(request.POST, proofs=proofs_of(request.user))
    if not form.is_valid():
        return HttpResponse(status=422)
    question = limits_service.ask_passkey(order=_order(request, form), origin=clients.origin(request))
    return step_up.asked(question)


def _order(request: PageRequest, form: LimitsForm) -> LimitsOrder:
    wanted = {name: form.cleaned_data[name] for name in NAMES}
    return LimitsOrder(customer=request.user, wanted=wanted, proof=form.proof(clients.origin(request)))
