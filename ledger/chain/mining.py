"""Mining: one miner at a time, no transaction open while it searches, no harm done whenever it dies.

What it loses is the work of one block. The lock only saves a second miner that work: that there is one chain, and that
no booking is sealed twice, is kept by the tables' keys.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final, Protocol

import structlog
from django.conf import settings
from django.db import connection
from django.utils import timezone

from ledger import registry
from ledger.chain import headers, own_keys, sealing
from ledger.models import Block

log = structlog.get_logger(__name__)

# Held by a database session: PostgreSQL lets go of it when the session's process is gone. "mine" in ASCII.
LOCK: Final = 0x6D696E65


class Search(Protocol):
    """Finds a nonce: ``headers.search``, many of it, or ``spare.search``, which steps back for others."""

    def __call__(self, prefix: bytes, difficulty: int, *, is_cancelled: Callable[[], bool]) -> int | None:
        """Return the nonce; None when cancelled."""


def mine_pending(
    *,
    search: Search = headers.search,
    is_cancelled: Callable[[], bool] = lambda: False,
    clock: Callable[[], datetime] = timezone.now,
    tell: Callable[[Block], None] = lambda _: None,
) -> int:
    """Mine until every entry is sealed, and return how many blocks that took; none while somebody else mines.

    Each block is told, and shown to ``registry.on_block_mined``, after it is written.

    Raises:
        NoSigningKey: this process may not sign what it would mine.
    """
    own_keys.signer()
    mined = 0
    with mining_lock() as is_ours:
        while is_ours and not is_cancelled():
            block = mine_one(search=search, is_cancelled=is_cancelled, now=clock())
            if block is None:
                break
            mined += 1
            log.info("block_mined", height=block.height, bookings=block.leaf_count)
            tell(block)
            for listener in registry.on_block_mined:
                listener(block.height)
    return mined


def mine_one(*, search: Search, is_cancelled: Callable[[], bool], now: datetime) -> Block | None:
    """Seal the next entries; None when there are none, it was cancelled, or another block came first."""
    found = sealing.candidate(limit=settings.CHAIN_BLOCK_BOOKINGS, difficulty=next_difficulty(), now=now)
    if found is None:
        return None
    nonce = search(found.header.prefix, found.header.difficulty, is_cancelled=is_cancelled)
    if nonce is None:
        return None
    try:
        return sealing.write(replace(found, header=found.header.with_nonce(nonce)))
    except sealing.StaleParent:
        log.info("block_was_stale", height=found.header.height)
        return None


def next_difficulty() -> int:
    """Return the next block's difficulty: a digit at a time towards what the settings ask for."""
    wanted = settings.CHAIN_DIFFICULTY
    if settings.CHAIN_WORK_SECONDS:
        wanted = round(math.log(max(16.0, hash_rate() * settings.CHAIN_WORK_SECONDS), 16))
    wanted = min(max(wanted, headers.EASIEST), headers.HARDEST)
    last = Block.objects.order_by("-height").values_list("difficulty", flat=True).first()
    return wanted if last is None else min(max(wanted, last - 1), last + 1)


def hash_rate() -> float:
    """Return how many nonces a second this process tries."""
    begun = time.perf_counter()
    looks = iter([False, True])
    headers.search(b"", headers.HARDEST, is_cancelled=lambda: next(looks))
    return headers.TRIES_AT_A_TIME / (time.perf_counter() - begun)


@contextmanager
def mining_lock() -> Iterator[bool]:
    """Be the only miner, if nobody else is; says whether we are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,))
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        # A lost connection has lost the lock as well.
        if is_ours and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", (LOCK,))
