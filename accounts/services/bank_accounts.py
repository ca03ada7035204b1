"""Open, name, freeze and close the accounts of a customer."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

import ledger.services
from accounts.constants import MAX_OPEN_ACCOUNTS
from accounts.errors import AccountClosed, AccountFrozen, AccountNotFound, TooManyAccounts
from accounts.models import BankAccount, Notification, User
from accounts.services import account_numbers, audit, notifications
from accounts.services.notifications import Notice
from ledger.models import LedgerAccount
from securebank.kernel.money import EXPONENTS, UnknownCurrency


@transaction.atomic
def open_account(*, owner: User, kind: BankAccount.Kind, currency: str, nickname: str = "") -> BankAccount:
    """Open an empty account, in the books and for the customer.

    Raises:
        UnknownCurrency: the bank keeps no accounts in that currency.
        TooManyAccounts: the customer already holds the most allowed.
    """
    if currency not in EXPONENTS:
        raise UnknownCurrency(_("This currency is not offered."))
    # Two openings at once count one after the other; payments' foreign keys to the owner don't wait for this lock.
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=owner.pk)
    if owner.bank_accounts.exclude(status=BankAccount.Status.CLOSED).count() >= MAX_OPEN_ACCOUNTS:
        raise TooManyAccounts(
            _("You can hold %(most)d open accounts.") % {"most": MAX_OPEN_ACCOUNTS}, most=MAX_OPEN_ACCOUNTS
        )
    number = _unused_number()
    account = BankAccount.objects.create(
        owner=owner,
        number=number,
        kind=kind,
        currency=currency,
        nickname=nickname,
        ledger_account=ledger.services.open_account(
            code=f"customer:{number}", kind=LedgerAccount.Kind.LIABILITY, currency=currency
        ),
    )
    audit.record(action="account_opened", actor=owner, subject=account, details={"kind": kind, "currency": currency})
    return account


@transaction.atomic
def rename(*, owner: User, account_id: UUID, nickname: str) -> BankAccount:
    """Give the account another nickname; an empty one takes it away."""
    account = _locked(owner=owner, account_id=account_id)
    account.nickname = nickname
    account.save(update_fields=["nickname"])
    return account


@transaction.atomic
def freeze(*, owner: User, account_id: UUID) -> BankAccount:
    """Stop all payments from and to the account; frozen twice is frozen."""
    account = _locked(owner=owner, account_id=account_id)
    _refuse_closed(account)
    return _set_status(account, BankAccount.Status.FROZEN, "account_frozen")


@transaction.atomic
def unfreeze(*, owner: User, account_id: UUID) -> BankAccount:
    """Let money move again; an account that isn't frozen stays as it is."""
    account = _locked(owner=owner, account_id=account_id)
    _refuse_closed(account)
    return _set_status(account, BankAccount.Status.ACTIVE, "account_unfrozen")


@transaction.atomic
def close(*, owner: User, account_id: UUID) -> BankAccount:
    """Close an empty account for ever; closed twice is closed.

    The last account may be closed too: a customer who leaves takes their money out first.

    Raises:
        AccountFrozen: unfreeze it first.
        ledger.errors.AccountNotEmpty: money or a hold is left.
    """
    account = _locked(owner=owner, account_id=account_id)
    if account.status == BankAccount.Status.CLOSED:
        return account
    if account.status == BankAccount.Status.FROZEN:
        raise AccountFrozen(_("Unfreeze the account before you close it."))
    ledger.services.close_account(account_id=account.ledger_account_id)
    account.closed_at = Now()
    account.save(update_fields=["closed_at"])
    return _set_status(account, BankAccount.Status.CLOSED, "account_closed")


def _locked(*, owner: User, account_id: UUID) -> BankAccount:
    """Return the owner's account under a full row lock.

    The full lock, unlike the payer's, also waits for payments that hold the row as payee (``FOR KEY SHARE``):
    after it, nothing moves on the account until this transaction ends.
    """
    account = (
        BankAccount.objects.select_for_update(of=("self",))
        .select_related("owner", "ledger_account")
        .filter(owner=owner, pk=account_id)
        .first()
    )
    if account is None:
        raise AccountNotFound(_("You have no such account."))
    return account


def _refuse_closed(account: BankAccount) -> None:
    if account.status == BankAccount.Status.CLOSED:
        raise AccountClosed(_("This account is closed."))


def _set_status(account: BankAccount, status: BankAccount.Status, action: str) -> BankAccount:
    """Write a new state and its audit row; nothing when it is the old one."""
    if account.status != status:
        account.status = status
        account.save(update_fields=["status"])
        audit.record(action=action, actor=account.owner, subject=account)
        notifications.notify(
            Notice(account.owner_id, Notification.Kind.NOTIFICATION, {"event": action, "account_id": str(account.pk)})
        )
    return account


def _unused_number() -> str:
    """Return a number that no account has; the unique column is what keeps two openings apart."""
    number = account_numbers.new_number()
    while BankAccount.objects.filter(number=number).exists():
        number = account_numbers.new_number()
    return number
