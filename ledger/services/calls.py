"""The one way to the booking functions of the database: a call is one round trip."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledger import errors
from ledger.statements import prepared_cursor
from securebank.kernel.errors import DomainError
from securebank.kernel.money import MAX_MINOR, CurrencyMismatch, InvalidAmount, Money

REFUSALS: Final[Mapping[str, tuple[type[DomainError], Promise]]] = {
    "insufficient_funds": (errors.InsufficientFunds, _("There is not enough money on the account.")),
    "account_closed": (errors.AccountClosed, _("The account is closed.")),
    "unknown_account": (errors.UnknownLedgerAccount, _("There is no such account.")),
    "currency_mismatch": (CurrencyMismatch, _("Both accounts and the amount must have the same currency.")),
    "client_id_reused": (errors.ClientIdReused, _("Use a new identifier for a new order.")),
    "unknown_hold": (errors.UnknownHold, _("There is no such hold.")),
    "hold_not_open": (errors.HoldNotOpen, _("The hold was already used, given back, or has expired.")),
    "capture_too_large": (errors.CaptureTooLarge, _("The amount is more than what was held.")),
    "unknown_entry": (errors.UnknownEntry, _("There is no such entry.")),
    "over_reversal": (errors.OverReversal, _("That is more than what is left to reverse.")),
    "account_not_empty": (errors.AccountNotEmpty, _("Move the money first; open holds count as money.")),
}


def call(sql: str, values: Sequence[Any]) -> tuple[Any, ...]:
    """Run a booking function and return what it answers after the status.

    Outside a transaction the statement commits by itself, so there is nothing to open or close around it; inside
    one a refusal leaves the transaction usable, because it is an answer and not an error.

    Raises:
        DomainError: the function refused; nothing was written.
    """
    with prepared_cursor() as cursor:
        cursor.execute(sql, values)
        status, *answer = cursor.fetchone()
    refuse(status)
    return (status, *answer)


def refuse(status: str) -> None:
    """Raise the refusal that a status stands for, if it is one."""
    if status in REFUSALS:
        error, detail = REFUSALS[status]
        raise error(str(detail))


def check_amount(amount: Money | None) -> None:
    """Refuse what no entry may have; ``None`` stands for "all of it"."""
    if amount is not None and not 0 < amount.minor <= MAX_MINOR:
        raise InvalidAmount(str(_("The amount must be more than zero and within the bank's limits.")))
