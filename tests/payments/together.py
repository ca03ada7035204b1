"""What many payments at once are made of, and what keeps them apart."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from django.utils import timezone

from accounts.models import User
from payments.models import Payment
from payments.services import transfers
from payments.types import TransferOrder
from tests.payments.conftest import account_of
from tests.races import Guard

PAYER_LOCK: Final = Guard("FOR NO KEY UPDATE OF payer")
PAYEE_LOCK: Final = Guard("FOR KEY SHARE OF payee")
WITHDRAWAL_LOCK: Final = Guard("FOR NO KEY UPDATE", about="SELECT 1 FROM accounts_bankaccount WHERE id")
LIMITS_LOCK: Final = Guard("FOR NO KEY UPDATE", about='"payments_spendinglimits"')
REQUEST_LOCK: Final = Guard('FOR NO KEY UPDATE OF "payments_paymentrequest"')

# Statements before which runners meet.
BOOKING: Final = "ledger_post_entry"
WRITING: Final = 'INSERT INTO "payments_payment"'


def order(payer: User, payee: User, amount: str, **more: Any) -> Callable[[], Payment]:
    """Return one payment, not made yet."""
    wanted = TransferOrder(customer=payer, to=account_of(payee).number, amount=amount, **more)
    return partial(transfers.submit_transfer, order=wanted, requested_at=timezone.now())


def kinds(outcomes: Sequence[Any]) -> Counter[str]:
    """Count outcomes by status or by name of the refusal."""
    return Counter(item.status if isinstance(item, Payment) else type(item).__name__ for item in outcomes)
