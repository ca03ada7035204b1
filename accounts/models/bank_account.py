"""What a customer calls an account."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from ledger.models import LedgerAccount
from securebank.kernel.ids import new_id


class BankAccount(models.Model):
    """A customer's account; its money is in the books, under ``ledger_account``."""

    class Kind(models.TextChoices):
        """Products on offer."""

        CURRENT = "current", "Current"
        SAVINGS = "savings", "Savings"

    class Status(models.TextChoices):
        """Whether money may move."""

        ACTIVE = "active", "Active"
        FROZEN = "frozen", "Frozen"
        CLOSED = "closed", "Closed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bank_accounts")
    number = models.CharField(max_length=14, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    currency = models.CharField(max_length=3)
    nickname = models.CharField(max_length=40, blank=True)
    status = models.CharField(max_length=6, choices=Status, default=Status.ACTIVE)
    ledger_account = models.OneToOneField(LedgerAccount, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Only what the choices name; a typing mistake in SQL can't invent a state that no lock check knows."""

        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["current", "savings"]), name="account_kind_known"),
            models.CheckConstraint(condition=Q(status__in=["active", "frozen", "closed"]), name="account_status_known"),
        ]

    def __str__(self) -> str:
        """Show the last four digits only."""
        return self.masked_number

    @property
    def masked_number(self) -> str:
        """The number with all but its last four digits hidden."""
        return f"•••• {self.number[-4:]}"
