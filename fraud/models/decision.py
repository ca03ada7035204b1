"""Every verdict ever given."""

from django.db import models
from django.db.models.functions import Now

from securebank.kernel.ids import new_id


class Decision(models.Model):
    """One verdict with all that led to it. Append only, by trigger.

    ``facts``, ``signals`` and ``features`` are exactly what rules and model saw; with the policy version and the
    model's hash they give the same scores again (``manage.py replay_decisions``).
    """

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
    # What the bank itself knew, by name: see ``fraud.types.Signals``.
    signals = models.JSONField(default=dict)
    # The model's inputs, in the order of ``ml.fraud.features``; empty when no model took part.
    features = models.JSONField(default=list)
    score = models.FloatField()
    ml_score = models.FloatField(null=True)
    rule_score = models.FloatField()
    level = models.CharField(max_length=8, choices=Level)
    recommendation = models.CharField(max_length=7, choices=Recommendation)
    must_lock = models.BooleanField(default=False)
    reasons = models.JSONField(default=list)
    policy_version = models.CharField(max_length=40)
    model_version = models.CharField(max_length=80, blank=True)
    # SHA-256 of the model file, hexadecimal; empty without a model.
    model_hash = models.CharField(max_length=64, blank=True)
    # Why the model did not take part, such as "missing" or "slow"; empty when it did.
    degraded = models.CharField(max_length=40, blank=True)
    took_us = models.PositiveIntegerField(default=0)
    decided_at = models.DateTimeField(db_default=Now())

    class Meta:
        """How staff and backtests read them."""

        indexes = [
            models.Index(fields=["customer_id", "-decided_at"], name="decision_by_customer"),
            models.Index(fields=["-decided_at", "-id"], name="decision_by_time"),
        ]

    def __str__(self) -> str:
        """Show recommendation and score."""
        return f"{self.recommendation} {self.score:.2f}"
