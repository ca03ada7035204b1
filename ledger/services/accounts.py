"""Opening, closing and widening ledger accounts."""

from typing import Final

from django.db import transaction

from ledger.errors import UnknownLedgerAccount
from ledger.models import AccountShard, LedgerAccount
from ledger.services.calls import call

# Rows that share the postings of an account that every deposit touches: twice the writers of a busy web process.
SYSTEM_SHARDS: Final = 16


def open_account(*, code: str, kind: LedgerAccount.Kind, currency: str, floor_minor: int | None = 0) -> LedgerAccount:
    """Open an account; ``floor_minor=None`` lets it go below zero without end."""
    return LedgerAccount.objects.create(code=code, kind=kind, currency=currency, floor_minor=floor_minor)


@transaction.atomic
def system_account(*, code: str, kind: LedgerAccount.Kind, currency: str) -> LedgerAccount:
    """Return the bank's own account of that code, opened when first asked for, without a floor and hot."""
    account, is_new = LedgerAccount.objects.get_or_create(
        code=code, defaults={"kind": kind, "currency": currency, "floor_minor": None}
    )
    if is_new:
        set_shards(account_id=account.pk, shards=SYSTEM_SHARDS)
        account.refresh_from_db()
    return account


@transaction.atomic
def set_shards(*, account_id: int, shards: int) -> None:
    """Spread an account's postings over at least so many shards.

    The number only grows: postings remember their shard, and an idle shard costs nothing.

    Raises:
        UnknownLedgerAccount: there is none.
    """
    account = LedgerAccount.objects.select_for_update(no_key=True).filter(pk=account_id).first()
    if account is None:
        raise UnknownLedgerAccount
    if shards <= account.shards:
        return
    AccountShard.objects.bulk_create(
        AccountShard(account=account, shard=number, is_closed=account.closed_at is not None)
        for number in range(account.shards + 1, shards + 1)
    )
    LedgerAccount.objects.filter(pk=account_id).update(shards=shards)


def close_account(*, account_id: int) -> None:
    """Close an empty account for ever; closing it again does nothing.

    Raises:
        UnknownLedgerAccount: there is none.
        AccountNotEmpty: it has money or holds, its own or for it.
    """
    call("SELECT ledger_close_account(%s)", (account_id,))
