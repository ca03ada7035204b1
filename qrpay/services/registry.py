"""Find whom a code pays in our own books; what the code calls them counts for nothing."""

from typing import Final

from accounts import handles
from accounts.models import User
from accounts.selectors.payees import find_payee
from accounts.types import PayeeMatch
from payments.models import Payee
from qrpay.codes.facts import CodeFacts, Scheme
from qrpay.constants import IBAN_BANK, IBAN_COUNTRY
from qrpay.types import RegisteredPayee

OWN: Final = frozenset({Scheme.SEALED, Scheme.SIGNED})
IBANS: Final = frozenset({Scheme.EPC, Scheme.SWISS})
UPI: Final = frozenset({Scheme.UPI, Scheme.BHARAT})
# Country and check digits.
IBAN_HEAD: Final = 4


def own_address(facts: CodeFacts) -> str | None:
    """Return the account number or handle that a code's address means at this bank; None when it leads elsewhere."""
    address = facts.payee_address
    if facts.scheme in OWN or facts.scheme is Scheme.EMV:
        # A merchant's code has an address only when it names our own application.
        return address or None
    if facts.scheme in IBANS:
        is_ours = address.startswith(IBAN_COUNTRY) and address[IBAN_HEAD:].startswith(IBAN_BANK)
        return address[IBAN_HEAD + len(IBAN_BANK) :] if is_ours else None
    return address if facts.scheme in UPI and address.lower().endswith(handles.SUFFIX) else None


def find(facts: CodeFacts) -> PayeeMatch | None:
    """Return the customer whom a code pays; None when it leads elsewhere.

    Raises:
        PayeeNotFound: the address is one of ours, and nobody has it.
    """
    address = own_address(facts)
    return None if address is None else find_payee(address, currency=facts.currency or None)


def as_shown(match: PayeeMatch, *, customer: User, is_proven: bool) -> RegisteredPayee:
    """Return a payee as this payer may see them: in full when they issued the code, or when the payer knows them."""
    is_own = match.owner_id == customer.pk
    is_known = Payee.objects.filter(owner=customer, account__owner=match.owner_id).exists()
    return RegisteredPayee(
        account_id=match.account.pk,
        number=match.account.number,
        name=match.name if is_proven or is_known or is_own else match.masked_name,
        handle=match.handle,
        is_known=is_known,
        is_own=is_own,
    )
