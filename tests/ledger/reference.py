"""The same rules written with the ORM, to read and to compare with. Slow, and only for ordinary accounts."""

from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from ledger.errors import (
    AccountClosed,
    CaptureTooLarge,
    ClientIdReused,
    HoldNotOpen,
    InsufficientFunds,
    OverReversal,
)
from ledger.models import Hold, JournalEntry, LedgerAccount
from ledger.types import EntryOrder, EntryType
from securebank.kernel.money import CurrencyMismatch, Money


def settled(account: LedgerAccount) -> int:
    net = account.debits_posted - account.credits_posted
    return net if account.is_debit_normal else -net


def available(account: LedgerAccount) -> int:
    return settled(account) - (account.credits_held if account.is_debit_normal else account.debits_held)


@transaction.atomic
def post_entry(order: EntryOrder, *, reverses: JournalEntry | None = None) -> JournalEntry:
    earlier = JournalEntry.objects.filter(client_id=order.client_id).first()
    if earlier is not None:
        body = (earlier.debit_account_id, earlier.credit_account_id, earlier.amount_minor, earlier.entry_type)
        asked = (order.debit_account_id, order.credit_account_id, order.amount.minor, order.entry_type)
        if body != asked or earlier.reverses != reverses or Hold.objects.filter(entry=earlier).exists():
            raise ClientIdReused
        return earlier
    debit, credit = _lock(order.debit_account_id, order.credit_account_id)
    _check(debit, credit, order.amount)
    return _book(debit, credit, order, reverses)


@transaction.atomic
def place_hold(order: EntryOrder) -> Hold:
    debit, credit = _lock(order.debit_account_id, order.credit_account_id)
    _check(debit, credit, order.amount)
    debit.debits_held += order.amount.minor
    credit.credits_held += order.amount.minor
    debit.save()
    credit.save()
    return Hold.objects.create(
        client_id=order.client_id,
        debit_account=debit,
        credit_account=credit,
        amount_minor=order.amount.minor,
        currency=order.amount.currency,
    )


@transaction.atomic
def capture_hold(*, hold_id: int, client_id: UUID, amount: Money | None = None) -> JournalEntry:
    hold = Hold.objects.select_for_update(no_key=True).get(pk=hold_id)
    if hold.state != Hold.State.OPEN:
        raise HoldNotOpen
    amount = amount or Money(hold.amount_minor, hold.currency)
    if amount.minor > hold.amount_minor:
        raise CaptureTooLarge
    debit, credit = _release(hold)
    order = EntryOrder(client_id, debit.pk, credit.pk, amount, EntryType.TRANSFER)
    hold.entry = _book(debit, credit, order, None)
    hold.state, hold.resolved_at = Hold.State.CAPTURED, Now()
    hold.save()
    return hold.entry


@transaction.atomic
def void_hold(*, hold_id: int) -> None:
    hold = Hold.objects.select_for_update(no_key=True).get(pk=hold_id)
    if hold.state != Hold.State.OPEN:
        raise HoldNotOpen
    for account in _release(hold):
        account.save()
    hold.state, hold.resolved_at = Hold.State.VOIDED, Now()
    hold.save()


@transaction.atomic
def reverse_entry(*, entry_id: int, client_id: UUID, amount: Money | None = None) -> JournalEntry:
    entry = JournalEntry.objects.select_for_update(no_key=True).get(pk=entry_id)
    rest = entry.amount_minor - sum(entry.reversals.values_list("amount_minor", flat=True))
    minor = amount.minor if amount else rest
    if entry.reverses_id is not None or minor > rest or rest == 0:
        raise OverReversal
    order = EntryOrder(
        client_id, entry.credit_account_id, entry.debit_account_id, Money(minor, entry.currency), EntryType.REVERSAL
    )
    return post_entry(order, reverses=entry)


def _lock(debit_id: int, credit_id: int) -> tuple[LedgerAccount, LedgerAccount]:
    locked = LedgerAccount.objects.select_for_update(no_key=True).order_by("pk").in_bulk([debit_id, credit_id])
    return locked[debit_id], locked[credit_id]


def _check(debit: LedgerAccount, credit: LedgerAccount, amount: Money) -> None:
    if {debit.currency, credit.currency} != {amount.currency}:
        raise CurrencyMismatch
    if debit.closed_at or credit.closed_at:
        raise AccountClosed
    for account, is_lowered in ((debit, not debit.is_debit_normal), (credit, credit.is_debit_normal)):
        if is_lowered and account.floor_minor is not None and available(account) - amount.minor < account.floor_minor:
            raise InsufficientFunds


def _release(hold: Hold) -> tuple[LedgerAccount, LedgerAccount]:
    debit, credit = _lock(hold.debit_account_id, hold.credit_account_id)
    debit.debits_held -= hold.amount_minor
    credit.credits_held -= hold.amount_minor
    return debit, credit


def _book(
    debit: LedgerAccount, credit: LedgerAccount, order: EntryOrder, reverses: JournalEntry | None
) -> JournalEntry:
    debit.debits_posted += order.amount.minor
    credit.credits_posted += order.amount.minor
    for account in (debit, credit):
        account.version += 1
        account.last_posted_at = Now()
        account.save()
    return JournalEntry.objects.create(
        client_id=order.client_id,
        entry_type=order.entry_type,
        debit_account=debit,
        credit_account=credit,
        amount_minor=order.amount.minor,
        currency=order.amount.currency,
        reverses=reverses,
        debit_shard=0,
        credit_shard=0,
        debit_version=debit.version,
        credit_version=credit.version,
        debit_balance_after=settled(debit),
        credit_balance_after=settled(credit),
        posted_at=Now(),
    )
