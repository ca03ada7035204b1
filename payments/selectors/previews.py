"""What a customer is shown before they confirm a payment. Looks, and locks nothing."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

import ledger.selectors
from accounts.models import BankAccount, User
from accounts.selectors import bank_accounts
from accounts.selectors.payees import find_payee
from accounts.selectors.proofs import proofs_of
from accounts.types import PayeeMatch, Proofs
from ledger.errors import InsufficientFunds
from payments.constants import PIN_FREE_MINOR
from payments.errors import SameAccount
from payments.reference_money import reference_minor
from payments.services.spending import spent_today
from securebank.kernel.money import CurrencyMismatch, Money


@dataclass(frozen=True, slots=True)
class Preview:
    """A payment that could be made as things stand.

    Attributes:
        payer: account that would be debited.
        payee: whom the address leads to; ``masked_name`` is what the customer sees.
        is_own: the money stays with the customer.
        is_first_time: the customer has neither paid nor saved them yet.
        is_new_payee: in the cooling-off, so the lower limit counts.
        needs_pin: the PIN, or a step-up, will be asked for.
        proofs: what the customer could confirm with.
    """

    payer: BankAccount
    payee: PayeeMatch
    amount: Money
    is_own: bool
    is_first_time: bool
    is_new_payee: bool
    needs_pin: bool
    proofs: Proofs


def preview(*, customer: User, to: str, amount: str, from_account_id: UUID) -> Preview:
    """Return what would be paid to whom.

    Raises:
        AccountNotFound, AccountFrozen, AccountClosed: the customer's account can't pay.
        InvalidAmount, PayeeNotFound, SameAccount, CurrencyMismatch, InsufficientFunds: the order can't succeed.
    """
    payer = bank_accounts.account_of(owner=customer, account_id=from_account_id)
    bank_accounts.refuse_unless_active(payer, side="payer")
    money = Money.parse(amount, payer.currency)
    payee = find_payee(to, currency=payer.currency)
    if payee.account.pk == payer.pk:
        raise SameAccount(_("Choose another account to pay."))
    if payee.account.currency != money.currency:
        raise CurrencyMismatch(_("The payee has no account in this currency."))
    bank_accounts.refuse_unless_active(payee.account, side="payee")
    if ledger.selectors.balance_of(payer.ledger_account_id).available < money:
        raise InsufficientFunds(_("There is not enough money on this account."))
    is_own = payee.owner_id == customer.pk
    spent = spent_today(customer_id=customer.pk, payee_id=payee.owner_id)
    proofs = proofs_of(customer)
    return Preview(
        payer=payer,
        payee=payee,
        amount=money,
        is_own=is_own,
        is_first_time=not (is_own or spent.is_known_payee),
        is_new_payee=spent.is_new_payee and not is_own,
        needs_pin=proofs.has_pin or reference_minor(money) > PIN_FREE_MINOR,
        proofs=proofs,
    )
