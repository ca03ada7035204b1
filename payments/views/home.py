"""The first page: for visitors what the bank is, for customers what they have."""

from collections import defaultdict
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.models import BankAccount, User
from accounts.selectors import bank_accounts
from accounts.types import AccountView
from accounts.views.requests import PageRequest, page
from payments.models import Payment
from payments.selectors import requests
from payments.selectors.history import HistoryFilter, history
from payments.views.lines import lines_of
from securebank.kernel.money import Money

RECENT: Final = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the bank to visitors, and to customers their money."""
    if not isinstance(request.user, User):
        return render(request, "pages/landing.html")
    context = _money(request.user) | _activity(request.user)
    return render(request, "pages/home.html", context | {"asked_of_me": requests.incoming(request.user)[:3]})


@page("GET")
def balances(request: PageRequest) -> HttpResponse:
    """Show totals and accounts again, because money moved."""
    return render(request, "parts/home_balances.html", _money(request.user))


@page("GET")
def latest(request: PageRequest) -> HttpResponse:
    """Show the latest payments again."""
    return render(request, "parts/home_activity.html", _activity(request.user))


@page("GET")
def bank_account(request: PageRequest, account_id: UUID) -> HttpResponse:
    """Show one account with what happened on it."""
    view = bank_accounts.account_with_balance(owner=request.user, account_id=account_id)
    found = history(owner=request.user, wanted=HistoryFilter(account_id=account_id))[: RECENT * 2]
    return render(
        request,
        "pages/account.html",
        {"view": view, "account": view.account, "lines": list(lines_of(found, request.user))},
    )


def _money(user: User) -> dict[str, object]:
    views = [
        view
        for view in bank_accounts.accounts_with_balances(owner=user)
        if view.account.status != BankAccount.Status.CLOSED
    ]
    totals = _totals(views)
    return {"views": views, "total": totals[0] if totals else None, "other_totals": totals[1:]}


def _totals(views: list[AccountView]) -> list[Money]:
    """Return what is available in each currency, the currency of the oldest account first."""
    sums: defaultdict[str, int] = defaultdict(int)
    for view in views:
        sums[view.account.currency] += view.balance.available.minor
    return [Money(minor, currency) for currency, minor in sums.items()]


def _activity(user: User) -> dict[str, object]:
    found = history(owner=user)
    held = found.filter(status=Payment.Status.HELD)[:3]
    return {"lines": list(lines_of(found[:RECENT], user)), "held": list(lines_of(held, user))}
