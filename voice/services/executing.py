"""Carry a command out, once, after its PIN.

In two steps, as any payment: ``prepare`` looks at the draft, finds the parties and checks the PIN, outside any
transaction; ``carry_out`` does the rest in one. Its locks: the command's row, then those of
``payments.services.transfers``, or of ``payments.services.requests``.
"""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext as _

from accounts.errors import PinRequired
from accounts.models import BankAccount, User
from accounts.selectors import bank_accounts
from accounts.services import pins
from payments.errors import LimitExceeded
from payments.models import Payee, Payment, PaymentRequest
from payments.reference_money import reference_minor, reference_money
from payments.services import requests, spending, transfers
from payments.types import PaymentPlan, TransferOrder
from securebank.kernel.money import CurrencyMismatch, Money
from securebank.web import throttles
from securebank.web.transactions import in_transaction
from voice.constants import VOICE_PER_DAY_MINOR, VOICE_PER_PAYMENT_MINOR
from voice.errors import CommandCancelled, CommandExpired, CommandIncomplete, CommandUsed, NoSuchCandidate
from voice.models import VoiceCommand
from voice.selectors import command_of, found, with_life
from voice.services.commands import needs_of
from voice.types import Confirmation, Execution
from voice.understanding.types import Intent

State = VoiceCommand.State


def execute(*, confirmation: Confirmation, now: datetime) -> Payment | PaymentRequest:
    """Carry a draft out: pay, hold or decline as any payment, or ask for the money; raises as the two steps."""
    execution = prepare(confirmation=confirmation, now=now)
    return in_transaction(partial(carry_out, execution))


def prepare(*, confirmation: Confirmation, now: datetime) -> Execution:
    """Look at the draft, find the parties, and check the PIN of a payment. Call it outside any transaction.

    Raises:
        CommandMissing: no such command of this customer.
        CommandExpired, CommandUsed, CommandCancelled: it is over.
        CommandIncomplete, NoSuchCandidate: no amount was said, or nobody was named or chosen.
        LimitExceeded: more than may be paid by voice at once.
        PinRequired: also when the amount is small, and when no PIN is set.
        TooManyTries: too many requests for money lately.
        and as ``transfers.prepare``.
    """
    owner = confirmation.owner
    command = command_of(owner=owner, command_id=confirmation.command_id)
    refuse_unless_open(command)
    account = _payee_of(command, confirmation.payee_id)
    if command.amount_minor is None or account is None:
        raise CommandIncomplete(_("Say it all again, with an amount and a name."), needs=list(needs_of(command)))
    amount = Money(command.amount_minor, command.currency)
    if command.intent == Intent.REQUEST:
        throttles.take("money_request", str(owner.pk))
        return Execution(command, account.number, None, now)
    if reference_minor(amount) > VOICE_PER_PAYMENT_MINOR:
        raise _exceeded("voice_per_payment", VOICE_PER_PAYMENT_MINOR)
    if not pins.has_pin(owner):
        # Who has one needs it whatever the amount; this is for those who pay small amounts without.
        raise PinRequired(_("Set a payment PIN first."), has_pin=False)
    order = TransferOrder(
        customer=owner,
        to=account.number,
        amount=str(amount),
        currency=amount.currency,
        note=command.note,
        channel=Payment.Channel.VOICE,
        pin=confirmation.pin,
        device=confirmation.device,
        location=confirmation.location,
        ip_address=confirmation.ip_address,
    )
    return Execution(command, account.number, transfers.prepare(order=order, requested_at=now), now)


@transaction.atomic(savepoint=False)
def carry_out(execution: Execution) -> Payment | PaymentRequest:
    """Spend the draft and do what it says: both, or neither and a refusal.

    A payment that the fraud check holds or declines spends it too.

    Raises:
        CommandExpired, CommandUsed, CommandCancelled: time, or another press, was faster.
        LimitExceeded: more than may be paid by voice in a day.
        and as ``transfers.pay`` or ``requests.ask``.
    """
    rows = with_life(execution.command.owner).select_for_update(no_key=True, of=("self",))
    command = found(rows.filter(pk=execution.command.pk).first())
    refuse_unless_open(command)
    if execution.plan is None:
        command.payment_request, command.state = _ask(command, execution), State.ASKED
        command.save(update_fields=["payment_request", "state"])
        return command.payment_request
    _check_day(execution.plan)
    command.payment, command.state = transfers.pay(execution.plan), State.PAID
    command.payee_account = execution.plan.payee
    command.save(update_fields=["payment", "state", "payee_account"])
    return command.payment


def cancel(*, owner: User, command_id: UUID) -> None:
    """Cancel a draft; one that is over stays as it is.

    Raises:
        CommandMissing: no such command of this customer.
    """
    command = command_of(owner=owner, command_id=command_id)
    VoiceCommand.objects.filter(pk=command.pk, state=State.DRAFT).update(state=State.CANCELLED)


def refuse_unless_open(command: VoiceCommand) -> None:
    """Raise CommandUsed, CommandCancelled or CommandExpired unless a command ``with_life`` can be confirmed."""
    if command.state == State.CANCELLED:
        raise CommandCancelled(_("You cancelled this. Say it again if you want it."))
    if command.state != State.DRAFT:
        made = {"transaction_id": command.payment_id, "request_id": command.payment_request_id}
        raise CommandUsed(_("This was done before."), **{name: str(pk) for name, pk in made.items() if pk})
    if getattr(command, "is_over"):  # noqa: B009 # an annotation
        raise CommandExpired(_("Two minutes are over. Say it again."))


def _payee_of(command: VoiceCommand, payee_id: UUID | None) -> BankAccount | None:
    """Return who was named, or chosen among those offered."""
    if payee_id is None:
        return command.payee_account
    if str(payee_id) not in command.candidates:
        raise NoSuchCandidate(_("Choose one of the people offered."))
    return Payee.objects.select_related("account").get(owner=command.owner_id, pk=payee_id).account


def _ask(command: VoiceCommand, execution: Execution) -> PaymentRequest:
    amount = Money(command.amount_minor or 0, command.currency)
    if bank_accounts.default_account(owner=command.owner).currency != amount.currency:
        raise CurrencyMismatch(_("Your account is in another currency."))
    wanted = requests.MoneyRequest(
        requester=command.owner, payer=execution.payee_number, amount=str(amount), note=command.note
    )
    return requests.ask(wanted=wanted, now=execution.requested_at)


def _check_day(plan: PaymentPlan) -> None:
    """Refuse what would pass the day's limit by voice; under the locks that the payment takes next, in their order."""
    bank_accounts.lock_for_payment(payer_id=plan.payer.pk, payee_id=plan.payee.pk)
    spending.locked_limits(plan.customer.pk)
    zone = ZoneInfo(settings.BANK_TIME_ZONE)
    spent: int = (
        Payment.objects.annotate(day=TruncDate("created_at", tzinfo=zone))
        .filter(
            payer_account__owner=plan.customer,
            channel=Payment.Channel.VOICE,
            # By the index; the day itself is the bank's own.
            created_at__gte=Now() - timedelta(days=2),
            day=TruncDate(Now(), tzinfo=zone),
        )
        .exclude(status=Payment.Status.DECLINED)
        .aggregate(total=Sum("reference_minor", default=0))["total"]
    )
    if spent + reference_minor(plan.amount) > VOICE_PER_DAY_MINOR:
        raise _exceeded("voice_per_day", VOICE_PER_DAY_MINOR - spent)


def _exceeded(limit: str, left_minor: int) -> LimitExceeded:
    left = reference_money(max(0, left_minor))
    words = _("This is more than can be paid by voice: %(left)s are left. Use the page for sending.")
    return LimitExceeded(
        words % {"left": f"{left} {left.currency}"}, limit=limit, remaining=str(left), currency=left.currency
    )
