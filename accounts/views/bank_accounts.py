"""Open, name, freeze and close accounts. What an account shows is a page of the payments room."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import BankAccount
from accounts.selectors.bank_accounts import account_of
from accounts.services import bank_accounts
from accounts.views.requests import PageRequest, page, posted
from securebank.kernel.errors import DomainError
from securebank.kernel.money import EXPONENTS
from securebank.web.pages import LineField, refuse


class OpenAccountForm(forms.Form):
    """A new account."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[
            (BankAccount.Kind.SAVINGS, gettext_lazy("Savings")),
            (BankAccount.Kind.CURRENT, gettext_lazy("Current")),
        ],
    )
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=[(code, code) for code in EXPONENTS], initial="INR"
    )
    nickname = LineField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("Such as: Holiday, Rent, Emergency."),
    )


class NicknameForm(forms.Form):
    """Another name for an account."""

    nickname = LineField(label=gettext_lazy("Name of the account"), required=False, max_length=40)


@page("GET", "POST")
def open_account(request: PageRequest) -> HttpResponse:
    """Open an account."""
    form = OpenAccountForm(posted(request))
    if form.is_valid():
        try:
            account = bank_accounts.open_account(owner=request.user, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, _("Your account is open."))
            return redirect("bank-account", account.pk)
    return render(request, "pages/account_new.html", {"form": form}, status=422 if form.errors else 200)


@page("GET", "POST")
def rename(request: PageRequest, account_id: UUID) -> HttpResponse:
    """Give an account another name."""
    account = account_of(owner=request.user, account_id=account_id)
    form = NicknameForm(posted(request), initial={"nickname": account.nickname})
    if form.is_valid():
        bank_accounts.rename(owner=request.user, account_id=account_id, nickname=form.cleaned_data["nickname"])
        return redirect("bank-account", account_id)
    return render(
        request, "pages/account_rename.html", {"form": form, "account": account}, status=422 if form.errors else 200
    )


CHANGES: Final[dict[str, tuple[Callable[..., Any], Promise | str]]] = {
    "freeze": (bank_accounts.freeze, gettext_lazy("The account is frozen. No money moves until you lift it.")),
    "unfreeze": (bank_accounts.unfreeze, gettext_lazy("The account is active again.")),
    "close": (bank_accounts.close, gettext_lazy("The account is closed.")),
}


@page("GET", "POST")
def change(request: PageRequest, account_id: UUID, verb: str) -> HttpResponse:
    """Ask for confirmation, then freeze, unfreeze or close an account."""
    account = account_of(owner=request.user, account_id=account_id)
    refusal = ""
    if request.method == "POST":
        act, sentence = CHANGES[verb]
        try:
            act(owner=request.user, account_id=account_id)
        except DomainError as error:
            refusal = str(error)
        else:
            messages.success(request, str(sentence))
            return redirect("bank-account", account_id)
    return render(
        request,
        "pages/account_change.html",
        {"account": account, "verb": verb, "refusal": refusal},
        status=422 if refusal else 200,
    )
