"""The log that seals the books. Rows are only ever inserted, by ``ledger.chain.sealing``."""

from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from ledger.chain.headers import Header
from ledger.models.books import JournalEntry, LedgerAccount

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Leaf(models.Model):
    """The place of an entry in the log.

    Attributes:
        number: from 0, without a gap, in the order of sealing.
        hash: of the entry's bytes, see ``ledger.chain.encoding``.
        debit_salt, credit_salt: what hides the two sides of the entry in it.
    """

    number = models.BigIntegerField(primary_key=True)
    # Neither end can be deleted, and the leaf's hash holds the entry: a foreign key would lock and change every entry.
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="leaf", db_constraint=False)
    hash = models.BinaryField(max_length=32)
    debit_salt = models.BinaryField(max_length=16)
    credit_salt = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        """Show number and entry."""
        return f"{self.number}: entry {self.entry_id}"


class TreeNode(models.Model):
    """The root of a complete subtree of the log; see ``ledger.chain.merkle`` for how they are named."""

    pk = models.CompositePrimaryKey("level", "place")
    level = models.SmallIntegerField()
    place = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        """Level 0 is the leaves."""

        constraints = [models.CheckConstraint(condition=Q(level__gt=0), name="node_above_leaves")]

    def __str__(self) -> str:
        """Show level and place."""
        return f"{self.level}/{self.place}"


class Block(models.Model):
    """A mined block; its columns are those of ``ledger.chain.headers.Header``."""

    height = models.BigIntegerField(primary_key=True)
    previous_hash = models.BinaryField(max_length=32)
    merkle_root = models.BinaryField(max_length=32)
    first_leaf = models.BigIntegerField(unique=True)
    leaf_count = models.BigIntegerField()
    tree_size = models.BigIntegerField(unique=True)
    log_root = models.BinaryField(max_length=32)
    sealed_through = models.BigIntegerField()
    mined_at = models.DateTimeField()
    difficulty = models.SmallIntegerField()
    nonce = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        """A block seals something."""

        constraints = [
            models.CheckConstraint(
                condition=Q(leaf_count__gt=0, tree_size=F("first_leaf") + F("leaf_count")), name="block_has_its_leaves"
            ),
        ]

    def __str__(self) -> str:
        """Show the height."""
        return str(self.height)

    @property
    def header(self) -> Header:
        """What the work was done over."""
        return Header(
            height=self.height,
            previous_hash=bytes(self.previous_hash),
            merkle_root=bytes(self.merkle_root),
            first_leaf=self.first_leaf,
            leaf_count=self.leaf_count,
            tree_size=self.tree_size,
            log_root=bytes(self.log_root),
            sealed_through=self.sealed_through,
            mined_at_us=(self.mined_at - EPOCH) // timedelta(microseconds=1),
            difficulty=self.difficulty,
            nonce=self.nonce,
        )


class Checkpoint(models.Model):
    """What the bank signed about the log when a block was mined: a C2SP signed note.

    Attributes:
        tree_size: that of the block.
        note: as it is sent.
    """

    tree_size = models.BigIntegerField(primary_key=True)
    note = models.TextField()

    def __str__(self) -> str:
        """Show the size."""
        return str(self.tree_size)


class ChainCheck(models.Model):
    """That the chain was verified, and what was found.

    Attributes:
        checked_at: when it was done.
        level: how much was verified.
        account: of the level that looks at one, which.
        tree_size: how many bookings were sealed then; of that level, the account's.
        fault: the first thing that was wrong; empty when nothing was.
    """

    class Level(models.TextChoices):
        """How much is verified."""

        QUICK = "quick", _("Blocks: links, work and signatures")
        ACCOUNT = "account", _("One account: its bookings and their proofs")
        FULL = "full", _("Everything: every booking of the bank")

    id = models.BigAutoField(primary_key=True)
    checked_at = models.DateTimeField(db_default=Now())
    level = models.CharField(max_length=8, choices=Level, default=Level.FULL)
    account = models.ForeignKey(LedgerAccount, models.PROTECT, null=True, related_name="+")
    tree_size = models.BigIntegerField()
    fault = models.TextField(blank=True)

    class Meta:
        """Who may have the chain verified is written down with the roles."""

        permissions = [("verify_chain", "Can have the chain verified")]
        constraints = [
            models.CheckConstraint(
                condition=Q(level="account") ^ Q(account__isnull=True), name="check_of_an_account_names_it"
            )
        ]

    def __str__(self) -> str:
        """Show size and fault."""
        return f"{self.tree_size}: {self.fault or 'right'}"
