"""Cash out, through the bank's settlement account. Only the demo bank has a counter.

Guarded like a payment: PIN, limits, and locks in the order that ``transfers`` describes. Two
steps for the same reason: a wrong PIN has to stay counted when the withdrawal is refused.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

import ledger.services
from accounts.errors import AccountLocked
from accounts.models import BankAccount, User
from accounts.selectors import bank_accounts
from accounts.services import notifications, pins
from ledger.types import EntryOrder, EntryType
from payments.constants import PIN_FREE_MINOR
from payments.models import Payment
from payments.notifications import notices_of
from payments.reference_money import reference_minor
from payments.services import deposits, spending
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money
from securebank.web.transactions import in_transaction


@dataclass(frozen=True, slots=True)
class WithdrawalOrder:
    """What a customer asks for, as they wrote it.

    Attributes:
        amount: written text or a number; read in the account's currency.
        payment_id: chosen when the page was shown; a second press finds the withdrawal of the first.
    """

    customer: User
    account_id: UUID
    amount: Any
    pin: str | None = None
    channel: str = Payment.Channel.API
    payment_id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class WithdrawalPlan:
    """Cash whose account and amount are known and whose PIN was checked; nothing has moved."""

    payment_id: UUID
    customer: User
    account_id: UUID
    amount: Money
    channel: str


def withdraw(*, order: WithdrawalOrder, requested_at: datetime) -> Payment:
    """Pay cash out of one of the customer's accounts; see ``prepare`` and ``pay_out`` for refusals."""
    plan = prepare(order=order, requested_at=requested_at)
    return in_transaction(partial(pay_out, plan))


def prepare(*, order: WithdrawalOrder, requested_at: datetime) -> WithdrawalPlan:
    """Find account and amount, and check the PIN. Moves nothing; call it outside any transaction.

    Raises:
        DemoOnly: this is no demo bank.
        AccountNotFound: not one of the customer's accounts.
        InvalidAmount, CashTooLarge: not an amount that moves at once.
        PinRequired, PinWrong, PinLocked: as ``pins.check_pin``.
    """
    account, money = deposits.cash_wanted(owner=order.customer, account_id=order.account_id, amount=order.amount)
    is_large = reference_minor(money) > PIN_FREE_MINOR
    pins.check_pin(user=order.customer, pin=order.pin, is_required=is_large, now=requested_at)
    return WithdrawalPlan(order.payment_id, order.customer, account.pk, money, order.channel)


@transaction.atomic(savepoint=False)
def pay_out(plan: WithdrawalPlan) -> Payment:
    """Carry out a prepared withdrawal, once: all of it, or nothing and a refusal.

    Raises:
        AccountFrozen, AccountClosed, AccountLocked: no money may leave.
        LimitExceeded: for one payment, or the day; cash counts towards both.
        InsufficientFunds: holds and settled postings leave less than the amount.
    """
    account = bank_accounts.lock_for_withdrawal(account_id=plan.account_id)
    # Under the lock: a second press waits above, and then sees what the first one made.
    earlier = Payment.objects.filter(pk=plan.payment_id, created_by=plan.customer).first()
    if earlier is not None:
        return earlier
    if account.owner.is_locked:
        raise AccountLocked(_("Your payments are stopped. Please contact us."))
    spending.check_cash_limits(customer_id=plan.customer.pk, amount=plan.amount)
    payment = _book(plan, account)
    notifications.notify(*notices_of(payment))
    return payment


def _book(plan: WithdrawalPlan, account: BankAccount) -> Payment:
    posted = ledger.services.post_entry(
        EntryOrder(
            client_id=plan.payment_id,
            debit_account_id=account.ledger_account_id,
            credit_account_id=deposits.settlement_account(account.currency),
            amount=plan.amount,
            entry_type=EntryType.WITHDRAWAL,
        )
    )
    return Payment.objects.create(
        id=plan.payment_id,
        kind=Payment.Kind.WITHDRAWAL,
        status=Payment.Status.COMPLETED,
        channel=plan.channel,
        payer_account=account,
        amount_minor=plan.amount.minor,
        currency=plan.amount.currency,
        reference_minor=reference_minor(plan.amount),
        entry_id=posted.entry_id,
        created_by=plan.customer,
        created_at=posted.posted_at,
        completed_at=posted.posted_at,
    )
