"""What the bank says: replies, and a sentence for every reason why it understood nothing."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.selectors.payees import masked_name
from securebank.kernel.money import Money
from securebank.web.wording import format_money
from voice.models import VoiceCommand
from voice.selectors import candidates_of
from voice.types import Candidate
from voice.understanding.types import Intent, PayeeKind, Reason

NOT_UNDERSTOOD: Final[dict[Reason, Promise]] = {
    Reason.NOTHING_SAID: gettext_lazy("Nothing was said. Try: pay 500 rupees to Asha."),
    Reason.TOO_LONG: gettext_lazy("That is too long. Say one short sentence, such as: pay 500 rupees to Asha."),
    Reason.NO_INTENT: gettext_lazy(
        "What should be done is missing. Begin with pay, request, balance or history, such as: pay 500 rupees to Asha."
    ),
    Reason.NEGATED: gettext_lazy("You said not to do it, so nothing was done. Say what you want, without “not”."),
    Reason.CONDITIONAL: gettext_lazy("Conditions don't work here. Say it without “if” when it shall be done."),
    Reason.SCHEDULED: gettext_lazy("By voice a payment is made at once. Say it without a time."),
    Reason.QUESTION: gettext_lazy("That is a question. To pay, say it as an order, such as: pay 500 rupees to Asha."),
    Reason.REPORTED: gettext_lazy("That is what somebody said. Say it as your own order."),
    Reason.VAGUE_AMOUNT: gettext_lazy("The amount is not exact. Say it as a number, such as: five hundred rupees."),
    Reason.AMBIGUOUS_AMOUNT: gettext_lazy(
        "The amount can be understood in two ways. Say it in full, such as: five hundred and fifty rupees."
    ),
    Reason.TWO_AMOUNTS: gettext_lazy("There are two amounts. Say one amount for one payment."),
    Reason.NOT_POSITIVE: gettext_lazy("The amount must be more than zero. Say it again with another amount."),
    Reason.TOO_PRECISE: gettext_lazy("Rupees have two decimals at most. Say it again with paise."),
    Reason.OTHER_CURRENCY: gettext_lazy("By voice only rupees can be paid. Say the amount in rupees."),
    Reason.TWO_PAYEES: gettext_lazy("There are two people. Pay them one after the other."),
    Reason.BAD_PHONE: gettext_lazy("That is no full phone number. Say all ten digits."),
    Reason.BAD_ACCOUNT: gettext_lazy("That is no account number of this bank. Say all of its digits."),
    Reason.WORDS_LEFT_OVER: gettext_lazy(
        "Part of that was not understood. Say it with less, such as: pay 500 rupees to Asha for rent."
    ),
}


def help_sentence() -> str:
    """Say what can be said."""
    return _(
        "Say, for example: pay 500 rupees to Asha for lunch; request 200 from Ben; what is my balance; my history."
    )


def reply_to(command: VoiceCommand, language: str | None) -> str:
    """Read a draft back, or ask for what it lacks."""
    if command.amount_minor is None:
        return _("How much? Say it all again with an amount, such as: pay 500 rupees to Asha.")
    if command.payee_account is None:
        return _whom(command)
    facts = {
        "amount": format_money(Money(command.amount_minor, command.currency), language),
        "name": masked_name(command.payee_account.owner.name),
        "account": command.payee_account.masked_number,
    }
    if command.intent == Intent.REQUEST:
        return _("Ask %(name)s for %(amount)s? Confirm to send the request.") % facts
    return _("Pay %(amount)s to %(name)s (account %(account)s)? Enter your PIN to confirm.") % facts


def _whom(command: VoiceCommand) -> str:
    people = candidates_of(command)
    if people:
        listed = "; ".join(map(described, people))
        return _("Did you mean: %(people)s? Choose one.") % {"people": listed}
    if command.payee_kind == PayeeKind.NAME:
        return _(
            "You have paid nobody called “%(name)s” yet. Say their handle, phone number or account number instead."
        ) % {"name": command.payee_value}
    return _("To whom, or from whom? Say it all again with a name, such as: pay 500 rupees to Asha.")


def described(person: Candidate) -> str:
    """Return a candidate in words."""
    name = f"{person.nickname}, {person.name}" if person.nickname not in {"", person.name} else person.name
    return f"{name} ({person.account})"
