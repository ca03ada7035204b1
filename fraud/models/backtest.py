"""A policy tried on the past."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fraud.models.policy import PolicyVersion
from securebank.kernel.ids import new_id


class Backtest(models.Model):
    """One backtest of a draft: the order to make it, how far it is, and what it found.

    The row is the queue and the checkpoint: whoever works on it writes down after each page how far it came, so
    another worker goes on from there.
    """

    class State(models.TextChoices):
        """Ends once."""

        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="backtests")
    # SHA-256 of the document that is tried, hexadecimal: see ``fraud.policy_difference``.
    document_hash = models.CharField(max_length=64)
    # What it is compared with: the policy that was active when the backtest was asked for.
    against = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    # Whose turn it is: a worker that was given up finds another's here and stops.
    turn = models.UUIDField(null=True)
    total = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    worked_ms = models.PositiveBigIntegerField(default=0)
    # Where the next page begins and the figures so far.
    checkpoint = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One at a time for each policy; the sweep looks for those that nobody works on."""

        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(state__in=["waiting", "running"]), name="one_open_backtest"
            ),
        ]
        indexes = [
            models.Index(fields=["seen_at"], condition=Q(state__in=["waiting", "running"]), name="backtest_open"),
            models.Index(fields=["version", "-asked_at"], name="backtest_by_version"),
        ]

    def __str__(self) -> str:
        """Show how it stands."""
        return self.state

    @property
    def is_open(self) -> bool:
        """Tell whether it still goes on."""
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def percent(self) -> int:
        """Return how much is done, for a progress bar."""
        return 100 * self.done // self.total if self.total else 0
