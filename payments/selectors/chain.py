"""What a customer sees of the chain: everybody's blocks, and one's own payments in them."""

from dataclasses import dataclass
from typing import Final

from accounts.models import User
from ledger.chain import selectors as chain
from ledger.models import Block
from payments.models import Payment
from payments.selectors.history import history
from payments.selectors.payments import visible_to

PAGE_SIZE: Final = 20
RECENT: Final = 5
MOST_IN_A_BLOCK: Final = 100


@dataclass(frozen=True, slots=True)
class ChainPage:
    """Some blocks, newest first; ``older`` is the height to go on below, if there is more."""

    blocks: list[Block]
    older: int | None


def chain_page(*, before_height: int | None = None) -> ChainPage:
    """Return a page of the chain."""
    found = chain.blocks(before_height=before_height, limit=PAGE_SIZE)
    return ChainPage(found, found[-1].height if found and found[-1].height > 0 else None)


def payments_in(block: Block, *, owner: User) -> list[Payment]:
    """Return the customer's payments that a block seals, in the order of the log; of a shop's many, the first."""
    leaves = (block.first_leaf, block.tree_size - 1)
    found = visible_to(owner).filter(entry__leaf__number__range=leaves).order_by("entry__leaf__number")
    return list(found[:MOST_IN_A_BLOCK])


def latest_sealed(*, owner: User) -> list[Payment]:
    """Return the customer's newest payments that are sealed."""
    return list(history(owner=owner).filter(entry__leaf__isnull=False)[:RECENT])
