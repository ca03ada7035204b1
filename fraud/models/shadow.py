"""What challengers would have said."""

from django.db import models
from django.db.models.functions import Now

from fraud.models.decision import Decision
from fraud.models.registry import ModelVersion


class ShadowScore(models.Model):
    """A challenger's score of one stored decision. Append only, by trigger; one a model and decision."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="shadow_scores", db_index=False)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="shadow_scores")
    # Probability of fraud, or of an anomaly model the percentile; null where the decision holds too little.
    score = models.FloatField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        """However often a task is delivered."""

        constraints = [models.UniqueConstraint(fields=["version", "decision"], name="one_shadow_score")]

    def __str__(self) -> str:
        """Show the score."""
        return f"{self.score}"


class ShadowProgress(models.Model):
    """How far a challenger has come; locked by whoever scores for it."""

    version = models.OneToOneField(ModelVersion, models.CASCADE, primary_key=True, related_name="progress")
    # Decisions up to here are scored, but for those that were committed late: see ``fraud.services.shadowing``.
    reached = models.DateTimeField()
    worked_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        """Show where it stands."""
        return self.reached.isoformat()
