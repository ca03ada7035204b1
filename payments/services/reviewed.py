"""Make a payment that the customer has just reviewed on a page, once, however often the button is pressed."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from accounts.models import BankAccount, User
from accounts.services import confirmations
from accounts.services.confirmations import TRANSFER, Binding
from accounts.types import PasskeyQuestion, Proof
from payments.models import Payment
from payments.selectors import requests as selectors
from payments.services import requests, transfers
from payments.services.requests import Acceptance
from payments.types import PaymentPlan, TransferOrder
from securebank.kernel.money import Money
from securebank.web.transactions import in_transaction


@dataclass(frozen=True, slots=True)
class ReviewedOrder:
    """Exactly what the customer saw.

    Attributes:
        payment_id: chosen when the review began; a second press finds the payment of the first.
        payee_id: account that was shown, whatever its owner's handle leads to by now.
    """

    payment_id: UUID
    customer: User
    payer_id: UUID
    payee_id: UUID
    payee_number: str
    amount: Money
    note: str
    device: dict[str, Any] = field(default_factory=dict)
    ip_address: str = ""


def ask_passkey(*, order: ReviewedOrder, origin: str) -> PasskeyQuestion:
    """Return what a passkey must sign to confirm what was reviewed.

    Raises:
        NoPasskey: the customer has none.
    """
    return confirmations.ask_passkey(user=order.customer, binding=_binding(order), origin=origin)


def pay(*, order: ReviewedOrder, proof: Proof, now: datetime) -> Payment:
    """Pay what was reviewed. A proof confirms this amount to this account and nothing else.

    Call it outside any transaction; raises as ``confirmations.confirm_with`` and ``transfers.submit_transfer``.
    """
    earlier = _made(order)
    if earlier is not None:
        return earlier
    confirmation_id = _confirmed(order.customer, proof, _binding(order), now)
    plan = transfers.prepare(
        order=TransferOrder(
            customer=order.customer,
            to=order.payee_number,
            amount=str(order.amount),
            currency=order.amount.currency,
            from_account_id=order.payer_id,
            note=order.note,
            channel=Payment.Channel.SITE,
            confirmation_id=confirmation_id,
            device=order.device,
            ip_address=order.ip_address,
        ),
        requested_at=now,
    )
    return in_transaction(partial(_pay_unless_made, order, replace(plan, payment_id=order.payment_id)))


def ask_passkey_to_accept(*, payer: User, request_id: UUID, origin: str) -> PasskeyQuestion:
    """Return what a passkey must sign to confirm that a request for money is paid.

    Raises:
        RequestMissing: there is no such request to or from this customer.
        NoPasskey: the customer has none.
    """
    binding = _binding_of_request(payer, request_id)
    return confirmations.ask_passkey(user=payer, binding=binding, origin=origin)


def accept(*, acceptance: Acceptance, proof: Proof, now: datetime) -> Payment:
    """Pay a request for money; raises as ``pay``, ``requests.prepare_acceptance`` and ``requests.accept``."""
    binding = _binding_of_request(acceptance.payer, acceptance.request_id)
    confirmation_id = _confirmed(acceptance.payer, proof, binding, now)
    acceptance = replace(acceptance, confirmation_id=confirmation_id)
    plan = requests.prepare_acceptance(acceptance=acceptance, requested_at=now)
    return in_transaction(partial(requests.accept, request_id=acceptance.request_id, plan=plan))


def _pay_unless_made(order: ReviewedOrder, plan: PaymentPlan) -> Payment:
    # The payer's row first: a second press waits here, and then sees what the first one made.
    BankAccount.objects.select_for_update(no_key=True, of=("self",)).get(pk=plan.payer.pk)
    return _made(order) or transfers.pay(plan)


def _made(order: ReviewedOrder) -> Payment | None:
    return Payment.objects.filter(pk=order.payment_id, created_by=order.customer).first()


def _confirmed(customer: User, proof: Proof, binding: Binding, now: datetime) -> UUID | None:
    """Return the confirmation that the proof makes; without one the payment itself says whether it needs it."""
    if not proof:
        return None
    return confirmations.confirm_with(user=customer, proof=proof, binding=binding, now=now).pk


def _binding(order: ReviewedOrder) -> Binding:
    return Binding(purpose=TRANSFER, amount=order.amount, payee=str(order.payee_id))


def _binding_of_request(payer: User, request_id: UUID) -> Binding:
    asked = selectors.request_of(customer=payer, request_id=request_id)
    amount = Money(asked.amount_minor, asked.currency)
    return Binding(purpose=TRANSFER, amount=amount, payee=str(asked.requester_account_id))
