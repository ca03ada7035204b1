"""Tell the miner when a block's worth of bookings has come together; otherwise the clock's sweep finds them."""

from collections.abc import Iterable

from django.conf import settings

import ledger.tasks
from securebank.web.nudges import nudge


def wake_miner(entry_ids: Iterable[int]) -> None:
    """Have a block mined after commit if a block's worth of entry numbers is full with these.

    The number that an entry bears anyway is the counter: whoever gets a multiple of ``CHAIN_BLOCK_BOOKINGS`` sends the
    nudge, so one booking in thousands pays for it, and no more than that many numbers are given between two nudges.
    """
    full = settings.CHAIN_BLOCK_BOOKINGS
    if any(entry_id % full == 0 for entry_id in entry_ids):
        nudge(ledger.tasks.mine)
