"""The log's tree as the database holds it: leaves, and every complete subtree above them."""

from collections.abc import Sequence
from typing import Final

from ledger.chain import merkle
from ledger.chain.merkle import Node, Range
from ledger.statements import steady_cursor

NODES: Final = """
    SELECT 0::smallint, number, hash FROM ledger_leaf WHERE number = ANY(%(leaves)s)
    UNION ALL
    SELECT level, place, hash
    FROM unnest(%(levels)s::smallint[], %(places)s::bigint[]) AS asked (level, place)
    JOIN ledger_treenode USING (level, place)
"""


class DamagedLog(RuntimeError):
    """Part of the tree is gone: nothing in the bank takes it away, so ``verify_chain`` has more to say."""


def hashes_of(nodes: Sequence[Node]) -> dict[Node, bytes]:
    """Return the hashes of complete subtrees: one statement, an index look-up each.

    Raises:
        DamagedLog: one of them is not there.
    """
    above = [node for node in nodes if node[0] > 0]
    with steady_cursor() as cursor:
        cursor.execute(
            NODES,
            {
                "leaves": [place for level, place in nodes if level == 0],
                "levels": [level for level, _ in above],
                "places": [place for _, place in above],
            },
        )
        found = {(level, place): value for level, place, value in cursor.fetchall()}
    if missing := set(nodes) - found.keys():
        raise DamagedLog(f"the tree has no node {min(missing)}")
    return found


def peaks(size: int) -> dict[int, bytes]:
    """Return by level the complete subtrees that a log of this size is made of."""
    return {level: value for (level, _), value in hashes_of(merkle.covering((0, size))).items()}


def roots(ranges: Sequence[Range]) -> list[bytes]:
    """Return the root over each of the ranges."""
    parts = [merkle.covering(leaves) for leaves in ranges]
    found = hashes_of([node for part in parts for node in part])
    return [merkle.folded([found[node] for node in part]) for part in parts]
