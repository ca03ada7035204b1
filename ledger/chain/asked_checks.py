"""Verifications that somebody asked for: one at a time, done by a worker, told while they run.

What runs stands in the cache, for what was found is a row that nobody changes. Whoever runs it says so again and again;
a worker that dies is forgotten after a while.
"""

import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Final

from django.core.cache import cache
from redis.exceptions import RedisError

import ledger.tasks
from ledger.chain import verification
from ledger.errors import CheckNotStarted, CheckRunning
from ledger.models import ChainCheck, LedgerAccount
from securebank.web.nudges import nudge

KEY: Final = "chain-check"
# The last look at ten million bookings is one statement of some minutes.
SILENT_SECONDS: Final = 600
TELL_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Running:
    """A verification under way.

    Attributes:
        level: how much.
        account_id: of an account's, which.
        done, size: bookings; 0 of 0 before a worker has begun with them.
    """

    level: str
    account_id: int | None = None
    done: int = 0
    size: int = 0

    @property
    def label(self) -> str:
        """What is verified, in words."""
        return str(ChainCheck.Level(self.level).label)

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 * self.done // self.size if self.size else 0


def ask(*, level: verification.Level, account: LedgerAccount | None) -> None:
    """Have a worker verify.

    Raises:
        CheckRunning: one is under way.
        CheckNotStarted: the cache is down, and so is the queue.
    """
    asked = Running(level.value, None if account is None else account.pk)
    try:
        is_first = cache.add(KEY, asdict(asked), SILENT_SECONDS)
    except RedisError:
        raise CheckNotStarted from None
    if not is_first:
        raise CheckRunning
    nudge(ledger.tasks.verify_chain, level=asked.level, account_id=asked.account_id, is_asked=True)


def running() -> Running | None:
    """Return what is under way, as far as is known."""
    try:
        found = cache.get(KEY)
    except RedisError:
        return None
    return None if found is None else Running(**found)


def work(*, level: verification.Level, account_id: int | None) -> ChainCheck:
    """Verify, and tell how far it is."""
    told_at = 0.0

    def tell(done: int, size: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at > TELL_SECONDS:
            told_at = time.monotonic()
            with suppress(RedisError):
                cache.set(KEY, asdict(Running(level.value, account_id, done, size)), SILENT_SECONDS)

    try:
        return verification.verify_and_record(level=level, account_id=account_id, tell=tell)
    finally:
        with suppress(RedisError):
            cache.delete(KEY)
