"""Move money from one account to another.

Locks, always taken in this order, so that no two payments wait for each other in a circle:

1. the request for money that is being paid, if any (``requests.accept``)
2. payer's and payee's account rows: the payer's against other payments from it, the payee's
   only against a freeze or close, so opposite payments pass each other
3. the payer's ``SpendingLimits`` row: one at a time for each customer, whatever the account
4. the customer's fraud profile; then, inside the same check, their open case when the payment is suspicious
5. the customer's own row, when the check stops their payments altogether
6. the two ledger accounts, in id order, inside the ledger's own function

A payment has two steps. ``prepare`` finds the parties and checks the PIN; it must run outside
any transaction, because a wrong try has to stay counted when the payment is refused. ``pay``
does everything that must stand or fall together.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

import fraud.services
import ledger.selectors
import ledger.services
from accounts.errors import AccountLocked, AccountNotFound, PinRequired
from accounts.models import BankAccount, User
from accounts.selectors import bank_accounts
from accounts.selectors.payees import find_payee, is_phone
from accounts.services import confirmations, failures, locks, notifications, pins
from accounts.services.confirmations import Binding
from fraud.keyed import address_hash
from fraud.models import Decision
from fraud.types import PaymentFacts, Verdict
from ledger.errors import InsufficientFunds
from ledger.types import EntryOrder, EntryType
from payments.constants import PIN_FREE_MINOR, REVIEW_WITHIN
from payments.errors import SameAccount
from payments.models import Payment
from payments.notifications import alert_analysts, notices_of
from payments.reference_money import reference_minor
from payments.services import payees, spending
from payments.services.spending import Spent
from payments.types import PaymentPlan, TransferOrder
from payments.wording import DECLINED_BY_CHECK
from securebank.kernel.ids import new_id
from securebank.kernel.money import CurrencyMismatch, Money
from securebank.web import throttles
from securebank.web.transactions import in_transaction

TRANSFER_PURPOSE = "transfer"


def submit_transfer(*, order: TransferOrder, requested_at: datetime) -> Payment:
    """Pay, hold for review, or decline, in one transaction; see ``prepare`` and ``pay`` for refusals."""
    plan = prepare(order=order, requested_at=requested_at)
    return in_transaction(partial(pay, plan))


def prepare(*, order: TransferOrder, requested_at: datetime) -> PaymentPlan:
    """Find who pays whom how much, and check the PIN. Moves nothing; call it outside any transaction.

    Raises:
        AccountNotFound: the account to debit isn't the customer's.
        InvalidAmount, CurrencyMismatch, PayeeNotFound, SameAccount: the order can never succeed.
        PinRequired, PinWrong, PinLocked: as ``pins.check_pin``.
        TooManyTries: too many phone numbers tried lately.
        InsufficientFunds: a PIN would have to be set first, and would not help.
    """
    payer = payer_account(order.customer, order.from_account_id, order.currency)
    amount = Money.parse(order.amount, payer.currency)
    if is_phone(order.to):
        # Handles are public; who has which phone number is not for everybody to find out.
        throttles.take("payee_lookup", str(order.customer.pk))
    payee = find_payee(order.to, currency=payer.currency).account
    plan = PaymentPlan(
        payment_id=new_id(),
        customer=order.customer,
        payer=payer,
        payee=payee,
        amount=amount,
        note=order.note,
        channel=order.channel,
        confirmation_id=order.confirmation_id,
        requested_at=requested_at,
        device=order.device or {},
        location=order.location or {},
        ip_address=order.ip_address,
    )
    return checked(plan, pin=order.pin)


def checked(plan: PaymentPlan, *, pin: str | None) -> PaymentPlan:
    """Return the plan once its parties fit together and the customer proved the PIN; raises as ``prepare``."""
    if plan.payer.pk == plan.payee.pk:
        raise SameAccount(_("Choose another account to pay."))
    if plan.payee.currency != plan.amount.currency:
        raise CurrencyMismatch(_("The payee has no account in this currency."))
    if plan.confirmation_id is None:
        _check_pin(plan, pin)
    return replace(plan, failures=failures.recent(plan.customer.pk))


def _check_pin(plan: PaymentPlan, pin: str | None) -> None:
    is_large = reference_minor(plan.amount) > PIN_FREE_MINOR
    try:
        pins.check_pin(user=plan.customer, pin=pin, is_required=is_large, now=plan.requested_at)
    except PinRequired as refusal:
        # Nobody should have to set a PIN only to hear that the money isn't there.
        if (
            refusal.facts["has_pin"]
            or ledger.selectors.balance_of(plan.payer.ledger_account_id).available >= plan.amount
        ):
            raise
        raise InsufficientFunds(_("There is not enough money on this account.")) from refusal


def payer_account(customer: User, account_id: UUID | None, currency: str | None) -> BankAccount:
    """Return the account to debit: the one named, or the customer's default one."""
    if account_id is None:
        try:
            return bank_accounts.default_account(owner=customer, currency=currency)
        except AccountNotFound as missing:
            return _only_inactive(customer, currency, missing)
    account = bank_accounts.account_of(owner=customer, account_id=account_id)
    if currency is not None and account.currency != currency:
        raise CurrencyMismatch(_("Your account is in another currency."))
    return account


@transaction.atomic(savepoint=False)
def pay(plan: PaymentPlan) -> Payment:
    """Carry out a prepared payment: all of it, or nothing and a refusal.

    Raises:
        AccountFrozen, AccountClosed, AccountLocked: a side may not take part.
        ConfirmationInvalid: the step-up was not for this payment.
        LimitExceeded: for one payment, the day, or a new payee.
        InsufficientFunds: holds and settled postings leave less than the amount.
    """
    payer, payee = bank_accounts.lock_for_payment(payer_id=plan.payer.pk, payee_id=plan.payee.pk)
    if payer.owner.is_locked:
        raise AccountLocked(_("Your payments are stopped. Please contact us."))
    if plan.confirmation_id is not None:
        binding = Binding(purpose=TRANSFER_PURPOSE, amount=plan.amount, payee=str(payee.pk))
        confirmations.use(
            user=plan.customer, confirmation_id=plan.confirmation_id, binding=binding, now=plan.requested_at
        )
    spent = spending.check_limits(plan)
    verdict = fraud.services.assess(_facts(plan, payer, spent))
    if verdict.must_lock:
        locks.stop_payments(person=payer.owner, reason=locks.FRAUD_CHECK, by=None, now=plan.requested_at)
    payment = _carry_out(plan, payer, payee, verdict)
    if payment.status == Payment.Status.COMPLETED and not (plan.is_own or spent.is_known_payee):
        payees.remember(owner_id=payer.owner_id, account_id=payee.pk)
    notifications.notify(*notices_of(payment))
    if payment.status == Payment.Status.HELD:
        alert_analysts(payment, verdict)
    return payment


def _only_inactive(customer: User, currency: str | None, missing: AccountNotFound) -> BankAccount:
    """Explain why there is no account to pay from: another currency, frozen, or none at all."""
    accounts = customer.bank_accounts.all()
    if currency is not None and accounts.exclude(currency=currency).exists():
        raise CurrencyMismatch(_("You have no account in this currency.")) from missing
    frozen = accounts.select_related("owner", "ledger_account").filter(status=BankAccount.Status.FROZEN).first()
    if frozen is None:
        raise missing
    return frozen


def _facts(plan: PaymentPlan, payer: BankAccount, spent: Spent) -> PaymentFacts:
    return PaymentFacts(
        payment_id=plan.payment_id,
        customer_id=plan.customer.pk,
        amount_minor=plan.amount.minor,
        currency=plan.amount.currency,
        reference_minor=reference_minor(plan.amount),
        payer_account_id=plan.payer.pk,
        payee_account_id=plan.payee.pk,
        payee_customer_id=plan.payee.owner_id,
        is_own_account=plan.is_own,
        is_new_payee=spent.is_new_payee and not plan.is_own,
        account_opened_at=payer.opened_at,
        channel=plan.channel,
        requested_at=plan.requested_at,
        time_zone=payer.owner.time_zone,
        available_minor=reference_minor(ledger.selectors.balance_of(payer.ledger_account_id).available),
        failures=plan.failures,
        address=address_hash(plan.ip_address),
        device=plan.device,
        location=plan.location,
    )


def _carry_out(plan: PaymentPlan, payer: BankAccount, payee: BankAccount, verdict: Verdict) -> Payment:
    """Book, hold, or leave the money, as the verdict says, and write the payment down."""
    payment = Payment(
        id=plan.payment_id,
        kind=Payment.Kind.TRANSFER,
        channel=plan.channel,
        payer_account=payer,
        payee_account=payee,
        amount_minor=plan.amount.minor,
        currency=plan.amount.currency,
        reference_minor=reference_minor(plan.amount),
        note=plan.note,
        decision=_decision(verdict),
        created_by=plan.customer,
    )
    order = EntryOrder(
        client_id=plan.payment_id,
        debit_account_id=payer.ledger_account_id,
        credit_account_id=payee.ledger_account_id,
        amount=plan.amount,
        entry_type=EntryType.TRANSFER,
    )
    if verdict.recommendation == Decision.Recommendation.APPROVE:
        posted = ledger.services.post_entry(order)
        payment.status = Payment.Status.COMPLETED
        payment.entry_id = posted.entry_id
        # One instant: the row is written after the entry, and nothing is completed before it is made.
        payment.created_at = payment.completed_at = posted.posted_at
    elif verdict.recommendation == Decision.Recommendation.REVIEW:
        payment.hold_id = ledger.services.place_hold(order, expires_at=plan.requested_at + REVIEW_WITHIN).hold_id
        payment.status = Payment.Status.HELD
    else:
        payment.status, payment.decline_reason = Payment.Status.DECLINED, DECLINED_BY_CHECK
    payment.save(force_insert=True)
    return payment


def _decision(verdict: Verdict) -> Decision:
    """Return the row that the check has just stored, without reading it back."""
    return Decision(
        id=verdict.decision_id,
        score=verdict.score,
        ml_score=verdict.ml_score,
        rule_score=verdict.rule_score,
        level=verdict.level,
        recommendation=verdict.recommendation,
        reasons=[{"code": reason.code, "customer": reason.customer} for reason in verdict.reasons],
    )
