"""Reading the books."""

from collections.abc import Sequence
from datetime import datetime

from ledger.errors import UnknownLedgerAccount
from ledger.statements import prepared_cursor
from ledger.types import Balance, EntryType, StatementLine, TrialBalanceLine
from securebank.kernel.money import Money


def balance_of(account_id: int) -> Balance:
    """Return what is on an account.

    Raises:
        UnknownLedgerAccount: there is none.
    """
    return balances_of([account_id])[account_id]


def balances_of(account_ids: Sequence[int]) -> dict[int, Balance]:
    """Return what is on several accounts, read in one statement.

    Raises:
        UnknownLedgerAccount: one of them is missing.
    """
    with prepared_cursor() as cursor:
        cursor.execute(
            """
            SELECT a.id, a.currency,
                   CASE WHEN d.is_normal THEN t.debits - t.credits ELSE t.credits - t.debits END,
                   CASE WHEN d.is_normal THEN t.credits_held ELSE t.debits_held END
            FROM ledger_ledgeraccount a
            CROSS JOIN LATERAL (SELECT a.kind IN ('asset', 'expense') AS is_normal) d
            CROSS JOIN LATERAL (
                SELECT (a.debits_posted + coalesce(sum(s.debits_posted), 0))::bigint AS debits,
                       (a.credits_posted + coalesce(sum(s.credits_posted), 0))::bigint AS credits,
                       (a.debits_held + coalesce(sum(s.debits_held), 0))::bigint AS debits_held,
                       (a.credits_held + coalesce(sum(s.credits_held), 0))::bigint AS credits_held
                FROM ledger_accountshard s WHERE s.account_id = a.id AND a.shards > 0
            ) t
            WHERE a.id = ANY(%s)
            """,
            (list(account_ids),),
        )
        rows = cursor.fetchall()
    found = {
        account_id: Balance(Money(settled, currency), Money(held, currency), Money(settled - held, currency))
        for account_id, currency, settled, held in rows
    }
    if missing := set(account_ids) - found.keys():
        raise UnknownLedgerAccount(f"no ledger account {min(missing)}")
    return found


def balance_at(account_id: int, at: datetime) -> Money:
    """Return the settled balance at a past moment: two index look-ups, and two more for each shard.

    A posting whose transaction was still open at that moment counts as soon as it is committed.

    Raises:
        UnknownLedgerAccount: there is none.
    """
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT currency, ledger_balance_at(id, %s) FROM ledger_ledgeraccount WHERE id = %s", (at, account_id)
        )
        row = cursor.fetchone()
    if row is None:
        raise UnknownLedgerAccount(f"no ledger account {account_id}")
    currency, minor = row
    return Money(minor, currency)


def running_balances(account_id: int, entry_ids: Sequence[int]) -> dict[int, Money]:
    """Return the account's settled balance right after each of its entries that are asked for."""
    with prepared_cursor() as cursor:
        cursor.execute(
            "SELECT e.id, e.currency, ledger_balance_at(%s, e.posted_at, e.id) FROM ledger_journalentry e"
            " WHERE e.id = ANY(%s) AND %s IN (e.debit_account_id, e.credit_account_id)",
            (account_id, list(entry_ids), account_id),
        )
        return {entry_id: Money(minor, currency) for entry_id, currency, minor in cursor.fetchall()}


def statement(account_id: int, *, since: datetime, until: datetime, limit: int | None = None) -> list[StatementLine]:
    """Return an account's postings from ``since`` to before ``until``, oldest first, each with its running balance.

    One statement: the opening balance by look-up, then a running sum, so it is right for a hot account as well.
    With ``limit``, only so many of the oldest.
    """
    with prepared_cursor() as cursor:
        cursor.execute(
            """
            SELECT p.id, p.entry_type, p.posted_at, p.counterpart_id, p.currency, p.change,
                   o.minor + sum(p.change) OVER (ORDER BY p.posted_at, p.id)::bigint
            FROM (
                SELECT e.id, e.entry_type, e.posted_at, e.credit_account_id AS counterpart_id, e.currency,
                       CASE WHEN a.kind IN ('asset', 'expense') THEN e.amount_minor ELSE -e.amount_minor END AS change
                FROM ledger_ledgeraccount a, generate_series(0, a.shards) AS number, ledger_journalentry e
                WHERE a.id = %(account)s AND e.debit_account_id = a.id AND e.debit_shard = number
                  AND e.posted_at >= %(since)s AND e.posted_at < %(until)s
                UNION ALL
                SELECT e.id, e.entry_type, e.posted_at, e.debit_account_id, e.currency,
                       CASE WHEN a.kind IN ('asset', 'expense') THEN -e.amount_minor ELSE e.amount_minor END
                FROM ledger_ledgeraccount a, generate_series(0, a.shards) AS number, ledger_journalentry e
                WHERE a.id = %(account)s AND e.credit_account_id = a.id AND e.credit_shard = number
                  AND e.posted_at >= %(since)s AND e.posted_at < %(until)s
            ) p
            CROSS JOIN (SELECT ledger_balance_at(%(account)s, %(since)s, 0) AS minor) o
            ORDER BY p.posted_at, p.id
            LIMIT %(limit)s
            """,
            {"account": account_id, "since": since, "until": until, "limit": limit},
        )
        return [
            StatementLine(
                entry_id, EntryType(entry_type), posted_at, counterpart, Money(change, currency), Money(after, currency)
            )
            for entry_id, entry_type, posted_at, counterpart, currency, change, after in cursor.fetchall()
        ]


def trial_balance(*, currency: str, at: datetime | None = None) -> list[TrialBalanceLine]:
    """Return every account's settled balance on the side where it stands, now or at a past moment.

    The two columns have the same sum, or the books are wrong.
    """
    with prepared_cursor() as cursor:
        cursor.execute(
            """
            SELECT a.id, a.code, a.kind,
                   (CASE WHEN a.kind IN ('asset', 'expense') THEN 1 ELSE -1 END)
                   * ledger_balance_at(a.id, coalesce(%s::timestamptz, 'infinity'))
            FROM ledger_ledgeraccount a WHERE a.currency = %s ORDER BY a.kind, a.code
            """,
            (at, currency),
        )
        return [
            TrialBalanceLine(
                account_id, code, kind, Money(max(debit_minor, 0), currency), Money(max(-debit_minor, 0), currency)
            )
            for account_id, code, kind, debit_minor in cursor.fetchall()
        ]
