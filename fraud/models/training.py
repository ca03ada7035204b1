"""Retraining, and the labels that it learns from."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fraud.models.decision import Decision
from fraud.models.registry import ModelVersion
from securebank.kernel.ids import new_id


class TrainingRun(models.Model):
    """One retraining: the order, how far it is, and what came of it. The row is the queue."""

    class State(models.TextChoices):
        """Ends once."""

        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    class Step(models.TextChoices):
        """What a running one does."""

        EXPORT = "export", "Writing the payments down"
        TRAIN = "train", "Training"
        COMPARE = "compare", "Comparing with the champion"

    class Cause(models.TextChoices):
        """Why it was asked for."""

        HAND = "hand", "By hand"
        LABELS = "labels", "Enough new labels"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slot = models.CharField(max_length=8, choices=ModelVersion.Slot, default=ModelVersion.Slot.PAYMENTS)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    step = models.CharField(max_length=7, choices=Step, default=Step.EXPORT)
    cause = models.CharField(max_length=6, choices=Cause)
    # Whose turn it is, and how many had one: a worker that was given up finds another's here and stops.
    turn = models.UUIDField(null=True)
    turns = models.PositiveSmallIntegerField(default=0)
    # The newest label when it was asked for: those after it count towards the next one.
    last_label = models.BigIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    frauds = models.PositiveIntegerField(default=0)
    # The end of what training printed.
    log = models.TextField(blank=True)
    fault = models.CharField(max_length=280, blank=True)
    result = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="runs")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One at a time for each slot."""

        constraints = [
            models.UniqueConstraint(
                fields=["slot"], condition=Q(state__in=["waiting", "running"]), name="one_open_training"
            ),
        ]
        indexes = [models.Index(fields=["slot", "-asked_at"], name="training_by_slot")]

    def __str__(self) -> str:
        """Show how it stands."""
        return self.state

    @property
    def is_open(self) -> bool:
        """Tell whether it still goes on."""
        return self.state in {self.State.WAITING, self.State.RUNNING}


class LabelExclusion(models.Model):
    """A colleague's labels taken out of everything that counts labels, until they are put back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=280)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """Once at a time; nobody judges their own labels."""

        constraints = [
            models.UniqueConstraint(fields=["reviewer"], condition=Q(ended_at__isnull=True), name="excluded_once"),
            models.CheckConstraint(condition=~Q(made_by=models.F("reviewer")), name="nobody_excludes_their_own_labels"),
        ]
        permissions = [("exclude_labels", "Can take out a colleague's labels and put them back")]

    def __str__(self) -> str:
        """Show the reason."""
        return self.reason


class CountedLabel(models.Model):
    """What a payment counts as: its newest label by somebody whose labels are not taken out. A view."""

    id = models.BigIntegerField(primary_key=True)
    decision = models.OneToOneField(Decision, models.DO_NOTHING, related_name="counted_label")
    is_fraud = models.BooleanField()
    kind = models.CharField(max_length=40)
    source = models.CharField(max_length=9)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        """Made by a migration."""

        managed = False
        db_table = "fraud_countedlabel"

    def __str__(self) -> str:
        """Show what it says."""
        return "fraud" if self.is_fraud else "genuine"
