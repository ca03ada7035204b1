"""A statement made by hand, for the tests of the files."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from ledger.types import EntryType
from payments.statements.types import Line, Period, Statement
from securebank.kernel.money import Money

OPENING = Money(500_000_00, "INR")


def line(minor: int, balance: int, **changes: Any) -> Line:
    """Return a booking of March 2026."""
    values: dict[str, Any] = {
        "entry_id": 7,
        "payment_id": UUID(int=7),
        "booked_at": datetime(2026, 3, 2, 20, 0, tzinfo=UTC),
        "entry_type": EntryType.TRANSFER,
        "other_name": "Ben Das",
        "other_account": "•••• 1234",
        "note": "Tickets",
        "amount": Money(minor, "INR"),
        "balance": Money(balance, "INR"),
    }
    return Line(**(values | changes))


def statement(*lines: Line, **changes: Any) -> Statement:
    """Return a statement of March 2026 with the given bookings."""
    values: dict[str, Any] = {
        "account_id": UUID(int=1),
        "account_number": "100012345678",
        "account_kind": "current",
        "currency": "INR",
        "holder": "Asha Rao",
        "period": Period(date(2026, 3, 1), date(2026, 3, 31)),
        "opening": OPENING,
        "lines": lines,
        "made_at": datetime(2026, 4, 1, tzinfo=UTC),
        "language": "en",
    }
    return Statement(**(values | changes))


def many(number: int, **changes: Any) -> Statement:
    """Return a statement with so many bookings, every other one leaving the account."""
    balance = OPENING.minor
    lines = []
    for place in range(number):
        minor = (-1) ** place * (place + 1) * 100
        balance += minor
        at = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=place)
        lines.append(line(minor, balance, entry_id=place + 1, booked_at=at))
    return statement(*lines, **changes)
