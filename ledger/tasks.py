"""What the clock asks of the books."""

import time
from typing import Final

from celery import shared_task
from django.db import OperationalError

from ledger import services
from ledger.chain import asked_checks, mining, spare, verification
from ledger.chain.verification import Level

# A sweep that finds a long queue goes on for so long, and leaves the rest to the next.
MINING_SECONDS: Final = 60
# Ten million bookings take some minutes.
VERIFYING_SECONDS: Final = 6 * 60 * 60


@shared_task(acks_late=True, autoretry_for=(OperationalError,), retry_backoff=True, max_retries=3)
def expire_holds() -> None:
    """Give back what was held too long. Safe to deliver twice."""
    services.expire_holds()


@shared_task(acks_late=True)
def mine() -> None:
    """Seal what was booked since the last block. Safe to deliver twice; the next sweep is seconds away."""
    until = time.monotonic() + MINING_SECONDS
    mining.mine_pending(search=spare.search, is_cancelled=lambda: time.monotonic() > until)


# Not acks_late: the broker would send it anew before a long one is done.
@shared_task(acks_late=False, time_limit=VERIFYING_SECONDS)
def verify_chain(*, level: str = Level.FULL, account_id: int | None = None, is_asked: bool = False) -> None:
    """Verify bookings against their seals, and keep what was found; what somebody asked for tells how far it is."""
    if is_asked:
        asked_checks.work(level=Level(level), account_id=account_id)
    else:
        verification.verify_and_record(level=Level(level), account_id=account_id)
