"""What the database keeps, and what the check of the books finds."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import Error, connection

from ledger import services, verification
from ledger.models import Hold, JournalEntry, LedgerAccount
from securebank.kernel.ids import new_id
from securebank.kernel.money import Money
from tests.ledger.builders import customer, order, settlement

pytestmark = pytest.mark.django_db

IMMUTABLE = [
    "UPDATE ledger_journalentry SET amount_minor = 1",
    "UPDATE ledger_journalentry SET posted_at = now()",
    "DELETE FROM ledger_journalentry",
    "TRUNCATE ledger_journalentry CASCADE",
    "UPDATE ledger_entrybatch SET entry_count = 1",
    "DELETE FROM ledger_entrybatch",
    "DELETE FROM ledger_hold",
    "UPDATE ledger_hold SET amount_minor = 1",
    "UPDATE ledger_hold SET state = 'open', resolved_at = NULL WHERE state = 'voided'",
    "TRUNCATE ledger_hold CASCADE",
    "DELETE FROM ledger_reversaltotal",
    "UPDATE ledger_reversaltotal SET reversed_minor = 0",
    "DELETE FROM ledger_ledgeraccount WHERE version > 0",
    "UPDATE ledger_ledgeraccount SET currency = 'USD'",
    "UPDATE ledger_ledgeraccount SET kind = 'asset'",
    "UPDATE ledger_ledgeraccount SET code = 'x' || code",
    "DELETE FROM ledger_accountshard",
    "TRUNCATE ledger_ledgeraccount CASCADE",
]

# Each of these changes the books behind their back; the words name the check that must see it.
TAMPERING = [
    ("UPDATE ledger_journalentry SET amount_minor = amount_minor + 1 WHERE id = {entry}", "stored sums"),
    ("UPDATE ledger_journalentry SET debit_balance_after = 5 WHERE id = {entry}", "without a gap"),
    ("UPDATE ledger_journalentry SET posted_at = posted_at - interval '1 day' WHERE id = {entry}", "without a gap"),
    ("DELETE FROM ledger_journalentry WHERE id = {entry}", "stored sums"),
    (
        "UPDATE ledger_journalentry SET (debit_account_id, credit_account_id) = ({payee}, {payer}) WHERE id = {entry}",
        "stored sums",
    ),
    ("UPDATE ledger_ledgeraccount SET credits_posted = credits_posted + 1 WHERE id = {payee}", "books balance"),
    ("UPDATE ledger_ledgeraccount SET debits_held = debits_held + 1 WHERE id = {payer}", "open holds"),
    ("UPDATE ledger_hold SET state = 'voided', resolved_at = now() WHERE id = {hold}", "open holds"),
    ("UPDATE ledger_ledgeraccount SET floor_minor = 10000 WHERE id = {payee}", "below its floor"),
    ("UPDATE ledger_ledgeraccount SET folded_minor = 7 WHERE id = {payee}", "count on no more"),
    ("UPDATE ledger_reversaltotal SET reversed_minor = 1", "never exceed"),
    ("UPDATE ledger_entrybatch SET entry_count = 3", "batches are complete"),
    ("UPDATE ledger_ledgeraccount SET closed_at = now() WHERE id = {payee}", "closed accounts"),
]


@pytest.fixture
def books() -> dict[str, int]:
    """Some of everything."""
    payer, payee = customer(1000), customer()
    hold = services.place_hold(order(payer, payee, 30))
    services.void_hold(hold_id=services.place_hold(order(payer, payee, 30)).hold_id)
    reversed_one = services.post_entry(order(payer, payee, 50))
    services.reverse_entry(entry_id=reversed_one.entry_id, client_id=new_id(), amount=Money(20, "INR"))
    services.post_batch([order(payer, payee, 40), order(payee, payer, 5)], batch_id=new_id())
    last = services.post_entry(order(payer, payee, 7))
    run("SET CONSTRAINTS ALL IMMEDIATE")
    return {"payer": payer, "payee": payee, "hold": hold.hold_id, "entry": last.entry_id}


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("sql", IMMUTABLE)
def test_the_database_refuses_to_change_what_is_written(books: dict[str, int], sql: str) -> None:
    with pytest.raises(Error, match=r"refused|violates|cannot truncate"):
        run(sql)


def test_the_database_refuses_an_entry_whose_currency_is_not_the_accounts(books: dict[str, int]) -> None:
    payer, dollars = customer(10), customer(currency="USD")

    with pytest.raises(Error, match="entry_credit_account"):
        run(
            "INSERT INTO ledger_journalentry (client_id, entry_type, debit_account_id, credit_account_id, amount_minor,"
            " currency, debit_shard, credit_shard, debit_version, credit_version, debit_balance_after,"
            " credit_balance_after, posted_at)"
            f" VALUES (gen_random_uuid(), 'transfer', {payer}, {dollars}, 1, 'INR', 0, 0, 1, 1, 0, 0, now())"
        )


def test_the_database_refuses_a_balance_below_the_floor(books: dict[str, int]) -> None:
    with pytest.raises(Error, match="account_not_below_floor"):
        run("UPDATE ledger_ledgeraccount SET debits_posted = debits_posted + 100000 WHERE floor_minor = 0")


def test_finds_nothing_in_sound_books(books: dict[str, int]) -> None:
    out = StringIO()

    call_command("verify_books", stdout=out)

    assert "The books are right." in out.getvalue()


@pytest.mark.parametrize(("sql", "check"), TAMPERING)
def test_names_what_was_tampered_with(books: dict[str, int], sql: str, check: str) -> None:
    run("SET LOCAL session_replication_role = replica")
    if "floor_minor" in sql:
        run("ALTER TABLE ledger_ledgeraccount DROP CONSTRAINT account_not_below_floor")

    run(sql.format(**books))

    assert any(check in difference.check for difference in verification.differences())


def test_exits_with_one_and_names_the_difference(books: dict[str, int]) -> None:
    run(f"UPDATE ledger_ledgeraccount SET credits_posted = credits_posted + 1 WHERE id = {books['payee']}")
    out = StringIO()

    with pytest.raises(CommandError) as failure:
        call_command("verify_books", stdout=out)

    assert failure.value.returncode == 1
    assert f"{books['payee']}/0: stored" in out.getvalue()


def test_an_account_that_was_never_used_may_be_deleted() -> None:
    account = services.open_account(code="mistake", kind=LedgerAccount.Kind.INCOME, currency="INR")

    assert account.delete()[0] == 1


def test_a_settlement_account_is_opened_once() -> None:
    assert settlement() == settlement()
    assert (JournalEntry.objects.count(), Hold.objects.count()) == (0, 0)
