"""Reads of customers' servers."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.errors import WebhookNotFound
from accounts.models import User, WebhookEndpoint


def endpoints_of(*, owner: User) -> QuerySet[WebhookEndpoint]:
    """Return a customer's servers, the oldest first."""
    return WebhookEndpoint.objects.filter(owner=owner).order_by("created_at", "id")


def endpoint_of(*, owner: User, endpoint_id: UUID, is_locked: bool = False) -> WebhookEndpoint:
    """Return one of the owner's servers.

    Raises:
        WebhookNotFound: not there, or somebody else's.
    """
    own = WebhookEndpoint.objects.filter(owner=owner, pk=endpoint_id)
    endpoint = (own.select_for_update() if is_locked else own).first()
    if endpoint is None:
        raise WebhookNotFound
    return endpoint
