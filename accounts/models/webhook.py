"""Servers of customers that are told what their owners are told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models.notification import Notification
from securebank.kernel.ids import new_id


class WebhookEndpoint(models.Model):
    """One server of one customer.

    ``due_at`` keeps the relay away: while one message is on its way, and longer
    after each failure, so that a dead server costs one try now and then however
    much waits for it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    sealed_secret = models.TextField()
    sealed_old_secret = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())
    failures = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    last_failure = models.CharField(max_length=24, blank=True)
    disabled_at = models.DateTimeField(null=True)

    class Meta:
        """An address counts once a customer; the relay looks for who is due."""

        constraints = [models.UniqueConstraint(fields=["owner", "url"], name="one_webhook_per_address")]
        indexes = [models.Index(fields=["due_at"], condition=Q(disabled_at__isnull=True), name="webhook_due")]

    def __str__(self) -> str:
        """Show the id: an address may hold a key."""
        return str(self.pk)


class WebhookDelivery(models.Model):
    """One notice for one server: a row that is its own queue."""

    id = models.BigAutoField(primary_key=True)
    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    notification = models.ForeignKey(Notification, models.CASCADE, related_name="webhook_deliveries")
    due_at = models.DateTimeField(db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        """Told once a server."""

        constraints = [
            models.UniqueConstraint(fields=["endpoint", "notification"], name="one_delivery_per_webhook"),
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "due_at"],
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="webhook_delivery_due",
            ),
        ]

    def __str__(self) -> str:
        """Show server and notice."""
        return f"{self.endpoint_id} {self.notification_id}"
