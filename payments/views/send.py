"""Send money: type, review, done."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.selectors import bank_accounts
from accounts.views import step_up
from accounts.views.requests import PageRequest, browser_of, page, posted
from payments.confirm_forms import ConfirmForm
from payments.errors import DraftExpired
from payments.forms import SEND_FIELDS, SendForm
from payments.models import Payment
from payments.selectors.payees import saved_payees
from payments.selectors.previews import Preview, preview
from payments.services import reviewed
from payments.services.reviewed import ReviewedOrder
from payments.views import drafts
from securebank.kernel.errors import DomainError
from securebank.web import clients, throttles
from securebank.web.pages import refuse

CHIPS: Final = 8


@page("GET", "POST")
def send(request: PageRequest) -> HttpResponse:
    """Take the order; when it could succeed, go on to the review."""
    views = bank_accounts.accounts_with_balances(owner=request.user)
    typed = drafts.last_typed(request.session) | {
        name: request.GET[name] for name in ("to", "amount") if name in request.GET
    }
    form = SendForm(posted(request), views=views, language=request.user.language, initial=typed)
    if form.is_valid():
        throttles.take("payee_lookup", str(request.user.pk))
        data = form.cleaned_data
        try:
            shown = preview(
                customer=request.user, to=data["to"], amount=data["amount"], from_account_id=data["from_account"]
            )
        except DomainError as error:
            refuse(form, error, SEND_FIELDS)
        else:
            return redirect("send-review", drafts.keep(request.session, typed=data, shown=shown))
    chips = saved_payees(request.user)[:CHIPS]
    return render(request, "pages/send.html", {"form": form, "chips": chips}, status=422 if form.errors else 200)


@page("GET", "POST")
def review(request: PageRequest, draft_id: UUID) -> HttpResponse:
    """Show exactly what would be paid to whom; pay it when it is confirmed."""
    try:
        draft = drafts.draft_of(request.session, draft_id)
        shown = _shown(request, draft)
    except DraftExpired:
        return _already_paid(request, draft_id)
    except DomainError as error:
        return _stopped(request, error)
    form = ConfirmForm(posted(request), proofs=shown.proofs, is_needed=shown.needs_pin)
    if request.method == "POST" and form.is_valid():
        try:
            payment = reviewed.pay(
                order=_order(request, draft_id, draft), proof=form.proof(clients.origin(request)), now=timezone.now()
            )
        except DomainError as error:
            refuse(form, error, form.error_fields)
        else:
            drafts.forget(request.session, draft_id)
            return redirect("payment", payment.pk)
    context = {"form": form, "shown": shown, "note": draft["typed"]["note"], "draft_id": draft_id}
    return render(request, "pages/send_review.html", context, status=422 if form.errors else 200)


@page("POST")
def challenge(request: PageRequest, draft_id: UUID) -> HttpResponse:
    """Ask what a passkey must sign to confirm the draft, whatever the page says by now."""
    order = _order(request, draft_id, drafts.draft_of(request.session, draft_id))
    return step_up.asked(reviewed.ask_passkey(order=order, origin=clients.origin(request)))


def _shown(request: PageRequest, draft: dict[str, Any]) -> Preview:
    """Return what the draft would do now; its payee is the account that was found when it was typed."""
    return preview(
        customer=request.user,
        to=draft["payee_number"],
        amount=str(drafts.amount_of(draft)),
        from_account_id=UUID(draft["payer"]),
    )


def _order(request: PageRequest, draft_id: UUID, draft: dict[str, Any]) -> ReviewedOrder:
    return ReviewedOrder(
        payment_id=draft_id,
        customer=request.user,
        payer_id=UUID(draft["payer"]),
        payee_id=UUID(draft["payee"]),
        payee_number=draft["payee_number"],
        amount=drafts.amount_of(draft),
        note=draft["typed"]["note"],
        device=browser_of(request),
        ip_address=clients.ip_address(request),
    )


def _already_paid(request: PageRequest, draft_id: UUID) -> HttpResponse:
    """Send a second press, or "back" after paying, to the payment; anything else to the form."""
    if Payment.objects.filter(pk=draft_id, created_by=request.user).exists():
        return redirect("payment", draft_id)
    return redirect("send")


def _stopped(request: PageRequest, error: DomainError) -> HttpResponse:
    """Show the form again with what stands in the way by now, such as money spent meanwhile."""
    views = bank_accounts.accounts_with_balances(owner=request.user)
    form = SendForm(drafts.last_typed(request.session), views=views, language=request.user.language)
    form.is_valid()
    refuse(form, error, SEND_FIELDS)
    return render(request, "pages/send.html", {"form": form, "chips": []}, status=422)
