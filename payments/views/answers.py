"""The payer answers "Was this you?", or says that they didn't make a payment."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors.proofs import proofs_of
from accounts.views import step_up
from accounts.views.requests import PageRequest, page, posted
from payments.confirm_forms import ConfirmForm
from payments.constants import DISPUTE_TEXT_LENGTH
from payments.selectors.payments import own_judged_payment
from payments.services import answers, disputes
from payments.services.answers import Here
from payments.views.lines import line_of
from securebank.kernel.errors import DomainError
from securebank.web import clients
from securebank.web.pages import LineField, refuse


class DisputeForm(forms.Form):
    """What the customer wants to say about it."""

    text = LineField(
        label=gettext_lazy("What do you remember?"),
        required=False,
        max_length=DISPUTE_TEXT_LENGTH,
        help_text=gettext_lazy("Never write a PIN or password here. Nobody of ours asks for one."),
    )


@page("GET", "POST")
def mine(request: PageRequest, payment_id: UUID) -> HttpResponse:
    """Take "it was me", confirmed for exactly this payment."""
    payment = own_judged_payment(owner=request.user, payment_id=payment_id)
    proofs = proofs_of(request.user)
    form = ConfirmForm(posted(request), proofs=proofs, is_needed=True)
    if request.method == "POST" and form.is_valid():
        try:
            answers.say_mine(
                customer=request.user,
                payment_id=payment_id,
                proof=form.proof(clients.origin(request)),
                now=timezone.now(),
            )
        except DomainError as error:
            refuse(form, error, form.error_fields)
        else:
            messages.success(request, _("Thank you. Whoever looks at this payment sees your answer."))
            return redirect("payment", payment_id)
    context = {"form": form, "line": line_of(payment, request.user), "proofs": proofs}
    return render(request, "pages/payment_mine.html", context, status=422 if form.errors else 200)


@page("POST")
def challenge(request: PageRequest, payment_id: UUID) -> HttpResponse:
    """Ask what a passkey must sign to confirm that the payment was the customer's own."""
    question = answers.ask_passkey(customer=request.user, payment_id=payment_id, origin=clients.origin(request))
    return step_up.asked(question)


@page("GET", "POST")
def not_mine(request: PageRequest, payment_id: UUID) -> HttpResponse:
    """Say what "it wasn't me" does; do it when it is confirmed."""
    payment = own_judged_payment(owner=request.user, payment_id=payment_id)
    context: dict[str, Any] = {"line": line_of(payment, request.user), "refusal": ""}
    if request.method == "POST":
        here = Here(session_key=request.session.session_key)
        try:
            answers.say_not_mine(customer=request.user, payment_id=payment_id, here=here, now=timezone.now())
        except DomainError as error:
            context["refusal"] = str(error)
        else:
            messages.success(request, _("Everything is stopped. A colleague looks into it and gets in touch."))
            return redirect("payment", payment_id)
    return render(request, "pages/payment_not_mine.html", context, status=422 if context["refusal"] else 200)


@page("GET", "POST")
def dispute(request: PageRequest, payment_id: UUID) -> HttpResponse:
    """Say what a dispute does; open it when it is confirmed."""
    payment = own_judged_payment(owner=request.user, payment_id=payment_id)
    form = DisputeForm(posted(request))
    if form.is_valid():
        try:
            disputes.open_dispute(
                customer=request.user, payment_id=payment_id, text=form.cleaned_data["text"], now=timezone.now()
            )
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("We look into this payment and tell you here what we find."))
            return redirect("payment", payment_id)
    context = {"form": form, "line": line_of(payment, request.user)}
    return render(request, "pages/payment_dispute.html", context, status=422 if form.errors else 200)


@page("POST")
def withdraw(request: PageRequest, payment_id: UUID) -> HttpResponse:
    """Take a dispute back."""
    disputes.withdraw(customer=request.user, payment_id=payment_id)
    messages.success(request, _("Your dispute is taken back."))
    return redirect("payment", payment_id)
