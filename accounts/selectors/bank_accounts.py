"""Read a customer's accounts, with their money, alone or under a payment's locks."""

from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext as _

import ledger.selectors
from accounts.errors import AccountClosed, AccountFrozen, AccountNotFound
from accounts.models import BankAccount, User
from accounts.types import AccountView

# Django has no FOR KEY SHARE. Both rows in one statement: the payer's lock lets other payments name it as payee,
# so opposite payments never wait for each other in a circle; a freeze or close (FOR UPDATE) waits for both.
LOCK_PAYMENT = """
SELECT 1 FROM accounts_bankaccount AS payer, accounts_bankaccount AS payee
WHERE payer.id = %s AND payee.id = %s
FOR NO KEY UPDATE OF payer FOR KEY SHARE OF payee
"""

LOCK_WITHDRAWAL = "SELECT 1 FROM accounts_bankaccount WHERE id = %s FOR NO KEY UPDATE"
LOCK_DEPOSIT = "SELECT 1 FROM accounts_bankaccount WHERE id = %s FOR KEY SHARE"


def current_first(account: BankAccount) -> tuple[Any, ...]:
    """Order a person's accounts: current before savings, what people mean by "my account", then the oldest.

    Sorting the few that a person has costs a tenth of what it costs to have Django write the same order in SQL.
    """
    return account.kind != BankAccount.Kind.CURRENT, account.opened_at, account.pk


def account_of(*, owner: User, account_id: UUID) -> BankAccount:
    """Return one of the owner's accounts.

    Raises:
        AccountNotFound: not there, or somebody else's; the same words for both.
    """
    account = BankAccount.objects.filter(owner=owner, pk=account_id).first()
    if account is None:
        raise AccountNotFound(_("You have no such account."))
    account.owner = owner
    return account


def default_account(*, owner: User, currency: str | None = None) -> BankAccount:
    """Return the account used when the customer names none: active, a current one if there is, the oldest.

    Raises:
        AccountNotFound: no active account (in that currency).
    """
    of_currency = Q(currency=currency) if currency else Q()
    accounts = BankAccount.objects.filter(of_currency, owner=owner, status=BankAccount.Status.ACTIVE)
    if not accounts:
        raise AccountNotFound(_("You have no active account for this."))
    account = min(accounts, key=current_first)
    account.owner = owner
    return account


def account_with_balance(*, owner: User, account_id: UUID) -> AccountView:
    """Return one of the owner's accounts with its money; raises as ``account_of``."""
    account = account_of(owner=owner, account_id=account_id)
    return AccountView(account, ledger.selectors.balance_of(account.ledger_account_id))


def accounts_with_balances(*, owner: User) -> list[AccountView]:
    """Return all accounts of a customer, open ones first, oldest first."""
    accounts = list(
        BankAccount.objects.select_related("owner")
        .filter(owner=owner)
        .order_by(Case(When(status=BankAccount.Status.CLOSED, then=Value(1)), default=Value(0)), "opened_at", "id")
    )
    balances = ledger.selectors.balances_of([account.ledger_account_id for account in accounts])
    return [AccountView(account, balances[account.ledger_account_id]) for account in accounts]


def lock_for_payment(*, payer_id: UUID, payee_id: UUID) -> tuple[BankAccount, BankAccount]:
    """Lock both ends of a payment and return them with their owners, as they are under the lock.

    Args:
        payer_id: account that loses money; other payments from it wait.
        payee_id: account that gains it; only a freeze or close of it waits.

    Raises:
        AccountFrozen, AccountClosed: an end can't take part; ``facts["side"]`` says which.
        AccountNotFound: an id is no account.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK_PAYMENT, [payer_id, payee_id])
    found = BankAccount.objects.select_related("owner").in_bulk([payer_id, payee_id])
    if payer_id not in found or payee_id not in found:
        raise AccountNotFound(_("There is no such account."))
    payer, payee = found[payer_id], found[payee_id]
    refuse_unless_active(payer, side="payer")
    refuse_unless_active(payee, side="payee")
    return payer, payee


def lock_for_deposit(*, account_id: UUID) -> BankAccount:
    """Lock one account that gains money from outside the bank; raises as ``lock_for_payment``."""
    return _locked_alone(LOCK_DEPOSIT, account_id, side="payee")


def lock_for_withdrawal(*, account_id: UUID) -> BankAccount:
    """Lock one account whose money leaves the bank as a payer's is locked; raises as ``lock_for_payment``."""
    return _locked_alone(LOCK_WITHDRAWAL, account_id, side="payer")


def _locked_alone(lock: str, account_id: UUID, *, side: str) -> BankAccount:
    with connection.cursor() as cursor:
        cursor.execute(lock, [account_id])
    account = BankAccount.objects.select_related("owner").filter(pk=account_id).first()
    if account is None:
        raise AccountNotFound(_("There is no such account."))
    refuse_unless_active(account, side=side)
    return account


def refuse_unless_active(account: BankAccount, *, side: str) -> None:
    """Raise AccountFrozen or AccountClosed when no money may move on the account."""
    if account.status == BankAccount.Status.FROZEN:
        raise AccountFrozen(
            _("Your account is frozen. Unfreeze it first.") if side == "payer" else _("The payee's account is frozen."),
            side=side,
        )
    if account.status == BankAccount.Status.CLOSED:
        raise AccountClosed(
            _("Your account is closed.") if side == "payer" else _("The payee's account is closed."), side=side
        )
