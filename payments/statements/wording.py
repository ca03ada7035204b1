"""What a booking is called on a statement."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import BankAccount
from ledger.types import EntryType
from payments.statements.types import Line

RECEIVED: Final[dict[EntryType, Promise]] = {
    EntryType.TRANSFER: _("Transfer received"),
    EntryType.DEPOSIT: _("Deposit"),
    EntryType.REFUND: _("Refund received"),
    EntryType.REVERSAL: _("Reversal"),
    EntryType.EXCHANGE: _("Currency exchange"),
}
SENT: Final[dict[EntryType, Promise]] = {
    EntryType.TRANSFER: _("Transfer sent"),
    EntryType.WITHDRAWAL: _("Withdrawal"),
    EntryType.REFUND: _("Refund sent"),
    EntryType.REVERSAL: _("Reversal"),
    EntryType.FEE: _("Fee"),
    EntryType.EXCHANGE: _("Currency exchange"),
}
ACCOUNT_KINDS: Final[dict[str, Promise]] = {
    BankAccount.Kind.CURRENT: _("Current account"),
    BankAccount.Kind.SAVINGS: _("Savings account"),
}


def title_of(line: Line) -> str:
    """Return the kind of booking in the current language."""
    known = RECEIVED if line.amount.minor > 0 else SENT
    return str(known.get(line.entry_type, _("Booking")))


def account_kind(kind: str) -> str:
    """Return the name of the product in the current language."""
    return str(ACCOUNT_KINDS.get(kind, kind))
