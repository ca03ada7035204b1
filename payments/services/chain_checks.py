"""Staff have the sealed ledger verified."""

from typing import Final

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import BankAccount, User
from accounts.services import audit
from ledger.chain import asked_checks
from ledger.chain.verification import Level

VERIFY: Final = "ledger.verify_chain"


@transaction.atomic
def ask(*, level: Level, account: BankAccount | None, person: User) -> None:
    """Have a worker verify the chain, or one account's bookings in it.

    Raises:
        PermissionDenied: the person may not.
        CheckRunning: one is under way.
    """
    if not person.has_perm(VERIFY):
        raise PermissionDenied
    audit.record(action="chain_check_asked", actor=person, subject=account, details={"level": level.value})
    asked_checks.ask(level=level, account=None if account is None else account.ledger_account)
