"""Ask for money, and answer those who ask."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.selectors.payees import masked_name
from accounts.selectors.proofs import proofs_of
from accounts.views import step_up
from accounts.views.requests import PageRequest, browser_of, page, posted
from payments.confirm_forms import ConfirmForm
from payments.constants import PIN_FREE_MINOR
from payments.forms import SEND_FIELDS, AskForm
from payments.models import Payment, PaymentRequest
from payments.reference_money import reference_minor
from payments.selectors import requests as selectors
from payments.services import requests, reviewed
from payments.services.requests import Acceptance, MoneyRequest
from securebank.kernel.errors import DomainError
from securebank.kernel.money import Money
from securebank.web import clients, throttles
from securebank.web.pages import refuse
from securebank.web.wording import format_money


@page("GET", "POST")
def ask(request: PageRequest) -> HttpResponse:
    """Ask somebody for money."""
    form = AskForm(posted(request), initial={name: request.GET[name] for name in ("to",) if name in request.GET})
    if form.is_valid():
        throttles.take("money_request", str(request.user.pk))
        data = form.cleaned_data
        wanted = MoneyRequest(requester=request.user, payer=data["to"], amount=data["amount"], note=data["note"])
        try:
            asked = requests.ask(wanted=wanted, now=timezone.now())
        except DomainError as error:
            refuse(form, error, SEND_FIELDS)
        else:
            facts = {"name": masked_name(asked.payer.name), "amount": _written(asked, request.user.language)}
            messages.success(request, _("You asked %(name)s for %(amount)s.") % facts)
            return redirect("requests")
    return render(request, "pages/request_money.html", {"form": form}, status=422 if form.errors else 200)


@page("GET")
def show_requests(request: PageRequest) -> HttpResponse:
    """List open requests, those to answer first."""
    incoming, outgoing = selectors.incoming(request.user), selectors.outgoing(request.user)
    template = "parts/request_lists.html" if request.htmx else "pages/requests.html"
    return render(request, template, {"incoming": incoming, "outgoing": outgoing})


@page("GET", "POST")
def accept(request: PageRequest, request_id: UUID) -> HttpResponse:
    """Review a request and pay it."""
    asked = selectors.request_of(customer=request.user, request_id=request_id)
    if asked.status != PaymentRequest.Status.PENDING or asked.payer_id != request.user.pk:
        return redirect("payment", asked.payment_id) if asked.payment_id else redirect("requests")
    amount = Money(asked.amount_minor, asked.currency)
    proofs = proofs_of(request.user)
    needs_pin = proofs.has_pin or reference_minor(amount) > PIN_FREE_MINOR
    form = ConfirmForm(posted(request), proofs=proofs, is_needed=needs_pin)
    if request.method == "POST" and form.is_valid():
        acceptance = Acceptance(
            payer=request.user,
            request_id=request_id,
            channel=Payment.Channel.SITE,
            device=browser_of(request),
            ip_address=clients.ip_address(request),
        )
        try:
            payment = reviewed.accept(
                acceptance=acceptance, proof=form.proof(clients.origin(request)), now=timezone.now()
            )
        except DomainError as error:
            refuse(form, error, form.error_fields)
        else:
            return redirect("payment", payment.pk)
    context = {
        "form": form,
        "asked": asked,
        "amount": amount,
        "name": masked_name(asked.requester.name),
        "proofs": proofs,
        "needs_pin": needs_pin,
    }
    return render(request, "pages/request_accept.html", context, status=422 if form.errors else 200)


@page("POST")
def challenge(request: PageRequest, request_id: UUID) -> HttpResponse:
    """Ask what a passkey must sign to confirm that the request is paid."""
    question = reviewed.ask_passkey_to_accept(payer=request.user, request_id=request_id, origin=clients.origin(request))
    return step_up.asked(question)


@page("POST")
def decline(request: PageRequest, request_id: UUID) -> HttpResponse:
    """Say no."""
    requests.decline(payer=request.user, request_id=request_id)
    messages.success(request, _("Request declined."))
    return redirect("requests")


@page("POST")
def cancel(request: PageRequest, request_id: UUID) -> HttpResponse:
    """Take one's own request back."""
    requests.cancel(requester=request.user, request_id=request_id)
    messages.success(request, _("Request taken back."))
    return redirect("requests")


def _written(asked: PaymentRequest, language: str) -> str:
    return format_money(Money(asked.amount_minor, asked.currency), language)
