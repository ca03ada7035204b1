"""The proof as a picture: from the booking at the foot to the signed root at the top, what is hashed with what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.chain.merkle import node_hash
from ledger.chain.receipts import Receipt

# In units of the picture, which is drawn as wide as there is room.
WIDTH: Final = 320
CENTRE: Final = 160
LEFT: Final = 56
RIGHT: Final = 264
STEP: Final = 62
TOP: Final = 26
# Enough of a hash to compare by eye.
SHOWN_DIGITS: Final = 8


@dataclass(frozen=True, slots=True)
class Box:
    """One hash of the picture, and where its middle is.

    Attributes:
        kind: ``root``, ``path`` (computed on the way), ``given`` (stands in the proof) or ``leaf``.
    """

    kind: str
    hash: str
    x: int
    y: int

    @property
    def short(self) -> str:
        """What is written into the box."""
        return f"{self.hash[:SHOWN_DIGITS]}…"


@dataclass(frozen=True, slots=True)
class Joint:
    """Two hashes that are hashed into the one above them; ``is_left`` says where the given one stands."""

    above: Box
    own: Box
    given: Box

    @property
    def is_left(self) -> bool:
        """Whether the given hash comes first."""
        return self.given.x == LEFT


@dataclass(frozen=True, slots=True)
class ProofPicture:
    """The whole picture.

    Attributes:
        joints: from the leaf upwards.
        leaf: the booking's own hash; in a log of one booking it is the root as well.
        height: of the picture.
    """

    joints: Sequence[Joint]
    leaf: Box
    root: Box
    height: int
    width: int = WIDTH

    @property
    def boxes(self) -> list[Box]:
        """Every box once, from the top down."""
        inner = [box for joint in reversed(self.joints) for box in (joint.above, joint.given)]
        return [*inner, self.leaf]


def picture_of(receipt: Receipt) -> ProofPicture:
    """Return the picture of a receipt's proof."""
    rows = len(receipt.path)
    own = leaf = Box("leaf", receipt.leaf_hash.hex(), CENTRE, TOP + rows * STEP)
    joints = []
    place, last = receipt.leaf_index, receipt.tree_size - 1
    for row, sibling in enumerate(receipt.path, 1):
        is_left = bool(place & 1) or place == last
        pair = (sibling, bytes.fromhex(own.hash)) if is_left else (bytes.fromhex(own.hash), sibling)
        above = Box("root" if row == rows else "path", node_hash(*pair).hex(), CENTRE, own.y - STEP)
        joints.append(Joint(above, own, Box("given", sibling.hex(), LEFT if is_left else RIGHT, own.y)))
        own = above
        # A node without a neighbour goes up as it is, as often as it has none.
        while is_left and not place & 1 and place:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    return ProofPicture(joints, leaf, own, leaf.y + TOP)
