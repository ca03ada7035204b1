"""Let what a script says happen in the bank, through the services that serve everybody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from fraud.models import Label
from fraud.services import labels
from payments.models import Payment
from payments.services import requests, transfers
from payments.services.requests import Acceptance, MoneyRequest
from payments.simulation.acts import Act, Ask, Pay
from payments.simulation.members import CURRENCY, Members
from payments.simulation.people import Person, Role
from payments.types import TransferOrder
from securebank.kernel.errors import DomainError
from securebank.kernel.money import Money
from securebank.web.transactions import in_transaction

LISTED_FOR: Final = timedelta(days=1)
# Paise. A share of less than this is not worth a thief's while, so the victim is one who has it.
WORTH_TAKING: Final = 40_000_00


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an act.

    Attributes:
        payment: None for a request, and for a payment that was refused.
        refused: code of the refusal, or "".
    """

    payment: Payment | None = None
    refused: str = ""


class Stage:
    """Carries acts out, one at a time; keep one for a whole script, because requests are answered later."""

    def __init__(self, members: Members) -> None:
        """Begin without any open request."""
        self._members = members
        self._asked: dict[int, UUID] = {}

    def perform(self, act: Act, *, now: datetime) -> Result:
        """Carry one act out, and keep what is known about it as a label of the payment."""
        try:
            if isinstance(act, Ask):
                self._ask(act, now)
                return Result()
            payment = self._pay(act, now)
        except DomainError as refusal:
            # An account that was locked, a limit that is reached: part of a bank's life.
            return Result(refused=refusal.code)
        labels.label(payment_id=payment.pk, is_fraud=act.is_fraud, source=Label.Source.SIMULATOR, kind=act.kind)
        return Result(payment)

    def _ask(self, act: Ask, now: datetime) -> None:
        payer = self._members.customer(act.payer)
        wanted = MoneyRequest(self._members.customer(act.requester), payer.handle, act.amount, act.note)
        self._asked[act.number] = requests.ask(wanted=wanted, now=now).pk

    def _pay(self, act: Pay, now: datetime) -> Payment:
        if isinstance(act.payee, Person) and act.is_payee_listed:
            self._members.put_on_block_list(act.payee, until=now + LISTED_FOR, now=now)
        amount = self._amount(act)
        pin = self._members.pin(act.payer, amount, now=now)
        if act.answers is not None and act.answers in self._asked:
            return self._accept(act, self._asked.pop(act.answers), pin, now)
        order = TransferOrder(
            customer=self._members.customer(act.payer),
            to=act.payee if isinstance(act.payee, str) else self._members.customer(act.payee).handle,
            amount=str(amount),
            currency=CURRENCY,
            note=act.note,
            channel=act.channel,
            pin=pin,
            device=act.device,
            location=act.location,
            ip_address=act.ip_address,
        )
        return transfers.submit_transfer(order=order, requested_at=now)

    def _accept(self, act: Pay, request_id: UUID, pin: str | None, now: datetime) -> Payment:
        acceptance = Acceptance(
            payer=self._members.customer(act.payer),
            request_id=request_id,
            pin=pin,
            channel=act.channel,
            device=act.device,
            location=act.location,
            ip_address=act.ip_address,
        )
        plan = requests.prepare_acceptance(acceptance=acceptance, requested_at=now)
        return in_transaction(partial(requests.accept, request_id=request_id, plan=plan))

    def _amount(self, act: Pay) -> Money:
        """Return what is paid; honest people and victims pay in first what they need. Mules have what they took."""
        most = Money.parse(act.amount, CURRENCY)
        if act.payer.role is not Role.MULE:
            self._members.top_up(act.payer, most if act.share is None else Money(WORTH_TAKING, CURRENCY))
        if act.share is None:
            return most
        there = self._members.available(act.payer)
        return Money(max(1, min(most.minor, int(there.minor * act.share))), CURRENCY)
