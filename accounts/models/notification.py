"""What a customer is told, numbered in the order it was told."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from securebank.kernel.ids import new_id


class Notification(models.Model):
    """One frame for one person.

    Written in the transaction of what it tells about, without a number. The
    relay numbers it after commit, under the lock of the person's cursor, so
    that numbers have no gaps that a slow commit could fill later.
    """

    class Kind(models.TextChoices):
        """What frames may tell; the names are the WebSocket's."""

        PAYMENT_RECEIVED = "payment_received", _("Money received")
        PAYMENT_SENT = "payment_sent", _("Money sent")
        PAYMENT_HELD = "payment_held", _("Payment under review")
        PAYMENT_DECLINED = "payment_declined", _("Payment declined")
        BALANCE_UPDATE = "balance_update", _("Balance changed")
        FRAUD_ALERT = "fraud_alert", _("Fraud warning")
        PAYMENT_REQUEST = "payment_request", _("Payment request")
        BLOCK_MINED = "block_mined", _("Block sealed")
        KYC_UPDATE = "kyc_update", _("Identity check")
        NOTIFICATION = "notification", _("Security and service")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    number = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=24, choices=Kind)
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        """Numbers are unique a person; the relay finds what has none yet."""

        constraints = [models.UniqueConstraint(fields=["user", "number"], name="one_number_per_notification")]
        indexes = [
            models.Index(fields=["user", "id"], condition=Q(number__isnull=True), name="notification_to_number"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notification_unread"),
        ]

    def __str__(self) -> str:
        """Show the kind."""
        return self.kind


class NotificationCursor(models.Model):
    """The last number given to a person's notifications."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    last_number = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        """Show the number."""
        return str(self.last_number)


class NotificationPreference(models.Model):
    """Whether a person wants one kind of notice on one channel."""

    class Channel(models.TextChoices):
        """Ways to tell."""

        IN_APP = "in_app", _("In the app")
        EMAIL = "email", _("Email")
        SMS = "sms", _("SMS")
        WEBHOOK = "webhook", _("Webhook")

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_preferences")
    kind = models.CharField(max_length=24, choices=Notification.Kind)
    channel = models.CharField(max_length=7, choices=Channel)
    is_enabled = models.BooleanField(default=True)

    class Meta:
        """One answer a kind and channel."""

        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="one_preference_per_channel")]

    def __str__(self) -> str:
        """Show kind and channel."""
        return f"{self.kind} {self.channel}"


class NotificationDelivery(models.Model):
    """One notice to be told outside the app, by email or text message: a row that is its own queue."""

    id = models.BigAutoField(primary_key=True)
    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=7, choices=NotificationPreference.Channel)
    due_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        """Told once a channel; the sweep finds what is still to be told."""

        constraints = [
            models.UniqueConstraint(fields=["notification", "channel"], name="one_delivery_per_channel"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at__isnull=True), name="delivery_due"),
        ]

    def __str__(self) -> str:
        """Show channel and notice."""
        return f"{self.channel} {self.notification_id}"
