"""Models that judge, or want to: their files, versions, and who promoted them."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from securebank.kernel.ids import new_id

# Of one file. The largest that is served has 4 MB; a row in PostgreSQL could have a gigabyte.
LARGEST: int = 32 * 1024 * 1024


class ModelFile(models.Model):
    """A file of a model, kept where every process of every machine finds it. Never changed or deleted, by trigger."""

    # Hexadecimal, of ``content``; whoever loads it works it out again.
    sha256 = models.CharField(max_length=64, primary_key=True)
    content = models.BinaryField(max_length=LARGEST)
    stored_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        """Show how the hash begins."""
        return self.sha256[:12]


class ModelVersion(models.Model):
    """One trained model. What it is never changes, by trigger; only its state does."""

    class Slot(models.TextChoices):
        """What a model judges."""

        PAYMENTS = "payments", "Payments"
        CARDS = "cards", "Card transactions"

    class State(models.TextChoices):
        """From training to history."""

        CANDIDATE = "candidate", "Candidate"
        SHADOW = "shadow", "Challenger in the shadow"
        ACTIVE = "active", "Champion"
        RETIRED = "retired", "Retired"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slot = models.CharField(max_length=8, choices=Slot)
    state = models.CharField(max_length=9, choices=State, default=State.CANDIDATE)
    # As decisions carry it.
    name = models.CharField(max_length=80)
    # Of the ONNX file; what decisions carry, and how a replay finds the model again.
    sha256 = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=40)
    # Whether it scores how odd a payment is, as a percentile, and not how likely fraud.
    is_anomaly = models.BooleanField(default=False)
    onnx = models.ForeignKey(ModelFile, models.PROTECT, related_name="+")
    # For explanations; not every kind of model has any.
    trees = models.ForeignKey(ModelFile, models.PROTECT, related_name="+", null=True)
    # What training wrote: features, data, metrics, parameters.
    card = models.JSONField()
    # Where it comes from: "shipped", or the id of the training run.
    origin = models.CharField(max_length=64)
    # What the comparison with the champion on labelled payments said last; see ``fraud.services.gate``.
    gate = models.JSONField(default=dict)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    registered_at = models.DateTimeField(db_default=Now())

    class Meta:
        """One champion a slot; the same file once a slot."""

        constraints = [
            models.UniqueConstraint(fields=["slot"], condition=Q(state="active"), name="one_champion_a_slot"),
            models.UniqueConstraint(fields=["slot", "sha256"], name="one_version_a_file"),
            models.CheckConstraint(condition=Q(onnx_id=models.F("sha256")), name="version_names_its_file"),
        ]
        indexes = [models.Index(fields=["sha256"], name="model_by_hash")]
        permissions = [("promote_model", "Can promote, roll back and retrain models of the fraud check")]

    def __str__(self) -> str:
        """Show the name that decisions carry."""
        return self.name

    @property
    def metrics(self) -> dict[str, Any]:
        """What its training measured on payments that it had not seen."""
        found: dict[str, Any] = self.card.get("metrics", {})
        return found

    @property
    def trained_at(self) -> str | None:
        """When it was trained, ISO 8601."""
        found: str | None = self.card.get("trained_at")
        return found


class ModelPromotion(models.Model):
    """One change of a champion. Append only, by trigger."""

    class How(models.TextChoices):
        """Why a model became the champion."""

        FIRST = "first", "Shipped with the bank"
        PROMOTED = "promoted", "Promoted"
        AUTOMATIC = "automatic", "Promoted by the policy"
        ROLLED_BACK = "rolled_back", "Rolled back"

    id = models.BigAutoField(primary_key=True)
    slot = models.CharField(max_length=8, choices=ModelVersion.Slot)
    version = models.ForeignKey(ModelVersion, models.PROTECT, related_name="promotions")
    instead_of = models.ForeignKey(ModelVersion, models.PROTECT, null=True, related_name="+")
    how = models.CharField(max_length=11, choices=How)
    # Who asked for it, and the second person where two are needed; nobody for the bank itself.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=280, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        """Read newest first."""

        indexes = [models.Index(fields=["slot", "-id"], name="promotion_by_slot")]
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=models.F("by")), name="promotion_by_two_people"
            ),
        ]

    def __str__(self) -> str:
        """Show how it came about."""
        return self.how
