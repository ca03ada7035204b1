"""What the books refuse."""

from securebank.kernel.errors import Conflict, Invalid, Missing


class InsufficientFunds(Invalid):
    """Settled balance less open holds would fall below the account's floor."""

    code = "insufficient_funds"
    title = "Not enough money on the account"


class AccountClosed(Invalid):
    """Nothing is booked on a closed account."""

    code = "account_closed"
    title = "The account is closed"


class SameLedgerAccount(Invalid):
    """Debit and credit must be two accounts."""

    code = "same_account"
    title = "Both sides are the same account"


class ClientIdReused(Invalid):
    """The identifier belongs to another order."""

    code = "client_id_reused"
    title = "The identifier was already used for something else"


class OverReversal(Invalid):
    """Reversals would exceed the entry, or the entry is itself a reversal."""

    code = "over_reversal"
    title = "More than what is left to reverse"


class CaptureTooLarge(Invalid):
    """A capture can't exceed its hold."""

    code = "capture_too_large"
    title = "More than what was held"


class UnknownLedgerAccount(Missing):
    """No such account in the books."""

    code = "unknown_ledger_account"
    title = "No such account"


class UnknownEntry(Missing):
    """No such entry in the books."""

    code = "unknown_entry"
    title = "No such entry"


class UnknownHold(Missing):
    """No such hold."""

    code = "unknown_hold"
    title = "No such hold"


class HoldNotOpen(Conflict):
    """The hold was captured, voided, or has expired."""

    code = "hold_not_open"
    title = "The hold is no longer open"


class AccountNotEmpty(Conflict):
    """Only an account without money and without holds can be closed."""

    code = "account_not_empty"
    title = "The account still holds money"


class NotSealedYet(Conflict):
    """The entry is booked and waits for the next block, or the log has no block at all."""

    code = "not_sealed_yet"
    title = "Not sealed in a block yet"


class UnknownBlock(Missing):
    """No block of that height."""

    code = "unknown_block"
    title = "No such block"


class SizeOutOfRange(Invalid):
    """The log never had, or does not have yet, that many bookings."""

    code = "size_out_of_range"
    title = "The log has no such size"


class CheckRunning(Conflict):
    """The chain is verified by one worker at a time."""

    code = "check_running"
    title = "A verification is under way"


class CheckNotStarted(Conflict):
    """Workers are told of it through the cache and the queue, and those don't answer."""

    code = "check_not_started"
    title = "No worker can be reached; try again in a minute"
