"""Pay with a code.

As any payment, in two steps: ``prepare`` judges the code, finds the parties and checks the PIN, outside any
transaction; ``carry_out`` spends the code and moves the money in one, so that a code for one payment makes one.
Its locks: the payer's account row, the row of a code for one payment, then those of ``payments.services.transfers``.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import BankAccount, User
from accounts.services import confirmations
from accounts.services.confirmations import TRANSFER, Binding
from accounts.types import Proof
from payments.models import Payment
from payments.services import transfers
from payments.types import TransferOrder
from qrpay import metrics
from qrpay.codes.facts import Scheme
from qrpay.errors import CodeWithdrawn, NotPayable, OtherBank
from qrpay.models import Code, CodePayment
from qrpay.selectors import codes as selectors
from qrpay.services import amounts, verifying
from qrpay.types import CodeOrder, CodePlan, VerifiedCode
from securebank.kernel.errors import DomainError
from securebank.kernel.money import CurrencyMismatch, Money
from securebank.web.transactions import in_transaction


def pay(*, order: CodeOrder, requested_at: datetime, proof: Proof | None = None) -> Payment:
    """Judge the code and pay, hold for review, or decline, once for ``order.payment_id`` if it has one.

    Args:
        order: what the payer saw and chose.
        requested_at: aware instant at which they confirmed.
        proof: PIN, authenticator code or passkey of a page; it confirms this amount to this account only.

    Call it outside any transaction; raises as ``prepare``, ``carry_out`` and ``confirmations.confirm_with``.
    """
    earlier = _made(order.payment_id, order.customer)
    if earlier is not None:
        return earlier
    if proof:
        order = replace(order, confirmation_id=_confirmed(order, proof, requested_at))
    plan = prepare(order=order, requested_at=requested_at)
    return in_transaction(partial(carry_out, plan))


def binding_of(order: CodeOrder) -> Binding:
    """Return what a step-up for this payment confirms: its amount, to the account that the code leads to.

    Raises:
        as ``prepare``, for everything that is wrong with the code or the amount.
    """
    code, amount = _agreed(order)
    return Binding(purpose=TRANSFER, amount=amount, payee=str(code.payee.account_id if code.payee else ""))


def prepare(*, order: CodeOrder, requested_at: datetime) -> CodePlan:
    """Judge the code, find who pays whom how much, and check the PIN. Moves nothing; call it outside any transaction.

    Raises:
        CodeMalformed, CodeForged, UnknownKey, CodeExpired, CodeSpent, CodeWithdrawn, PayeeNotFound: as ``verify``.
        OtherBank, NotPayable: this bank can't pay it.
        AmountOutside, AboveSourceLimit: the amount isn't one that the code, or the way it came, allows.
        and as ``transfers.prepare``.
    """
    try:
        code, amount = _agreed(order)
    except (OtherBank, NotPayable) as refusal:
        metrics.REFUSED.labels(reason=refusal.code).inc()
        raise
    plan = transfers.prepare(
        order=TransferOrder(
            customer=order.customer,
            to=code.payee.number if code.payee else "",
            amount=str(amount),
            currency=amount.currency,
            from_account_id=order.from_account_id,
            note=code.note,
            channel=Payment.Channel.QR,
            pin=order.pin,
            confirmation_id=order.confirmation_id,
            device=order.device,
            location=order.location,
            ip_address=order.ip_address,
        ),
        requested_at=requested_at,
    )
    return CodePlan(replace(plan, payment_id=order.payment_id or plan.payment_id), code, order.source)


@transaction.atomic(savepoint=False)
def carry_out(plan: CodePlan) -> Payment:
    """Spend the code and pay: both, or neither and a refusal.

    A payment that the fraud check declines is kept, and leaves the code open: nobody has been paid.

    Raises:
        CodeSpent, CodeExpired, CodeWithdrawn: another payment, time or its owner was faster.
        and as ``transfers.pay``.
    """
    # The payer's row first: a second press waits here, and then sees what the first one made.
    BankAccount.objects.select_for_update(no_key=True, of=("self",)).get(pk=plan.plan.payer.pk)
    earlier = _made(plan.plan.payment_id, plan.plan.customer)
    if earlier is not None:
        return earlier
    try:
        _use(plan.code)
    except DomainError as refusal:
        metrics.REFUSED.labels(reason=refusal.code).inc()
        raise
    payment = transfers.pay(plan.plan)
    if payment.status == Payment.Status.DECLINED and plan.code.issued_id is not None:
        Code.objects.filter(pk=plan.code.issued_id).update(spent_at=None)
    CodePayment.objects.create(
        payment=payment,
        code_id=plan.code.issued_id,
        scheme=plan.code.facts.scheme,
        authenticity=plan.code.authenticity,
        source=plan.source,
    )
    paid = metrics.PAID.labels(scheme=plan.code.facts.scheme, authenticity=plan.code.authenticity, source=plan.source)
    transaction.on_commit(paid.inc)
    return payment


def _agreed(order: CodeOrder) -> tuple[VerifiedCode, Money]:
    """Return the judged code and the amount on which code and payer agree."""
    code = verifying.verify(customer=order.customer, text=order.text)
    if code.facts.scheme is Scheme.OTHER:
        raise NotPayable(_("This is no payment code."))
    if code.payee is None:
        raise OtherBank(_("This code leads to another bank, and payments here stay inside."))
    account = BankAccount.objects.get(pk=code.payee.account_id)
    if code.currency != account.currency:
        raise CurrencyMismatch(_("The payee has no account in this currency."))
    amount = amounts.chosen(code, order.amount, currency=code.currency)
    amounts.check_source(amount, order.source)
    return code, amount


def _use(code: VerifiedCode) -> None:
    """Spend a code that is good for one payment; make sure that any other may still be paid."""
    if code.issued_id is None:
        return
    rows = Code.objects.filter(selectors.NOT_OVER, pk=code.issued_id, withdrawn_at=None)
    # One statement looks and writes: of many at once the first writes, and the others look at what it wrote.
    is_open = rows.filter(spent_at=None).update(spent_at=Now()) if code.is_single_use else rows.exists()
    if is_open:
        return
    row = selectors.issued_code(code.issued_id)
    if row is not None:
        verifying.refuse_unless_open(row)
    raise CodeWithdrawn(_("This bank knows nothing of this code any more."))


def _made(payment_id: UUID | None, customer: User) -> Payment | None:
    if payment_id is None:
        return None
    return Payment.objects.filter(pk=payment_id, created_by=customer).first()


def _confirmed(order: CodeOrder, proof: Proof, now: datetime) -> UUID:
    binding = binding_of(order)
    return confirmations.confirm_with(user=order.customer, proof=proof, binding=binding, now=now).pk
