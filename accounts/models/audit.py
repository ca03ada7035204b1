"""Who did what, kept for ever."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class AuditEvent(models.Model):
    """One sensitive action. Append only, by trigger. Holds ids, never secrets or personal data."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now())
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    ip_address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=36, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        """The two look-ups that staff make."""

        indexes = [
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
            models.Index(fields=["subject_type", "subject_id", "-at"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        """Show the action."""
        return self.action
