"""Who and what is not served."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from securebank.kernel.ids import new_id


class BlockListEntry(models.Model):
    """One blacklisted customer, device, address or country, for a time or for good."""

    class Kind(models.TextChoices):
        """What is listed."""

        CUSTOMER = "customer", "Customer"
        DEVICE = "device", "Device"
        ADDRESS = "address", "Address"
        COUNTRY = "country", "Country"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    # Customer id as text, keyed hash of a device or address, or an ISO 3166-1 alpha-2 code.
    value = models.CharField(max_length=64)
    reason = models.CharField(max_length=280)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        """Listed once at a time; looked up while a payment is scored."""

        constraints = [
            models.UniqueConstraint(
                fields=["kind", "value"], condition=Q(removed_at__isnull=True), name="listed_once_at_a_time"
            ),
        ]
        verbose_name_plural = "block list entries"
        permissions = [("edit_block_list", "Can add to the block list and remove from it")]

    def __str__(self) -> str:
        """Show the kind."""
        return self.kind
