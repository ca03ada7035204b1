"""How far payments have moved from what the model learnt from, measured each day."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from securebank.kernel.ids import new_id


class DriftReport(models.Model):
    """One measurement of one window under one model."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    model_version = models.CharField(max_length=80)
    # SHA-256 of the model that was the champion, hexadecimal.
    model_hash = models.CharField(max_length=64)
    since = models.DateTimeField()
    until = models.DateTimeField()
    # Decisions in the window, and of these in the sample.
    population = models.PositiveBigIntegerField()
    rows = models.PositiveIntegerField()
    # See ``fraud.drift.measuring`` and ``fraud.drift.performance``.
    figures = models.JSONField()
    # What is over a threshold, worst first, such as ["psi:amount_log", "alert_rate"].
    over = models.JSONField(default=list)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        """A window is measured once a model, however often the task is delivered; the newest is shown."""

        constraints = [models.UniqueConstraint(fields=["model_hash", "until"], name="window_measured_once")]
        indexes = [models.Index(fields=["-made_at"], name="drift_by_time")]
        permissions = [("measure_drift", "Can have drift measured now")]

    def __str__(self) -> str:
        """Show how much is over a threshold."""
        return f"{len(self.over)} over threshold"


class DriftAlert(models.Model):
    """Colleagues were told, once a week and model: what has moved stays moved, and they know."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    model_hash = models.CharField(max_length=64)
    # First day of the week by the bank's own calendar.
    monday = models.DateField()
    report = models.ForeignKey(DriftReport, models.PROTECT, related_name="alerts")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        """The database decides which of two measurements tells."""

        constraints = [models.UniqueConstraint(fields=["model_hash", "monday"], name="told_once_a_week")]

    def __str__(self) -> str:
        """Show the week."""
        return f"{self.monday}"
