"""Answers kept for clients that ask twice."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class IdempotencyRecord(models.Model):
    """The stored answer to one key of one user at one endpoint."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    endpoint = models.CharField(max_length=80)
    key = models.CharField(max_length=255)
    fingerprint = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """One answer a key."""

        constraints = [
            models.UniqueConstraint(fields=["user", "endpoint", "key"], name="one_answer_per_idempotency_key"),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_age")]

    def __str__(self) -> str:
        """Show endpoint and key."""
        return f"{self.endpoint} {self.key}"


class RateCounter(models.Model):
    """Tries of one subject in the running window; see ``securebank.web.throttles``."""

    key = models.BinaryField(max_length=32, primary_key=True)
    hits = models.IntegerField()
    ends_at = models.DateTimeField()

    class Meta:
        """Old windows are found to be deleted."""

        indexes = [models.Index(fields=["ends_at"], name="rate_counter_end")]

    def __str__(self) -> str:
        """Show the count."""
        return str(self.hits)
