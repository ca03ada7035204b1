"""How payments are judged, in versions."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from securebank.kernel.ids import new_id


class PolicyVersion(models.Model):
    """Weights, thresholds and rules of the fraud check. What is no longer a draft is never changed, by trigger."""

    class State(models.TextChoices):
        """From a colleague's draft to history."""

        DRAFT = "draft", "Draft"
        PROPOSED = "proposed", "Waits for a second person"
        ACTIVE = "active", "Active"
        RETIRED = "retired", "Retired"
        REJECTED = "rejected", "Rejected"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    # See ``fraud.policy`` for its shape.
    document = models.JSONField()
    note = models.CharField(max_length=280, blank=True)
    # What the backtest before the proposal found; empty until one ran over this very document.
    backtest = models.JSONField(default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    activated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    activated_at = models.DateTimeField(null=True)

    class Meta:
        """One policy is active at a time; nobody activates what they made."""

        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="active"), name="one_active_policy"),
            models.CheckConstraint(
                condition=Q(activated_by__isnull=True) | ~Q(activated_by=models.F("made_by")),
                name="policy_needs_four_eyes",
            ),
        ]
        permissions = [("edit_policy", "Can draft, backtest and propose policies of the fraud check")]

    def __str__(self) -> str:
        """Show the number as decisions name it."""
        return self.name

    @property
    def name(self) -> str:
        """The name that decisions carry."""
        return f"policy-{self.number}"
