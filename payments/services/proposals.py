"""What the fraud check would say about a payment that nobody has made."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import fraud.services
import ledger.selectors
from accounts.models import User
from accounts.selectors.payees import find_payee
from accounts.services import failures
from fraud.keyed import address_hash
from fraud.services.judging import Judged
from fraud.types import PaymentFacts
from payments.reference_money import reference_minor
from payments.services import transfers
from payments.services.spending import spent_today
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money
from securebank.web import throttles

# Merchants have no rows here; the same name gives the same payee.
MERCHANT = "merchant:{}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A payment as a client describes it.

    Attributes:
        to: as in a ``TransferOrder``; "" when the payee is a merchant, or nobody in particular.
        ip_address: of whom the payment would come from.
    """

    customer: User
    amount: Any
    currency: str
    kind: str
    to: str = ""
    merchant_id: str = ""
    merchant_category: str = ""
    ip_address: str = ""
    device: dict[str, Any] = field(default_factory=dict)
    location: dict[str, Any] = field(default_factory=dict)


def check(*, proposal: Proposal, now: datetime) -> Judged:
    """Judge a proposed payment from the customer's default account; nothing moves, and nothing is stored or learnt.

    Raises:
        AccountNotFound, InvalidAmount, CurrencyMismatch, PayeeNotFound: it could not be made.
        TooManyTries: asked too often, or too many payees looked up.
    """
    throttles.take("fraud_check", str(proposal.customer.pk))
    payer = transfers.payer_account(proposal.customer, None, proposal.currency)
    amount = Money.parse(proposal.amount, payer.currency)
    payee_account_id, payee_id = _payee(proposal)
    is_own = payee_id == proposal.customer.pk
    spent = spent_today(customer_id=proposal.customer.pk, payee_id=payee_id)
    return fraud.services.check(
        PaymentFacts(
            payment_id=new_id(),
            customer_id=proposal.customer.pk,
            amount_minor=amount.minor,
            currency=amount.currency,
            reference_minor=reference_minor(amount),
            payer_account_id=payer.pk,
            payee_account_id=payee_account_id,
            payee_customer_id=payee_id,
            is_own_account=is_own,
            is_new_payee=spent.is_new_payee and not is_own,
            account_opened_at=payer.opened_at,
            channel=proposal.kind,
            requested_at=now,
            time_zone=proposal.customer.time_zone,
            available_minor=reference_minor(ledger.selectors.balance_of(payer.ledger_account_id).available),
            failures=failures.recent(proposal.customer.pk),
            address=address_hash(proposal.ip_address),
            device=proposal.device,
            location=proposal.location,
            category=proposal.merchant_category,
        )
    )


def _payee(proposal: Proposal) -> tuple[UUID, UUID]:
    """Return account and owner of whom the payment would go to; made up for those who bank elsewhere."""
    if proposal.to:
        throttles.take("payee_lookup", str(proposal.customer.pk))
        found = find_payee(proposal.to, currency=proposal.currency)
        return found.account.pk, found.owner_id
    merchant = uuid5(NAMESPACE_URL, MERCHANT.format(proposal.merchant_id)) if proposal.merchant_id else new_id()
    return merchant, merchant
