"""What analysts work on: alerts, grouped into cases, and what they found out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from fraud.models.decision import Decision
from securebank.kernel.ids import new_id


class Case(models.Model):
    """The investigation of one customer: every alert that comes while it is open belongs to it."""

    class State(models.TextChoices):
        """Closed when its last alert is decided."""

        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer_id = models.UUIDField()
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    # Paise at the reference rate, of the alerts not decided yet.
    at_risk_minor = models.BigIntegerField(default=0)
    worst_score = models.FloatField(default=0)
    is_escalated = models.BooleanField(default=False)
    assigned_to = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)

    class Meta:
        """One open case a customer; the queue is read in order of the money at risk."""

        constraints = [
            models.UniqueConstraint(fields=["customer_id"], condition=Q(state="open"), name="one_open_case"),
            models.CheckConstraint(condition=Q(at_risk_minor__gte=0), name="case_risk_not_negative"),
        ]
        indexes = [
            models.Index(fields=["-at_risk_minor", "opened_at"], condition=Q(state="open"), name="case_queue"),
            models.Index(fields=["customer_id", "-opened_at"], name="case_by_customer"),
        ]
        permissions = [("work_case", "Can assign, comment, escalate and decide cases")]

    def __str__(self) -> str:
        """Show a short id and the state."""
        return f"{str(self.pk)[-8:]} {self.state}"


class Alert(models.Model):
    """One suspicious payment, written with its decision."""

    class State(models.TextChoices):
        """Decided once."""

        OPEN = "open", "Open"
        CONFIRMED = "confirmed", "Confirmed fraud"
        RELEASED = "released", "Released"
        EXPIRED = "expired", "Ran out"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="alerts")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="alert")
    payment_id = models.UUIDField(unique=True)
    customer_id = models.UUIDField()
    payee_customer_id = models.UUIDField()
    # Paise at the reference rate.
    amount_minor = models.BigIntegerField()
    score = models.FloatField()
    level = models.CharField(max_length=8, choices=Decision.Level)
    # Whether money waits for this decision; false for a payment that was declined at once.
    is_held = models.BooleanField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    comment = models.CharField(max_length=280, blank=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """The lists of analysts and customers."""

        indexes = [
            models.Index(fields=["-created_at", "-id"], condition=Q(state="open"), name="alert_open"),
            models.Index(fields=["customer_id", "-created_at", "-id"], name="alert_by_customer"),
            models.Index(fields=["-created_at", "-id"], name="alert_by_time"),
        ]

    def __str__(self) -> str:
        """Show level and state."""
        return f"{self.level} {self.state}"


class CaseComment(models.Model):
    """What a colleague wrote. Append only, by trigger."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        """Show how it begins."""
        return self.text[:40]


class Label(models.Model):
    """What a payment turned out to be. Append only, by trigger; the newest one counts."""

    class Source(models.TextChoices):
        """Who says so."""

        ANALYST = "analyst", "Analyst"
        DISPUTE = "dispute", "Dispute"
        SIMULATOR = "simulator", "Simulator"

    id = models.BigAutoField(primary_key=True)
    decision = models.ForeignKey(Decision, models.PROTECT, related_name="labels")
    is_fraud = models.BooleanField()
    # Kind of fraud where it is known, such as "account_takeover".
    kind = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=9, choices=Source)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        """Read newest first, and by time for training."""

        indexes = [
            models.Index(fields=["decision", "-id"], name="label_by_decision"),
            models.Index(fields=["-at"], name="label_by_time"),
        ]

    def __str__(self) -> str:
        """Show what it says."""
        return "fraud" if self.is_fraud else "genuine"
