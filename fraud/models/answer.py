"""What customers said about their own suspicious payments."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fraud.models.case import Alert
from securebank.kernel.ids import new_id


class CustomerAnswer(models.Model):
    """One thing that the payer said about one alert. Append only, by trigger.

    A dispute stands until it is withdrawn; whether it was right is the alert's state to say.
    """

    class Kind(models.TextChoices):
        """What was said."""

        MINE = "mine", "It was me"
        NOT_MINE = "not_mine", "It wasn't me"
        DISPUTE = "dispute", "I didn't make this payment"
        WITHDRAWN = "withdrawn", "Dispute withdrawn"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alert = models.ForeignKey(Alert, models.PROTECT, related_name="answers")
    customer_id = models.UUIDField()
    kind = models.CharField(max_length=9, choices=Kind)
    # How it was confirmed, as ``accounts.Confirmation.Method``; empty where nothing had to be.
    method = models.CharField(max_length=7, blank=True)
    text = models.CharField(max_length=280, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        """A question is answered once."""

        constraints = [
            models.UniqueConstraint(
                fields=["alert"], condition=Q(kind__in=["mine", "not_mine"]), name="one_answer_an_alert"
            ),
        ]

    def __str__(self) -> str:
        """Show what was said."""
        return self.kind
