"""The payer answers "Was this you?" about a payment that the fraud check held or declined.

Locks, in the order of ``reviews``: the payer's account rows, the fraud profiles, the case, the hold. Whoever decides at
the same moment waits at the case; who comes second is told that the question is no longer open.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

import ledger.services
from accounts.models import BankAccount, Confirmation, User
from accounts.services import audit, confirmations, locks, notifications, sessions
from accounts.services.confirmations import Binding
from accounts.types import PasskeyQuestion, Proof
from fraud.errors import AnswerNotOpen
from fraud.models import Decision
from fraud.services import answers, outcomes
from fraud.services.outcomes import Review
from ledger.errors import HoldNotOpen
from payments.models import Payment
from payments.notifications import notices_of, tell_analysts_decided
from payments.selectors.payments import own_judged_payment
from payments.wording import DECLINED_BY_CHECK, REFUSED_BY_PAYER
from securebank.kernel.money import Money
from securebank.web import throttles
from securebank.web.transactions import in_transaction

PURPOSE = "own_payment"


@dataclass(frozen=True, slots=True)
class Here:
    """Where the customer answers: the one sign-in that stays."""

    session_key: str | None = None
    family_id: UUID | None = None


def ask_passkey(*, customer: User, payment_id: UUID, origin: str) -> PasskeyQuestion:
    """Return what a passkey must sign to confirm that a payment was the customer's own.

    Raises:
        PaymentMissing: no such payment of this customer.
        NoPasskey: the customer has none.
    """
    binding = _binding(own_judged_payment(owner=customer, payment_id=payment_id))
    return confirmations.ask_passkey(user=customer, binding=binding, origin=origin)


def say_mine(*, customer: User, payment_id: UUID, proof: Proof, now: datetime) -> Payment:
    """Keep "it was me", confirmed for exactly this payment, as evidence. It moves and raises nothing.

    Call it outside any transaction, so that wrong tries are counted.

    Raises:
        PaymentMissing: no such payment of this customer.
        AnswerNotOpen: answered, decided, or its time is over.
        TooManyTries, and as ``confirmations.confirm_with``.
    """
    payment = own_judged_payment(owner=customer, payment_id=payment_id)
    throttles.take("fraud_answer", str(customer.pk))
    # Before the proof: nobody should have to confirm what counts for nothing.
    in_transaction(partial(_open_question, payment))
    binding = _binding(payment)
    confirmation = confirmations.confirm_with(user=customer, proof=proof, binding=binding, now=now)
    return in_transaction(partial(_keep_mine, payment, customer, confirmation, now))


def say_not_mine(*, customer: User, payment_id: UUID, here: Here, now: datetime) -> Payment:
    """Stop everything: money that is held goes back, payments are locked, other sign-ins end.

    No proof is asked for: whoever says it can only stop money, and a victim may have lost the means to prove anything.

    Raises:
        PaymentMissing: no such payment of this customer.
        AnswerNotOpen: answered, decided, or its time is over.
        TooManyTries: too many answers lately.
    """
    payment = own_judged_payment(owner=customer, payment_id=payment_id)
    throttles.take("fraud_answer", str(customer.pk))
    return in_transaction(partial(_stop, payment, customer, here, now))


@transaction.atomic
def _keep_mine(payment: Payment, customer: User, confirmation: Confirmation, now: datetime) -> Payment:
    payment, review = _open_question(payment)
    confirmations.use(user=customer, confirmation_id=confirmation.pk, binding=_binding(payment), now=now)
    answers.say_mine(review, decision=_decision(payment), customer=customer, method=confirmation.method)
    audit.record(action="payment_said_mine", actor=customer, subject=payment, details={"method": confirmation.method})
    return payment


@transaction.atomic
def _stop(payment: Payment, customer: User, here: Here, now: datetime) -> Payment:
    # What is being paid from these accounts now ends first, and what comes later finds the customer locked.
    mine = BankAccount.objects.select_for_update(no_key=True, of=("self",)).filter(owner=customer)
    list(mine.order_by("pk"))
    payment, review = _open_question(payment)
    answers.say_not_mine(review, decision=_decision(payment), customer=customer)
    if payment.status == Payment.Status.HELD:
        _give_back(payment)
    audit.record(action="payment_said_not_mine", actor=customer, subject=payment)
    locks.stop_payments(person=customer, reason=locks.SAID_NOT_MINE, by=customer, now=now)
    sessions.end_all(
        user=customer,
        reason=locks.SAID_NOT_MINE,
        now=now,
        but_session_key=here.session_key,
        but_family_id=here.family_id,
    )
    return payment


def _open_question(payment: Payment) -> tuple[Payment, Review]:
    """Return the payment as it is once nobody else can decide about it."""
    payee = payment.payee_account
    review = outcomes.lock(
        payment_id=payment.pk,
        customer_id=_decision(payment).customer_id,
        payee_customer_id=payee.owner_id if payee else None,
    )
    answers.refuse_unless_open(review)
    payment.refresh_from_db(fields=["status", "decline_reason"])
    is_asked = payment.status == Payment.Status.HELD or payment.decline_reason == DECLINED_BY_CHECK
    if not is_asked:
        raise AnswerNotOpen(_("This payment is already decided."))
    return payment, review


def _give_back(payment: Payment) -> None:
    if payment.hold_id is None:
        raise AnswerNotOpen(_("This payment is already decided."))
    try:
        ledger.services.void_hold(hold_id=payment.hold_id)
    except HoldNotOpen as error:
        raise AnswerNotOpen(_("This payment is already decided.")) from error
    payment.status, payment.decline_reason = Payment.Status.DECLINED, REFUSED_BY_PAYER
    payment.save(update_fields=["status", "decline_reason"])
    notifications.notify(*notices_of(payment))
    tell_analysts_decided(payment)


def _decision(payment: Payment) -> Decision:
    if payment.decision is None:
        raise AnswerNotOpen(_("This payment is already decided."))
    return payment.decision


def _binding(payment: Payment) -> Binding:
    amount = Money(payment.amount_minor, payment.currency)
    return Binding(purpose=PURPOSE, amount=amount, payee=str(payment.pk))
