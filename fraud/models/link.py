"""What customers have in common."""

from django.db import models
from django.db.models.functions import Now


class Link(models.Model):
    """A customer was seen with a device, at an address, or paying somebody. Written at the first sight."""

    class Kind(models.TextChoices):
        """What was seen."""

        DEVICE = "device", "Device"
        ADDRESS = "address", "Address"
        PAYEE = "payee", "Payee"

    id = models.BigAutoField(primary_key=True)
    customer_id = models.UUIDField()
    kind = models.CharField(max_length=7, choices=Kind)
    # Keyed hash of a device or address, hexadecimal; a payee's customer id as text.
    value = models.CharField(max_length=64)
    first_seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        """Found from both ends."""

        constraints = [models.UniqueConstraint(fields=["customer_id", "kind", "value"], name="one_link")]
        indexes = [models.Index(fields=["kind", "value"], name="link_by_value")]

    def __str__(self) -> str:
        """Show the kind."""
        return self.kind
