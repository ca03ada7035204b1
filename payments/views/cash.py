"""Demo money: in and out."""

from typing import Any, Final
from uuid import UUID, uuid5

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import bank_accounts
from accounts.services import pins
from accounts.views.requests import PageRequest, page, posted
from payments.confirm_forms import CashOutForm
from payments.errors import DemoOnly
from payments.forms import CASH_FIELDS, DepositForm
from payments.models import Payment
from payments.services import deposits, withdrawals
from payments.services.withdrawals import WithdrawalOrder
from securebank.kernel.errors import DomainError
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money
from securebank.web.pages import refuse
from securebank.web.wording import format_money

PIN_FIELDS: Final = dict.fromkeys(("pin_required", "pin_wrong", "pin_locked"), "pin")


@page("GET", "POST")
def deposit(request: PageRequest) -> HttpResponse:
    """Add demo money."""
    _demo_only()
    form = DepositForm(
        posted(request),
        views=bank_accounts.accounts_with_balances(owner=request.user),
        language=request.user.language,
        initial={"account": request.GET.get("account")},
    )
    if form.is_valid():
        data = form.cleaned_data
        try:
            added = deposits.deposit(
                owner=request.user, account_id=data["account"], amount=data["amount"], channel=Payment.Channel.SITE
            )
        except DomainError as error:
            refuse(form, error, CASH_FIELDS)
        else:
            messages.success(request, _("%(amount)s added.") % {"amount": _amount(added, request.user)})
            return redirect("home")
    return render(request, "pages/deposit.html", {"form": form}, status=422 if form.errors else 200)


@page("GET", "POST")
def cash_out(request: PageRequest) -> HttpResponse:
    """Take demo money out."""
    _demo_only()
    form = CashOutForm(
        posted(request),
        views=bank_accounts.accounts_with_balances(owner=request.user),
        has_pin=pins.has_pin(request.user),
        language=request.user.language,
        initial={"account": request.GET.get("account"), "once": new_id()},
    )
    if form.is_valid():
        try:
            taken = withdrawals.withdraw(order=_order(request.user, form.cleaned_data), requested_at=timezone.now())
        except DomainError as error:
            refuse(form, error, CASH_FIELDS | PIN_FIELDS)
        else:
            messages.success(request, _("%(amount)s taken out.") % {"amount": _amount(taken, request.user)})
            return redirect("home")
    return render(request, "pages/cash_out.html", {"form": form}, status=422 if form.errors else 200)


def _order(customer: User, data: dict[str, Any]) -> WithdrawalOrder:
    return WithdrawalOrder(
        customer=customer,
        account_id=UUID(data["account"]),
        amount=data["amount"],
        pin=data.get("pin"),
        channel=Payment.Channel.SITE,
        # The page's number came back through the browser: in the customer's own space it can't name another payment.
        payment_id=uuid5(customer.pk, f"cash-out:{data['once']}"),
    )


def _demo_only() -> None:
    if not settings.DEMO_MODE:
        raise DemoOnly(_("This works in the demo bank only."))


def _amount(payment: Payment, reader: User) -> str:
    return format_money(Money(payment.amount_minor, payment.currency), reader.language)
