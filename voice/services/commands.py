"""Make a command of a sentence. No money moves here: a payment becomes a draft that waits for its PIN."""

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors.payees import find_payee
from payments.constants import NOTE_LENGTH
from payments.errors import RequestOfOneself, SameAccount
from payments.models import Payee
from securebank.kernel.errors import DomainError
from securebank.kernel.money import Money
from securebank.web import throttles
from voice.constants import CURRENCY
from voice.errors import SentenceNotUnderstood
from voice.models import VoiceCommand
from voice.selectors import candidates_of, known_payees, newest_draft
from voice.services import telling
from voice.types import Answer, AnsweredPayee
from voice.understanding.matching import Person, matches
from voice.understanding.sentences import understand
from voice.understanding.types import Command, Intent, NotUnderstood, PayeeKind, SpokenPayee
from voice.wording import NOT_UNDERSTOOD, help_sentence, reply_to

# The customer among the people whom a name can mean.
ONESELF = "oneself"
# What is typed was not heard wrong.
CERTAIN = 1.0


def process(*, owner: User, text: str) -> Answer:
    """Understand a typed sentence; keep a draft when it is about moving money.

    Call it outside any transaction.

    Args:
        owner: who typed it.
        text: one line, as typed.

    Raises:
        TooManyTries: too many sentences, or too many phone numbers, tried lately.
        SentenceNotUnderstood: ``facts["reason"]`` says why.
        PayeeNotFound: nobody has that handle, phone or account number.
        SameAccount, RequestOfOneself: the customer named themselves.
    """
    throttles.take("voice_command", str(owner.pk))
    payees = known_payees(owner)
    names = {name for payee in payees for name in (payee.nickname, payee.account.owner.name) if name}
    try:
        command = understand(text, names=names)
    except NotUnderstood as fault:
        raise SentenceNotUnderstood(str(NOT_UNDERSTOOD[fault.reason]), reason=fault.reason.value) from fault
    if command.intent in {Intent.PAY, Intent.REQUEST}:
        return answer_about(_drafted(owner, text, command, payees), owner)
    if command.intent in {Intent.CONFIRM, Intent.CANCEL}:
        return _about_draft(owner, text, command.intent)
    tell = {Intent.BALANCE: telling.balances, Intent.HISTORY: telling.latest}
    reply = tell[command.intent](owner) if command.intent in tell else help_sentence()
    return Answer(text, CERTAIN, command.intent, reply)


def answer_about(command: VoiceCommand, owner: User) -> Answer:
    """Return what the bank says about a draft: it reads it back, or asks for what is missing."""
    return Answer(
        transcript=command.transcript,
        confidence=command.confidence,
        intent=command.intent,
        reply=reply_to(command, owner.language),
        amount=Money(command.amount_minor, command.currency) if command.amount_minor is not None else None,
        payee=AnsweredPayee(command.payee_kind, command.payee_value, candidates_of(command))
        if command.payee_kind
        else None,
        needs=needs_of(command),
        command_id=command.pk,
    )


def needs_of(command: VoiceCommand) -> tuple[str, ...]:
    """Return what a draft lacks."""
    lacks = (("amount", command.amount_minor is None), ("payee", command.payee_account_id is None))
    return tuple(need for need, is_missing in lacks if is_missing)


def _drafted(owner: User, text: str, command: Command, payees: list[Payee]) -> VoiceCommand:
    draft = VoiceCommand(
        owner=owner,
        transcript=text,
        intent=command.intent,
        amount_minor=command.amount_minor,
        currency=CURRENCY,
        note=command.note[:NOTE_LENGTH],
        confidence=CERTAIN,
    )
    if command.payee is not None:
        draft.payee_kind, draft.payee_value = command.payee.kind, command.payee.value
        if command.payee.kind is PayeeKind.NAME:
            _resolve_name(draft, owner, payees)
        else:
            _resolve_address(draft, owner, command.payee)
    draft.save(force_insert=True)
    return draft


def _resolve_name(draft: VoiceCommand, owner: User, payees: list[Payee]) -> None:
    """Find whom a name means: one for sure, or those to choose from."""
    people = [Person(str(payee.pk), (payee.account.owner.name, *filter(None, [payee.nickname]))) for payee in payees]
    near = matches(draft.payee_value, [*people, Person(ONESELF, (owner.name,))])
    others = [match for match in near if match.person.key != ONESELF]
    if any(match.is_exact for match in near) and not others:
        raise _oneself(draft)
    if len(near) == 1 and others and others[0].is_exact:
        draft.payee_account = next(payee.account for payee in payees if str(payee.pk) == others[0].person.key)
    else:
        draft.candidates = [match.person.key for match in others]


def _resolve_address(draft: VoiceCommand, owner: User, spoken: SpokenPayee) -> None:
    if spoken.kind is PayeeKind.PHONE:
        # Who has which phone number is not for everybody to find out.
        throttles.take("payee_lookup", str(owner.pk))
    found = find_payee(spoken.value, currency=CURRENCY)
    if found.owner_id == owner.pk:
        raise _oneself(draft)
    draft.payee_account = found.account


def _oneself(draft: VoiceCommand) -> DomainError:
    if draft.intent == Intent.REQUEST:
        return RequestOfOneself(_("You can't ask yourself for money."))
    return SameAccount(_("That is you. Between your own accounts, use the page for sending."))


def _about_draft(owner: User, text: str, intent: Intent) -> Answer:
    """Point "yes" to the newest open draft; cancel it when that was said."""
    draft = newest_draft(owner)
    if draft is None:
        return Answer(text, CERTAIN, intent, _("There is nothing to confirm or cancel."))
    if intent is Intent.CANCEL:
        open_rows = VoiceCommand.objects.filter(pk=draft.pk, state=VoiceCommand.State.DRAFT)
        is_cancelled = open_rows.update(state=VoiceCommand.State.CANCELLED)
        reply = _("Cancelled. Nothing was paid.") if is_cancelled else _("There is nothing to confirm or cancel.")
        return Answer(text, CERTAIN, intent, reply, command_id=draft.pk)
    about = answer_about(draft, owner)
    return Answer(text, CERTAIN, intent, about.reply, about.amount, about.payee, about.needs, draft.pk)
