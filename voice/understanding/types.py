"""What a sentence can mean, and why one means nothing to the bank."""

from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What the customer wants."""

    PAY = "pay"
    REQUEST = "request"
    BALANCE = "balance"
    HISTORY = "history"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    HELP = "help"


class PayeeKind(StrEnum):
    """How somebody was named."""

    NAME = "name"
    UPI = "upi"
    PHONE = "phone"
    ACCOUNT = "account"


class Need(StrEnum):
    """What a command still lacks."""

    AMOUNT = "amount"
    PAYEE = "payee"


class Reason(StrEnum):
    """Why a sentence is no command; each has its sentence for the customer in ``voice.wording``."""

    NOTHING_SAID = "nothing_said"
    TOO_LONG = "too_long"
    NO_INTENT = "no_intent"
    NEGATED = "negated"
    CONDITIONAL = "conditional"
    SCHEDULED = "scheduled"
    QUESTION = "question"
    REPORTED = "reported"
    VAGUE_AMOUNT = "vague_amount"
    AMBIGUOUS_AMOUNT = "ambiguous_amount"
    TWO_AMOUNTS = "two_amounts"
    NOT_POSITIVE = "not_positive"
    TOO_PRECISE = "too_precise"
    OTHER_CURRENCY = "other_currency"
    TWO_PAYEES = "two_payees"
    BAD_PHONE = "bad_phone"
    BAD_ACCOUNT = "bad_account"
    WORDS_LEFT_OVER = "words_left_over"


@dataclass(frozen=True, slots=True)
class SpokenPayee:
    """Somebody as they were named: a name as heard, an address, a phone in E.164, or an account number."""

    kind: PayeeKind
    value: str


@dataclass(frozen=True, slots=True)
class Command:
    """What a sentence asks for.

    Attributes:
        amount_minor: paise; None when none was said, or none is meant.
        payee: who pays or is paid; None when nobody was named.
        note: what it is for, as said.
    """

    intent: Intent
    amount_minor: int | None = None
    payee: SpokenPayee | None = None
    note: str = ""

    @property
    def needs(self) -> tuple[Need, ...]:
        """What is missing before money could be asked for or sent."""
        if self.intent not in (Intent.PAY, Intent.REQUEST):
            return ()
        lacks = ((Need.AMOUNT, self.amount_minor is None), (Need.PAYEE, self.payee is None))
        return tuple(need for need, is_missing in lacks if is_missing)


class NotUnderstood(Exception):
    """No command can be made of a sentence.

    Attributes:
        reason: why.
        words: those that it is about, if any.
    """

    def __init__(self, reason: Reason, words: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.words = words
