"""The part of verifying for one account: each of its bookings against its leaf, with the proof that it is in the log.

Costs what the account has, not what the log has, and needs no other account's bookings.
"""

from collections.abc import Callable
from typing import Any, Final

from ledger.chain import bookings, merkle, tree
from ledger.chain.checks_of_blocks import Sealed
from ledger.chain.findings import Altered, Report, expect
from ledger.models import AccountShard, LedgerAccount
from ledger.statements import steady_cursor

AT_A_TIME: Final = 500
IDS: Final = """
    SELECT id FROM ledger_journalentry WHERE debit_account_id = %(account)s
    UNION SELECT id FROM ledger_journalentry WHERE credit_account_id = %(account)s ORDER BY id
"""
SEALED: Final = f"""
    SELECT {bookings.COLUMNS}, l.number, l.hash, l.debit_salt, l.credit_salt
    FROM ledger_journalentry e {bookings.JOIN_HOLD} LEFT JOIN ledger_leaf l ON l.entry_id = e.id
    WHERE e.id = ANY(%s) ORDER BY e.id
"""  # noqa: S608 - our own constants

# Of each shard, which postings there are.
Postings = dict[int, list[int]]


def check_account(account_id: int, last: Sealed | None, tell: Callable[[int, int], None]) -> Report:
    """Check every booking of an account in the log that ends with a block.

    Raises:
        Altered: the first booking that is not as it was sealed, is not in the log, or is missing from the account.
    """
    ids, done, sealed = _ids(account_id), 0, 0
    found: Postings = {}
    for begin in range(0, len(ids), AT_A_TIME):
        for row in _rows(ids[begin : begin + AT_A_TIME]):
            sealed += _check_booking(row, last)
            _note_postings(row, account_id, found)
        done = min(begin + AT_A_TIME, len(ids))
        tell(done, len(ids))
    _check_postings(account_id, found)
    return Report(last.header.height + 1 if last else 0, sealed, len(ids) - sealed, None)


def _ids(account_id: int) -> list[int]:
    with steady_cursor() as cursor:
        cursor.execute(IDS, {"account": account_id})
        return [entry_id for (entry_id,) in cursor.fetchall()]


def _rows(ids: list[int]) -> list[tuple[Any, ...]]:
    with steady_cursor() as cursor:
        cursor.execute(SEALED, (ids,))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _check_booking(row: tuple[Any, ...], last: Sealed | None) -> bool:
    """Expect a booking to be what its leaf sealed, and the leaf to be in the log; tell whether it has one yet."""
    *columns, number, leaf_hash, debit_salt, credit_salt = row
    name = f"booking {columns[0]}"
    if number is None:
        is_pending = last is None or columns[0] > last.header.sealed_through
        expect(is_pending, name, "has no leaf, though all up to a later one were sealed")
        return False
    if last is None or not 0 <= number < last.header.tree_size:
        raise Altered(name, f"its leaf {number} lies outside the log")
    is_same = bookings.sealed_hash(tuple(columns), debit_salt, credit_salt) == leaf_hash
    expect(is_same, name, f"is not what leaf {number} sealed")
    try:
        path = tree.roots(merkle.inclusion_ranges(number, last.header.tree_size))
    except tree.DamagedLog as gone:
        raise Altered(name, str(gone)) from None
    size, root = last.header.tree_size, last.header.log_root
    is_in = merkle.proves_inclusion(leaf=leaf_hash, index=number, size=size, path=path, root=root)
    expect(is_in, name, f"leaf {number} is not in the log that was signed")
    return True


def _note_postings(row: tuple[Any, ...], account_id: int, found: Postings) -> None:
    _, debit, credit = bookings.read(row)
    for side in (debit, credit):
        if side.account_id == account_id:
            found.setdefault(side.shard, []).append(side.version)


def _check_postings(account_id: int, found: Postings) -> None:
    """Expect an account's postings to be numbered without a gap, up to where it says that they end."""
    counted = dict(AccountShard.objects.filter(account_id=account_id).values_list("shard", "version"))
    counted[0] = LedgerAccount.objects.values_list("version", flat=True).get(pk=account_id)
    for shard in sorted(counted.keys() | found.keys()):
        there = set(found.get(shard, ()))
        missing = next((each for each in range(1, counted.get(shard, 0) + 1) if each not in there), None)
        expect(
            missing is None, f"account {account_id}", f"its posting {missing} of shard {shard} is gone from the books"
        )
        count = len(found.get(shard, ()))
        expect(
            count == counted.get(shard, 0), f"account {account_id}", f"has {count} postings of shard {shard}, too many"
        )
