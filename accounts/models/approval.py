"""Four eyes: one member of staff proposes, another decides."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from securebank.kernel.ids import new_id


class Approval(models.Model):
    """A sensitive staff action that waits for a second person."""

    class State(models.TextChoices):
        """Decided once."""

        PENDING = "pending", "Pending"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    action = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=64)
    details = models.JSONField(default=dict)
    reason = models.CharField(max_length=280)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        """Nobody approves their own proposal; one open proposal a subject."""

        permissions = [("decide_approval", "Can approve or reject what a colleague proposed")]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("made_by")), name="approval_needs_four_eyes"
            ),
            models.UniqueConstraint(
                fields=["action", "subject_id"], condition=Q(state="pending"), name="one_pending_approval_per_subject"
            ),
        ]

    def __str__(self) -> str:
        """Show what is asked."""
        return f"{self.action} {self.subject_id}"
