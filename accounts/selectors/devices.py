"""Read a person's devices."""

from django.db.models import QuerySet

from accounts.models import Device, User


def devices_of(*, owner: User) -> QuerySet[Device]:
    """Return the owner's devices with their addresses, the latest used first."""
    return Device.objects.filter(user=owner).prefetch_related("sightings").order_by("-last_seen_at")
