"""Verifying one account: its bookings, their leaves, and that these are in the signed log."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ledger import services
from ledger.chain import verification
from ledger.chain.findings import Report
from ledger.chain.selectors import last_check
from ledger.models import ChainCheck, JournalEntry, Leaf, LedgerAccount
from tests.ledger.builders import customer, order
from tests.ledger.chain.builders import behind_their_back, book_some_of_everything, pay, seal

pytestmark = pytest.mark.django_db
CHANGE = "UPDATE ledger_journalentry SET amount_minor = amount_minor + 1 WHERE id = {}"


@pytest.fixture
def account() -> int:
    """An account with three bookings in a log of nineteen, and one that is not sealed yet."""
    payer, mine = customer(1000), customer(500)
    for _ in range(2):
        services.post_entry(order(payer, mine, 5))
    book_some_of_everything()
    services.post_entry(order(mine, payer, 5))
    seal()
    services.post_entry(order(mine, payer, 5))
    return mine


def verified(account: int, **options: Any) -> Report:
    return verification.verify(level=verification.Level.ACCOUNT, account_id=account, **options)


def entries(account: int) -> list[int]:
    found = JournalEntry.objects.filter(debit_account_id=account) | JournalEntry.objects.filter(
        credit_account_id=account
    )
    return list(found.order_by("id").values_list("id", flat=True))


def test_a_sound_account_has_nothing_wrong(account: int) -> None:
    told: list[tuple[int, int]] = []

    report = verified(account, tell=lambda done, size: told.append((done, size)))

    count = len(entries(account))
    assert (report.fault, report.sealed, report.pending) == (None, count - 1, 1)
    assert told == [(count, count)]


def test_an_account_without_bookings_has_nothing_wrong() -> None:
    assert verified(customer()) == Report(0, 0, 0, None)


def test_an_account_whose_log_is_empty_has_nothing_wrong() -> None:
    pay(2)
    payer = JournalEntry.objects.latest("id").debit_account_id

    assert verified(payer) == Report(0, 0, 2, None)


def test_a_sharded_account_is_counted_by_shard() -> None:
    payer, shop = customer(1000), customer()
    services.set_shards(account_id=shop, shards=4)
    for _ in range(12):
        services.post_entry(order(payer, shop, 5))
    seal()

    assert (verified(shop).fault, verified(shop).sealed) == (None, 12)


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        (lambda ids: CHANGE.format(ids[0]), "booking {0}: is not what leaf"),
        (
            lambda ids: f"UPDATE ledger_leaf SET number = 900 WHERE entry_id = {ids[0]}",
            "booking {0}: its leaf 900 lies outside the log",
        ),
        (lambda ids: f"DELETE FROM ledger_leaf WHERE entry_id = {ids[0]}", "booking {0}: has no leaf"),
        (
            lambda ids: (
                "UPDATE ledger_treenode SET hash = set_byte(hash, 3, get_byte(hash, 3) # 1) WHERE level = 1"
                f" AND place = (SELECT (number / 2) # 1 FROM ledger_leaf WHERE entry_id = {ids[0]})"
            ),
            "is not in the log that was signed",
        ),
        (lambda ids: f"DELETE FROM ledger_journalentry WHERE id = {ids[1]}", "its posting 2 of shard 0 is gone"),
        (lambda ids: f"DELETE FROM ledger_journalentry WHERE id = {ids[-1]}", "of shard 0 is gone from the books"),
        (lambda _: "DELETE FROM ledger_checkpoint WHERE tree_size = 4", "checkpoint 4: is missing"),
    ],
    ids=["changed", "moved", "unsealed", "another tree", "deleted", "deleted at the end", "unsigned"],
)
def test_what_is_wrong_with_an_account_is_named(account: int, sql: Callable[[list[int]], str], named: str) -> None:
    ids = entries(account)

    behind_their_back(sql(ids))

    assert named.format(*ids) in str(verified(account).fault)


def test_a_fault_of_another_account_is_not_this_ones(account: int) -> None:
    mine = entries(account)
    other = Leaf.objects.exclude(entry_id__in=mine).latest("number").entry_id

    behind_their_back(CHANGE.format(other))

    assert verified(account).fault is None


def test_what_was_found_is_kept_with_its_account(account: int) -> None:
    verification.verify_and_record(level=verification.Level.ACCOUNT, account_id=account)

    kept = ChainCheck.objects.get()
    assert (kept.level, kept.account_id, kept.fault) == ("account", account, "")


def test_the_bank_goes_by_the_last_full_verification_or_a_later_fault(account: int) -> None:
    full = verification.verify_and_record()
    verification.verify_and_record(level=verification.Level.QUICK)
    assert last_check() == full

    behind_their_back(CHANGE.format(entries(account)[0]))
    found = verification.verify_and_record(level=verification.Level.ACCOUNT, account_id=account)
    verification.verify_and_record(level=verification.Level.QUICK)

    assert last_check() == found


def test_the_command_verifies_an_account(account: int) -> None:
    out, code = StringIO(), LedgerAccount.objects.get(pk=account).code

    call_command("verify_chain", level="account", account=code, processes=1, stdout=out)

    assert "bookings, 1 pending" in out.getvalue()


@pytest.mark.parametrize(
    ("level", "code", "sentence"),
    [("account", None, "belong together"), ("full", "x", "belong together"), ("account", "x", "no ledger account x")],
)
def test_the_command_wants_an_account_for_its_level_only(level: str, code: str | None, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("verify_chain", level=level, account=code, processes=1)
