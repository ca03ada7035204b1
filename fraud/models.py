"""Trust kept for each customer, and every decision ever made."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from securebank.kernel.ids import new_id


class CustomerProfile(models.Model):
    """What the fraud check remembers about one customer; locked while a payment is scored."""

    customer_id = models.UUIDField(primary_key=True)
    trust_score = models.DecimalField(max_digits=4, decimal_places=1, default=100)
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


class Decision(models.Model):
    """One verdict with all that led to it. Append only."""

    class Level(models.TextChoices):
        """How risky the payment looked."""

        LOW = "LOW", "Low"
        MEDIUM = "MEDIUM", "Medium"
        HIGH = "HIGH", "High"
        CRITICAL = "CRITICAL", "Critical"

    class Recommendation(models.TextChoices):
        """What to do with it."""

        APPROVE = "APPROVE", "Approve"
        REVIEW = "REVIEW", "Review"
        DECLINE = "DECLINE", "Decline"

    id = models.UUIDField(primary_key=True, default=new_id)
    payment_id = models.UUIDField(unique=True)
    customer_id = models.UUIDField()
    facts = models.JSONField()
    score = models.FloatField()
    ml_score = models.FloatField(null=True)
    rule_score = models.FloatField()
    level = models.CharField(max_length=8, choices=Level)
    recommendation = models.CharField(max_length=7, choices=Recommendation)
    reasons = models.JSONField(default=list)
    policy_version = models.CharField(max_length=40)
    model_version = models.CharField(max_length=80, blank=True)
    decided_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The look-up that velocity needs."""

        indexes = [models.Index(fields=["customer_id", "-decided_at"], name="decision_by_customer")]

    def __str__(self) -> str:
        """Show recommendation and score."""
        return f"{self.recommendation} {self.score:.2f}"
