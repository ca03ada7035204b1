"""Cash in, through the bank's settlement account. Only the demo bank has cash from nowhere."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

import ledger.services
from accounts.errors import AccountLocked
from accounts.models import BankAccount, User
from accounts.selectors import bank_accounts
from accounts.services import notifications
from ledger.models import LedgerAccount
from ledger.types import EntryOrder, EntryType
from payments.constants import MAX_CASH_MAJOR
from payments.errors import CashTooLarge, DemoOnly
from payments.models import Payment
from payments.notifications import notices_of
from securebank.kernel.ids import new_id
from securebank.kernel.money import EXPONENTS, Money


@transaction.atomic
def deposit(*, owner: User, account_id: UUID, amount: Any, channel: str = Payment.Channel.API) -> Payment:
    """Put cash on one of the owner's accounts.

    Args:
        owner: the customer.
        account_id: one of theirs.
        amount: as written; read in the account's currency.
        channel: the door it came through.

    Raises:
        DemoOnly: this is no demo bank.
        AccountNotFound, AccountFrozen, AccountClosed, AccountLocked: the account can't take part.
        InvalidAmount, CashTooLarge: not an amount that moves at once.
    """
    account, money = cash_wanted(owner=owner, account_id=account_id, amount=amount)
    account = bank_accounts.lock_for_deposit(account_id=account.pk)
    if account.owner.is_locked:
        raise AccountLocked(_("Your payments are stopped. Please contact us."))
    return _book(account, money, channel)


def cash_wanted(*, owner: User, account_id: UUID, amount: Any) -> tuple[BankAccount, Money]:
    """Return the owner's account, not locked yet, and the amount; raises as ``deposit``."""
    if not settings.DEMO_MODE:
        raise DemoOnly(_("This works in the demo bank only."))
    account = bank_accounts.account_of(owner=owner, account_id=account_id)
    money = Money.parse(amount, account.currency)
    if money.minor > MAX_CASH_MAJOR * 10 ** EXPONENTS[account.currency]:
        raise CashTooLarge(_("At most %(most)s at a time.") % {"most": f"{MAX_CASH_MAJOR} {account.currency}"})
    return account, money


def settlement_account(currency: str) -> int:
    """Return the id of the ledger account behind which the world outside the bank begins."""
    account = ledger.services.system_account(
        code=f"settlement:{currency}", kind=LedgerAccount.Kind.ASSET, currency=currency
    )
    return account.pk


def _book(account: BankAccount, amount: Money, channel: str) -> Payment:
    payment_id = new_id()
    posted = ledger.services.post_entry(
        EntryOrder(
            client_id=payment_id,
            debit_account_id=settlement_account(account.currency),
            credit_account_id=account.ledger_account_id,
            amount=amount,
            entry_type=EntryType.DEPOSIT,
        )
    )
    payment = Payment.objects.create(
        id=payment_id,
        kind=Payment.Kind.DEPOSIT,
        status=Payment.Status.COMPLETED,
        channel=channel,
        payee_account=account,
        amount_minor=amount.minor,
        currency=amount.currency,
        entry_id=posted.entry_id,
        created_by=account.owner,
        created_at=posted.posted_at,
        completed_at=posted.posted_at,
    )
    notifications.notify(*notices_of(payment))
    return payment
