"""What is remembered about one customer."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class CustomerProfile(models.Model):
    """One state row a customer; locked while a payment is scored, written in the payment's own transaction.

    ``state`` is what ``ml.fraud.features`` makes of the customer's payments so far. Its size is bounded, so
    reading and writing it costs the same however long the history is.
    """

    customer_id = models.UUIDField(primary_key=True)
    trust_score = models.DecimalField(max_digits=4, decimal_places=1, default=100, db_default=100)
    confirmed_frauds = models.PositiveIntegerField(default=0, db_default=0)
    state = models.JSONField(default=dict, db_default={})
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Bounds of the score."""

        constraints = [
            models.CheckConstraint(
                condition=Q(trust_score__gte=0) & Q(trust_score__lte=100), name="trust_score_between_0_and_100"
            ),
        ]

    def __str__(self) -> str:
        """Show whose profile it is."""
        return str(self.customer_id)
