"""Recompute the books from their entries and name every difference.

Each check is one set-based statement that returns the subjects that fail it. All read one snapshot, so they can run
while the bank is open.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection, transaction

from ledger.types import Difference

POSTINGS: Final = """
    WITH postings AS (
        SELECT id, debit_account_id AS account_id, debit_shard AS shard, debit_version AS version,
               debit_balance_after AS balance_after, amount_minor AS debits, 0::bigint AS credits, posted_at, currency
        FROM ledger_journalentry
        UNION ALL
        SELECT id, credit_account_id, credit_shard, credit_version, credit_balance_after, 0, amount_minor, posted_at,
               currency
        FROM ledger_journalentry
    ), slots AS (
        SELECT id AS account_id, 0 AS shard, debits_posted, credits_posted, debits_held, credits_held, version
        FROM ledger_ledgeraccount
        UNION ALL
        SELECT account_id, shard, debits_posted, credits_posted, debits_held, credits_held, version
        FROM ledger_accountshard
    ), totals AS (
        SELECT a.id, a.code, a.currency, a.floor_minor, a.folded_minor, a.closed_at,
               a.kind IN ('asset', 'expense') AS is_debit_normal,
               sum(s.debits_posted) AS debits, sum(s.credits_posted) AS credits,
               sum(s.debits_held) AS debits_held, sum(s.credits_held) AS credits_held
        FROM ledger_ledgeraccount a JOIN slots s ON s.account_id = a.id GROUP BY a.id
    )
"""

CHECKS: Final = {
    "the books balance in every currency": """
        SELECT currency, format('debits %s, credits %s', sum(debits), sum(credits))
        FROM totals GROUP BY currency HAVING sum(debits) <> sum(credits)
    """,
    "stored sums are the sums of the entries": """
        SELECT format('%s/%s', s.account_id, s.shard),
               format('stored %s debits, %s credits, %s postings; entries say %s, %s, %s', s.debits_posted,
                      s.credits_posted, s.version, coalesce(p.debits, 0), coalesce(p.credits, 0), coalesce(p.count, 0))
        FROM slots s FULL JOIN (
            SELECT account_id, shard, sum(debits) AS debits, sum(credits) AS credits, count(*) AS count
            FROM postings GROUP BY account_id, shard
        ) p USING (account_id, shard)
        WHERE (s.debits_posted, s.credits_posted, s.version)
              IS DISTINCT FROM (coalesce(p.debits, 0), coalesce(p.credits, 0), coalesce(p.count, 0))
    """,
    "postings follow each other without a gap": """
        SELECT id::text, format('posting %s of %s/%s leaves %s at %s; expected posting %s to leave %s, not before %s',
                                version, account_id, shard, balance_after, posted_at, place, balance, earlier)
        FROM (
            SELECT p.id, p.account_id, p.shard, p.version, p.balance_after, p.posted_at,
                   row_number() OVER upto AS place,
                   sum(CASE WHEN t.is_debit_normal THEN p.debits - p.credits ELSE p.credits - p.debits END)
                       OVER upto AS balance,
                   lag(p.posted_at) OVER upto AS earlier
            FROM postings p JOIN totals t ON t.id = p.account_id
            WINDOW upto AS (PARTITION BY p.account_id, p.shard ORDER BY p.version, p.id)
        ) chain
        WHERE (version, balance_after) <> (place, balance) OR posted_at < earlier
    """,
    "entries have the currency of their accounts": """
        SELECT p.id::text, format('entry in %s on account %s in %s', p.currency, t.id, t.currency)
        FROM postings p LEFT JOIN totals t ON t.id = p.account_id WHERE p.currency IS DISTINCT FROM t.currency
    """,
    "held sums are the sums of the open holds": """
        SELECT t.code, format('stored %s to debit, %s to credit; holds say %s, %s',
                              t.debits_held, t.credits_held, h.debits, h.credits)
        FROM totals t CROSS JOIN LATERAL (
            SELECT coalesce(sum(amount_minor) FILTER (WHERE debit_account_id = t.id), 0) AS debits,
                   coalesce(sum(amount_minor) FILTER (WHERE credit_account_id = t.id), 0) AS credits
            FROM ledger_hold WHERE state = 'open' AND t.id IN (debit_account_id, credit_account_id)
        ) h
        WHERE (t.debits_held, t.credits_held) <> (h.debits, h.credits)
    """,
    "no account is below its floor": """
        SELECT code, format('available %s, floor %s', available, floor_minor)
        FROM (
            SELECT code, floor_minor, CASE WHEN is_debit_normal THEN debits - credits - credits_held
                                           ELSE credits - debits - debits_held END AS available
            FROM totals
        ) a WHERE available < floor_minor
    """,
    "hot accounts count on no more than their shards hold": """
        SELECT t.code, format('counts on %s, shards pledge %s of %s', t.folded_minor, s.pledged, s.settled)
        FROM totals t CROSS JOIN LATERAL (
            SELECT coalesce(sum(folded_minor), 0) AS pledged, coalesce(bool_or(
                       folded_minor > CASE WHEN t.is_debit_normal THEN debits_posted - credits_posted
                                           ELSE credits_posted - debits_posted END), FALSE) AS is_over,
                   coalesce(sum(CASE WHEN t.is_debit_normal THEN debits_posted - credits_posted
                                     ELSE credits_posted - debits_posted END), 0) AS settled
            FROM ledger_accountshard WHERE account_id = t.id
        ) s WHERE t.folded_minor <> s.pledged OR t.folded_minor > 0 AND s.is_over
    """,
    "reversals undo their entry and never exceed it": """
        SELECT e.id::text, format('reversed %s of %s, counted %s', r.reversed, e.amount_minor, t.reversed_minor)
        FROM ledger_journalentry e
        JOIN (
            SELECT reverses_id, sum(amount_minor) AS reversed, min(debit_account_id) AS debit,
                   max(debit_account_id) AS also_debit, min(credit_account_id) AS credit
            FROM ledger_journalentry WHERE reverses_id IS NOT NULL GROUP BY reverses_id
        ) r ON r.reverses_id = e.id
        LEFT JOIN ledger_reversaltotal t ON t.entry_id = e.id
        WHERE r.reversed > e.amount_minor OR t.reversed_minor IS DISTINCT FROM r.reversed
            OR (r.debit, r.also_debit, r.credit) <> (e.credit_account_id, e.credit_account_id, e.debit_account_id)
        UNION ALL
        SELECT t.entry_id::text, format('counted %s without a reversal', t.reversed_minor)
        FROM ledger_reversaltotal t
        WHERE t.reversed_minor > 0
            AND NOT EXISTS (SELECT FROM ledger_journalentry r WHERE r.reverses_id = t.entry_id)
    """,
    "captured holds are booked as they were held": """
        SELECT h.id::text, format('held %s, booked %s', h.amount_minor, e.amount_minor)
        FROM ledger_hold h LEFT JOIN ledger_journalentry e ON e.id = h.entry_id
        WHERE h.state = 'captured' AND (
            e.id IS NULL OR e.amount_minor > h.amount_minor OR (e.debit_account_id, e.credit_account_id, e.currency)
                <> (h.debit_account_id, h.credit_account_id, h.currency)
        )
    """,
    "batches are complete": """
        SELECT coalesce(b.id, e.batch_id)::text, format('%s entries of %s', coalesce(e.count, 0), b.entry_count)
        FROM ledger_entrybatch b FULL JOIN (
            SELECT batch_id, count(*) FROM ledger_journalentry WHERE batch_id IS NOT NULL GROUP BY batch_id
        ) e ON e.batch_id = b.id
        WHERE e.count IS DISTINCT FROM b.entry_count
    """,
    "closed accounts are empty": """
        SELECT code, format('debits %s, credits %s, held %s', debits, credits, debits_held + credits_held)
        FROM totals WHERE closed_at IS NOT NULL AND (debits <> credits OR debits_held <> 0 OR credits_held <> 0)
    """,
}


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Let all statements see the same moment, unless the caller's transaction has begun already."""
    begins_here = not connection.in_atomic_block
    with transaction.atomic():
        if begins_here:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                # A big bank takes longer to recompute than any request may.
                cursor.execute("SET LOCAL statement_timeout = 0")
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield


def run_check(name: str) -> list[Difference]:
    """Return what fails one of ``CHECKS``."""
    with connection.cursor() as cursor:
        cursor.execute(POSTINGS + CHECKS[name])
        return [Difference(name, subject or "?", detail) for subject, detail in cursor.fetchall()]


def differences() -> list[Difference]:
    """Run every check and return what does not add up; nothing when the books are right."""
    with one_snapshot():
        return [difference for name in CHECKS for difference in run_check(name)]
