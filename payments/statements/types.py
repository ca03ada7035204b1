"""What a statement says, whatever the format."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from ledger.types import EntryType
from payments.statements.constants import LONGEST_PERIOD
from payments.statements.errors import PeriodInvalid, PeriodTooLong
from securebank.kernel.money import Money

EARLIEST_YEAR: Final = 1970
LATEST_YEAR: Final = 2200


def bank_zone() -> ZoneInfo:
    """Return the zone in which the bank's days begin and end."""
    return ZoneInfo(settings.BANK_TIME_ZONE)


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the bank, both of them included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise PeriodInvalid(_("The first day comes after the last one."))
        if not EARLIEST_YEAR <= self.first.year <= self.last.year <= LATEST_YEAR:
            raise PeriodInvalid(_("The bank has no books for these days."))
        if self.last - self.first > LONGEST_PERIOD:
            raise PeriodTooLong(_("A statement covers two years at most."))

    @property
    def starts_at(self) -> datetime:
        """The first instant of the period."""
        return datetime.combine(self.first, datetime.min.time(), bank_zone())

    @property
    def ends_at(self) -> datetime:
        """The first instant after the period."""
        return datetime.combine(self.last + timedelta(days=1), datetime.min.time(), bank_zone())


@dataclass(frozen=True, slots=True)
class Line:
    """One booking on the account.

    Attributes:
        entry_id: number of the journal entry, unique in the bank.
        payment_id: the payment it belongs to, if any.
        other_name: registered name of the other side, as statements show it; empty for the bank itself.
        other_account: the other side's account number, all but the last four digits hidden.
        amount: negative when it left the account.
        balance: of the account after this booking.
    """

    entry_id: int
    payment_id: UUID | None
    booked_at: datetime
    entry_type: EntryType
    other_name: str
    other_account: str
    note: str
    amount: Money
    balance: Money

    @property
    def booked_on(self) -> date:
        """The bank's day on which it was written."""
        return self.booked_at.astimezone(bank_zone()).date()

    @property
    def value_date(self) -> date:
        """The day from which it counts: inside one bank, the day it was booked."""
        return self.booked_on


@dataclass(frozen=True)
class Statement:
    """One account over one period, all bookings in order."""

    account_id: UUID
    account_number: str
    account_kind: str
    currency: str
    holder: str
    period: Period
    opening: Money
    lines: tuple[Line, ...]
    made_at: datetime
    language: str

    @cached_property
    def closing(self) -> Money:
        """The balance after the last line."""
        return self.lines[-1].balance if self.lines else self.opening

    @cached_property
    def total_in(self) -> Money:
        """The sum of what arrived."""
        return Money(sum(line.amount.minor for line in self.lines if line.amount.minor > 0), self.currency)

    @cached_property
    def total_out(self) -> Money:
        """The sum of what left, without its sign."""
        return Money(-sum(line.amount.minor for line in self.lines if line.amount.minor < 0), self.currency)

    @property
    def reference(self) -> str:
        """A name for this statement: account, then period; at most 35 characters."""
        return f"{self.account_number}-{self.period.first:%Y%m%d}-{self.period.last:%Y%m%d}"
