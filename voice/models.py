"""What customers told the bank to do."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import BankAccount
from payments.constants import NOTE_LENGTH
from payments.models import Payment, PaymentRequest
from securebank.kernel.ids import new_id
from voice.understanding.tokens import LONGEST_SENTENCE
from voice.understanding.types import Intent, PayeeKind


class VoiceCommand(models.Model):
    """A payment or a request for money that was said or typed and waits for its confirmation.

    It can be confirmed for ``constants.LIFE`` from ``created_at`` on, by the database's clock, and once.
    """

    class State(models.TextChoices):
        """Ends once."""

        DRAFT = "draft", "Waits for confirmation"
        PAID = "paid", "Became a payment"
        ASKED = "asked", "Became a request"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="voice_commands")
    transcript = models.CharField(max_length=LONGEST_SENTENCE)
    intent = models.CharField(max_length=7, choices=[(kind.value, kind.value) for kind in (Intent.PAY, Intent.REQUEST)])
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    payee_account = models.ForeignKey(BankAccount, models.PROTECT, null=True, related_name="+")
    payee_kind = models.CharField(max_length=7, choices=[(kind.value, kind.value) for kind in PayeeKind], blank=True)
    payee_value = models.CharField(max_length=LONGEST_SENTENCE, blank=True)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)
    # Ids of the owner's payees to choose from, best first.
    candidates = models.JSONField(default=list)
    # Of the recogniser, 0 to 1; what was typed is certain.
    confidence = models.FloatField()
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="+")
    payment_request = models.OneToOneField(PaymentRequest, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """What the database refuses, and how the newest draft is found."""

        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gt=0), name="command_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(state="paid", payment__isnull=False) | ~Q(state="paid") & Q(payment__isnull=True),
                name="paid_command_has_payment",
            ),
            models.CheckConstraint(
                condition=Q(state="asked", payment_request__isnull=False)
                | ~Q(state="asked") & Q(payment_request__isnull=True),
                name="asked_command_has_request",
            ),
            models.CheckConstraint(condition=Q(confidence__gte=0, confidence__lte=1), name="command_confidence_share"),
        ]
        indexes = [
            models.Index(fields=["owner", "-created_at"], condition=Q(state="draft"), name="command_draft_by_time")
        ]

    def __str__(self) -> str:
        """Show id and state."""
        return f"{self.pk} {self.state}"
