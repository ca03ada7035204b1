"""Values that cross the ledger's border."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from securebank.kernel.money import Money


class EntryType(StrEnum):
    """Why money moved."""

    TRANSFER = "transfer"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    REFUND = "refund"
    REVERSAL = "reversal"
    FEE = "fee"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class EntryOrder:
    """A movement to book or to hold.

    Attributes:
        client_id: chosen by the caller; the same order under the same id is booked once.
        debit_account_id: ledger account to debit.
        credit_account_id: another one, of the same currency.
        amount: positive.
        entry_type: why.
    """

    client_id: UUID
    debit_account_id: int
    credit_account_id: int
    amount: Money
    entry_type: EntryType


@dataclass(frozen=True, slots=True)
class PostedEntry:
    """An entry that is in the books; ``is_replay`` says that it already was."""

    entry_id: int
    client_id: UUID
    posted_at: datetime
    is_replay: bool


@dataclass(frozen=True, slots=True)
class PlacedHold:
    """A hold that was placed; ``is_replay`` says that it had been before."""

    hold_id: int
    client_id: UUID
    placed_at: datetime
    is_replay: bool


@dataclass(frozen=True, slots=True)
class Balance:
    """What is on an account, seen from its own side.

    Attributes:
        settled: all postings.
        held: open holds that will lower it.
        available: settled less held.
    """

    settled: Money
    held: Money
    available: Money


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One posting on an account.

    Attributes:
        entry_id: the journal entry.
        entry_type: why.
        posted_at: when.
        counterpart_id: the ledger account on the other side.
        change: seen from the account's own side; negative when it fell.
        balance_after: the account's settled balance right after it.
    """

    entry_id: int
    entry_type: EntryType
    posted_at: datetime
    counterpart_id: int
    change: Money
    balance_after: Money


@dataclass(frozen=True, slots=True)
class TrialBalanceLine:
    """One account's row of the trial balance; the balance stands on one of the two sides."""

    account_id: int
    code: str
    kind: str
    debit: Money
    credit: Money


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that does not add up.

    Attributes:
        check: which rule was broken.
        subject: the account, entry, hold or currency.
        detail: what is stored and what was computed.
    """

    check: str
    subject: str
    detail: str
