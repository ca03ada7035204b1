"""The long part of verifying: every leaf made anew from the books, and the tree above. One piece of the log at a time.

A piece is a complete subtree (the last one less), so pieces can be checked apart, by several processes.
"""

from collections.abc import Sequence
from typing import Any, Final

from ledger.chain import bookings, merkle
from ledger.chain.findings import Altered, expect
from ledger.chain.merkle import HASH_BYTES, Range
from ledger.statements import prepared_cursor, steady_cursor

# 16,384 bookings: some 20 MB of rows.
PIECE_LEVEL: Final = 14
PIECE: Final = 1 << PIECE_LEVEL

LEAVES: Final = f"""
    SELECT l.number, l.entry_id, l.hash, l.debit_salt, l.credit_salt, {bookings.COLUMNS}
    FROM ledger_leaf l LEFT JOIN ledger_journalentry e ON e.id = l.entry_id {bookings.JOIN_HOLD}
    WHERE l.number >= %s AND l.number < %s ORDER BY l.number
"""  # noqa: S608 - our own constants
NODES: Final = """
    SELECT level, string_agg(hash, ''::bytea ORDER BY place)
    FROM generate_series(%(lowest)s::int, %(highest)s::int) AS level
    JOIN ledger_treenode n USING (level)
    WHERE n.place >= (%(begin)s::bigint >> level) AND n.place < (%(end)s::bigint >> level)
    GROUP BY level
"""
BEYOND: Final = """
    SELECT format('leaf %%s', number) FROM ledger_leaf WHERE number < 0 OR number >= %(size)s
    UNION ALL
    SELECT format('node %%s/%%s', level, place) FROM ledger_treenode
    WHERE place < 0 OR level < 1 OR place >= CASE WHEN level < 63 THEN %(size)s::bigint >> level ELSE 0 END
    LIMIT 1
"""
SEALED_ENTRIES: Final = """
    SELECT count(*) FROM ledger_journalentry e WHERE EXISTS (SELECT FROM ledger_leaf l WHERE l.entry_id = e.id)
"""
SEALED_TWICE: Final = """
    SELECT entry_id FROM ledger_leaf GROUP BY entry_id HAVING count(*) > 1 ORDER BY entry_id LIMIT 1
"""
UNSEALED: Final = """
    SELECT min(e.id) FILTER (WHERE e.id <= %(sealed_through)s), count(*) FROM ledger_journalentry e
    WHERE NOT EXISTS (SELECT FROM ledger_leaf l WHERE l.entry_id = e.id)
"""


def check_piece(leaves: Range) -> list[bytes]:
    """Make the leaves of a range anew from the books, compare them and the subtrees over them, and return their hashes.

    Args:
        leaves: must begin at a multiple of ``PIECE`` and be no longer.

    Raises:
        Altered: the first leaf, booking or node of the range that is not as it was sealed.
    """
    with steady_cursor() as cursor:
        cursor.execute(LEAVES, leaves)
        rows = cursor.fetchall()
    hashes = []
    begin, end = leaves
    for number, row in zip(range(begin, end), rows, strict=False):
        expect(row[0] == number, f"leaf {min(number, row[0])}", "is missing, or there twice")
        hashes.append(_made_anew(row))
    expect(len(rows) == end - begin, f"leaf {begin + len(rows)}", "is missing, or another is there twice")
    check_levels(1, leaves, hashes)
    return hashes


def check_levels(lowest: int, leaves: Range, hashes: Sequence[bytes]) -> None:
    """Compare the subtrees over a range with those that are stored.

    Args:
        lowest: the first level to compare.
        leaves: the range.
        hashes: what the level below has over it.

    Raises:
        Altered: a node is not what the hashes below it give.
    """
    begin, end = leaves
    row, level, found = list(hashes), lowest, {}
    with steady_cursor() as cursor:
        highest = lowest - 1 + max(len(row) - 1, 0).bit_length()
        cursor.execute(NODES, {"lowest": lowest, "highest": highest, "begin": begin, "end": end})
        found = dict(cursor.fetchall())
    while row := merkle.paired(row):
        stored = found.get(level, b"")
        if stored != b"".join(row):
            raise Altered(f"node {level}/{(begin >> level) + _first_difference(stored, row)}", "is missing or altered")
        level += 1


def check_books(size: int, sealed_through: int) -> int:
    """Expect that nothing is in the log but the leaves checked, and return how many bookings are pending.

    Raises:
        Altered: there is more, a booking is sealed twice, or one was put among those that are sealed.
    """
    with prepared_cursor() as cursor:
        cursor.execute(BEYOND, {"size": size})
        for (stray,) in cursor.fetchall():
            raise Altered(stray, "lies outside the log")
        cursor.execute(SEALED_ENTRIES)
        if cursor.fetchone()[0] != size:
            cursor.execute(SEALED_TWICE)
            raise Altered(f"booking {cursor.fetchone()[0]}", "is sealed twice")
        cursor.execute(UNSEALED, {"sealed_through": sealed_through})
        inserted, pending = cursor.fetchone()
    expect(inserted is None, f"booking {inserted}", "has no leaf, though all up to a later one were sealed")
    return int(pending)


def _made_anew(row: tuple[Any, ...]) -> bytes:
    number, entry_id, stored, debit_salt, credit_salt, *columns = row
    expect(columns[0] is not None, f"booking {entry_id}", f"is gone from the books; leaf {number} seals it")
    leaf_hash = bookings.sealed_hash(tuple(columns), debit_salt, credit_salt)
    expect(leaf_hash == stored, f"booking {entry_id}", f"is not what leaf {number} sealed")
    return leaf_hash


def _first_difference(stored: bytes, row: Sequence[bytes]) -> int:
    return next(
        (place for place, each in enumerate(row) if stored[place * HASH_BYTES : (place + 1) * HASH_BYTES] != each),
        len(row),
    )
