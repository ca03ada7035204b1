"""A customer's own limits: down at once, up only after a step-up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.errors import PinRequired
from accounts.models import Confirmation, User
from accounts.services import audit, confirmations, pins
from accounts.services.confirmations import Binding
from accounts.types import PasskeyQuestion, Proof
from payments.constants import (
    MAX_NEW_PAYEE_MINOR,
    MAX_PER_DAY_MINOR,
    MAX_PER_PAYMENT_MINOR,
    REFERENCE_CURRENCY,
)
from payments.errors import LimitAboveMaximum
from payments.models import SpendingLimits
from payments.reference_money import reference_money
from payments.selectors.limits import limits_of
from payments.services import spending
from securebank.kernel.money import Money
from securebank.web.transactions import in_transaction

LIMITS_PURPOSE: Final = "limits"

MAXIMA: Final = {
    "per_payment": MAX_PER_PAYMENT_MINOR,
    "per_day": MAX_PER_DAY_MINOR,
    "new_payee": MAX_NEW_PAYEE_MINOR,
}


@dataclass(frozen=True, slots=True)
class LimitsOrder:
    """The limits that a customer wants, as written; those not named stay.

    Attributes:
        wanted: by name, one or more of ``MAXIMA``; amounts in rupees.
        proof: for raising any of them.
    """

    customer: User
    wanted: dict[str, Any]
    proof: Proof


def change_limits(*, order: LimitsOrder, now: datetime) -> SpendingLimits:
    """Set the customer's limits.

    Call it outside any transaction, because a wrong PIN has to stay counted.

    Raises:
        InvalidAmount: not an amount.
        LimitAboveMaximum: more than the bank allows.
        PinRequired, PinWrong, PinLocked, OtpWrong, ConfirmationInvalid: raising a limit needs a proof.
    """
    wanted = _wanted(order)
    proof = _prove(order, wanted, now) if _raised(limits_of(order.customer), wanted) else None
    return in_transaction(lambda: _change(order.customer, wanted, proof, now))


def ask_passkey(*, order: LimitsOrder, origin: str) -> PasskeyQuestion:
    """Return what a passkey must sign to confirm exactly these limits.

    Raises:
        InvalidAmount, LimitAboveMaximum: they can't be set.
        NoPasskey: the customer has none.
    """
    binding = _binding(order.customer.pk, _wanted(order))
    return confirmations.ask_passkey(user=order.customer, binding=binding, origin=origin)


def _change(customer: User, wanted: dict[str, Money], proof: Confirmation | None, now: datetime) -> SpendingLimits:
    """Write the limits under their lock, so that no payment is checked against half of a change."""
    limits = spending.locked_limits(customer.pk)
    if _raised(limits, wanted):
        # Lowered meanwhile by somebody else's hand: what looked like lowering would now raise.
        if proof is None:
            raise PinRequired(_("Confirm this change with your PIN."))
        confirmations.use(user=customer, confirmation_id=proof.pk, binding=_binding(customer.pk, wanted), now=now)
    before = {name: getattr(limits, f"{name}_minor") for name in wanted}
    for name, amount in wanted.items():
        setattr(limits, f"{name}_minor", amount.minor)
    limits.changed_at = now
    limits.save()
    after = {name: amount.minor for name, amount in wanted.items()}
    audit.record(action="limits.changed", actor=customer, subject=customer, details={"before": before, "after": after})
    return limits


def _wanted(order: LimitsOrder) -> dict[str, Money]:
    return {name: _parsed(name, amount) for name, amount in order.wanted.items()}


def _parsed(name: str, written: Any) -> Money:
    amount = Money.parse(written, REFERENCE_CURRENCY)
    if amount.minor > MAXIMA[name]:
        most = reference_money(MAXIMA[name])
        words = _("At most %(most)s.") % {"most": f"{most} {most.currency}"}
        raise LimitAboveMaximum(words, limit=name, maximum=str(most), currency=most.currency)
    return amount


def _raised(limits: SpendingLimits, wanted: dict[str, Money]) -> bool:
    return any(amount.minor > getattr(limits, f"{name}_minor") for name, amount in wanted.items())


def _prove(order: LimitsOrder, wanted: dict[str, Money], now: datetime) -> Confirmation:
    if not order.proof:
        has_pin = pins.has_pin(order.customer)
        raise PinRequired(_("To raise a limit, confirm with PIN, authenticator code or passkey."), has_pin=has_pin)
    binding = _binding(order.customer.pk, wanted)
    return confirmations.confirm_with(user=order.customer, proof=order.proof, binding=binding, now=now)


def _binding(customer_id: UUID, wanted: dict[str, Money]) -> Binding:
    """Bind the proof to every limit asked for, not to the act of changing limits."""
    values = ",".join(f"{name}={amount.minor}" for name, amount in sorted(wanted.items()))
    return Binding(purpose=LIMITS_PURPOSE, amount=None, payee=f"{customer_id}:{values}")
