"""The browsers and phones that a customer signs in from."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from securebank.kernel.ids import new_id


class Device(models.Model):
    """One browser or app of one customer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    fingerprint = models.CharField(max_length=64)
    user_agent = models.CharField(max_length=300, blank=True)
    first_seen_at = models.DateTimeField(db_default=Now())
    last_seen_at = models.DateTimeField(db_default=Now())
    trusted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """A fingerprint counts once a customer."""

        constraints = [models.UniqueConstraint(fields=["user", "fingerprint"], name="one_device_per_fingerprint")]

    def __str__(self) -> str:
        """Show the browser's own name."""
        return self.user_agent[:60]


class DeviceSighting(models.Model):
    """An address from which a device was used."""

    id = models.BigAutoField(primary_key=True)
    device = models.ForeignKey(Device, models.CASCADE, related_name="sightings")
    ip_address = models.GenericIPAddressField()
    first_seen_at = models.DateTimeField(db_default=Now())
    last_seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        """An address counts once a device."""

        constraints = [models.UniqueConstraint(fields=["device", "ip_address"], name="one_sighting_per_address")]

    def __str__(self) -> str:
        """Show the address."""
        return self.ip_address
