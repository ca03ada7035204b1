"""Ledger accounts, journal entries, holds. Written only by the functions of ``ledger.services``."""

from typing import Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

DEBIT_KINDS: Final = ("asset", "expense")


class LedgerAccount(models.Model):
    """One account of the books: what was debited and credited, posted and held.

    A customer's account is the bank's liability: credits raise it, debits lower it.
    An account with shards keeps part of its sums in ``AccountShard``: its balance is the sum of all.

    Attributes:
        floor_minor: what settled less held may not fall below, seen from the account's own side; ``None`` for no floor.
        shards: how many shards take the postings that raise it; 0 for an ordinary account.
        folded_minor: how much of its shards' balance this row already counts on when it is debited.
        version: number of postings on this row.
        last_posted_at: when the newest of them was written.
    """

    class Kind(models.TextChoices):
        """The side on which the account grows."""

        ASSET = "asset", "Asset"
        LIABILITY = "liability", "Liability"
        EQUITY = "equity", "Equity"
        INCOME = "income", "Income"
        EXPENSE = "expense", "Expense"

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=9, choices=Kind)
    currency = models.CharField(max_length=3)
    floor_minor = models.BigIntegerField(null=True)
    shards = models.SmallIntegerField(default=0)
    debits_posted = models.BigIntegerField(default=0)
    credits_posted = models.BigIntegerField(default=0)
    debits_held = models.BigIntegerField(default=0)
    credits_held = models.BigIntegerField(default=0)
    folded_minor = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)
    last_posted_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The second line of defence behind the functions that book."""

        constraints = [
            # What the entries' and holds' foreign keys point at, so that no booking can mix currencies.
            models.UniqueConstraint(fields=["id", "currency"], name="account_id_currency"),
            models.CheckConstraint(
                condition=Q(floor_minor__isnull=True)
                | Q(
                    Q(kind__in=DEBIT_KINDS),
                    floor_minor__lte=F("debits_posted") - F("credits_posted") - F("credits_held") + F("folded_minor"),
                )
                | Q(
                    ~Q(kind__in=DEBIT_KINDS),
                    floor_minor__lte=F("credits_posted") - F("debits_posted") - F("debits_held") + F("folded_minor"),
                ),
                name="account_not_below_floor",
            ),
            models.CheckConstraint(
                condition=Q(shards__gt=0) | Q(debits_held__gte=0, credits_held__gte=0), name="account_held_not_negative"
            ),
        ]

    def __str__(self) -> str:
        """Show the code."""
        return self.code

    @property
    def is_debit_normal(self) -> bool:
        """Whether debits raise it."""
        return self.kind in DEBIT_KINDS


class AccountShard(models.Model):
    """A part of a hot account's sums with a row lock of its own."""

    pk = models.CompositePrimaryKey("account_id", "shard")
    account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="shard_rows", db_index=False)
    shard = models.SmallIntegerField()
    debits_posted = models.BigIntegerField(default=0)
    credits_posted = models.BigIntegerField(default=0)
    debits_held = models.BigIntegerField(default=0)
    credits_held = models.BigIntegerField(default=0)
    folded_minor = models.BigIntegerField(default=0)
    version = models.BigIntegerField(default=0)
    last_posted_at = models.DateTimeField(null=True)
    is_closed = models.BooleanField(default=False)

    class Meta:
        """Number 0 is the account's own row."""

        constraints = [models.CheckConstraint(condition=Q(shard__gt=0), name="shard_number_positive")]

    def __str__(self) -> str:
        """Show account and number."""
        return f"{self.account_id}/{self.shard}"


class JournalEntry(models.Model):
    """A balanced, immutable movement: one debit, one credit, one amount.

    For each side it keeps which row of the account it changed (0 or a shard), the how-manieth posting of that row it
    is, and the row's balance after it, seen from the account's own side.
    """

    id = models.BigAutoField(primary_key=True)
    client_id = models.UUIDField(unique=True)
    batch_id = models.UUIDField(null=True)
    entry_type = models.CharField(max_length=24)
    # The foreign keys in the database are (account, currency): see migration 0003.
    debit_account = models.ForeignKey(
        LedgerAccount, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    credit_account = models.ForeignKey(
        LedgerAccount, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="reversals", db_index=False)
    debit_shard = models.SmallIntegerField()
    credit_shard = models.SmallIntegerField()
    debit_version = models.BigIntegerField()
    credit_version = models.BigIntegerField()
    debit_balance_after = models.BigIntegerField()
    credit_balance_after = models.BigIntegerField()
    posted_at = models.DateTimeField()

    class Meta:
        """What the database itself refuses, and the two ways in which an account's postings are read."""

        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="entry_amount_positive"),
            models.CheckConstraint(condition=~Q(debit_account=F("credit_account")), name="entry_two_accounts"),
        ]
        indexes = [
            models.Index(fields=["debit_account", "debit_shard", "posted_at"], name="entry_debits_by_time"),
            models.Index(fields=["credit_account", "credit_shard", "posted_at"], name="entry_credits_by_time"),
            models.Index(fields=["reverses"], condition=Q(reverses__isnull=False), name="entry_reversals"),
        ]

    def __str__(self) -> str:
        """Show number and type."""
        return f"{self.pk} {self.entry_type}"


class EntryBatch(models.Model):
    """Entries that were booked together or not at all."""

    id = models.UUIDField(primary_key=True)
    entry_count = models.IntegerField()
    posted_at = models.DateTimeField()

    def __str__(self) -> str:
        """Show the identifier."""
        return str(self.pk)


class ReversalTotal(models.Model):
    """How much of an entry has been reversed; its row lock orders the reversals of one entry."""

    entry = models.OneToOneField(JournalEntry, models.PROTECT, primary_key=True, related_name="reversal_total")
    amount_minor = models.BigIntegerField()
    reversed_minor = models.BigIntegerField(default=0)

    class Meta:
        """Never more than there was."""

        constraints = [
            models.CheckConstraint(
                condition=Q(reversed_minor__gte=0, reversed_minor__lte=F("amount_minor")), name="reversal_within_entry"
            ),
        ]

    def __str__(self) -> str:
        """Show entry and amounts."""
        return f"{self.entry_id}: {self.reversed_minor} of {self.amount_minor}"


class Hold(models.Model):
    """Money set aside on an account until it is captured, voided, or expires."""

    class State(models.TextChoices):
        """A hold resolves once."""

        OPEN = "open", "Open"
        CAPTURED = "captured", "Captured"
        VOIDED = "voided", "Voided"
        EXPIRED = "expired", "Expired"

    id = models.BigAutoField(primary_key=True)
    client_id = models.UUIDField(unique=True)
    debit_account = models.ForeignKey(
        LedgerAccount, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    credit_account = models.ForeignKey(
        LedgerAccount, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    entry = models.OneToOneField(JournalEntry, models.PROTECT, null=True, related_name="hold")
    placed_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        """What the database refuses, and what the sweep reads."""

        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="hold_amount_positive"),
            models.CheckConstraint(condition=~Q(debit_account=F("credit_account")), name="hold_two_accounts"),
            models.CheckConstraint(
                condition=Q(state="captured", entry__isnull=False) | ~Q(state="captured") & Q(entry__isnull=True),
                name="hold_captured_has_entry",
            ),
            models.CheckConstraint(
                condition=Q(state="open", resolved_at__isnull=True) | ~Q(state="open") & Q(resolved_at__isnull=False),
                name="hold_resolved_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="open"), name="hold_open_by_expiry"),
            models.Index(fields=["debit_account"], condition=Q(state="open"), name="hold_open_by_account"),
        ]

    def __str__(self) -> str:
        """Show number and state."""
        return f"{self.pk} {self.state}"
