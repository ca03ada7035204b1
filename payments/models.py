"""Payments, saved payees, requests for money, and limits."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from accounts.models import BankAccount
from fraud.models import Decision
from ledger.models import Hold, JournalEntry
from securebank.kernel.ids import new_id


class Payment(models.Model):
    """One order to move money, and what became of it."""

    class Kind(models.TextChoices):
        """What the order is."""

        TRANSFER = "transfer", "Transfer"
        DEPOSIT = "deposit", "Deposit"
        WITHDRAWAL = "withdrawal", "Withdrawal"
        REFUND = "refund", "Refund"

    class Status(models.TextChoices):
        """The states that a client sees."""

        PENDING = "pending", "Pending"
        HELD = "held", "Under review"
        COMPLETED = "completed", "Completed"
        DECLINED = "declined", "Declined"
        REVERSED = "reversed", "Reversed"

    class Channel(models.TextChoices):
        """The door it came through."""

        SITE = "site", "Site"
        API = "api", "API"
        QR = "qr", "QR code"
        VOICE = "voice", "Voice"
        SYSTEM = "system", "The bank"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=9, choices=Status)
    channel = models.CharField(max_length=6, choices=Channel)
    payer_account = models.ForeignKey(BankAccount, models.PROTECT, null=True, related_name="payments_out")
    payee_account = models.ForeignKey(BankAccount, models.PROTECT, null=True, related_name="payments_in")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # What counts towards the payer's limits, in paise at the reference rate; 0 for what is no spending.
    reference_minor = models.BigIntegerField(db_default=0)
    note = models.CharField(max_length=140, blank=True)
    decline_reason = models.CharField(max_length=40, blank=True)
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, related_name="+")
    entry = models.OneToOneField(JournalEntry, models.PROTECT, null=True, related_name="+")
    hold = models.OneToOneField(Hold, models.PROTECT, null=True, related_name="+")
    reverses = models.ForeignKey("self", models.PROTECT, null=True, related_name="reversals")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    completed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    review_comment = models.CharField(max_length=280, blank=True)

    class Meta:
        """What the database refuses, and how history is read."""

        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=~Q(payer_account=F("payee_account")), name="payment_two_accounts"),
            models.CheckConstraint(
                condition=~Q(status="completed") | Q(entry__isnull=False), name="completed_payment_is_booked"
            ),
            models.CheckConstraint(condition=~Q(status="held") | Q(hold__isnull=False), name="held_payment_has_hold"),
        ]
        indexes = [
            models.Index(fields=["payer_account", "-created_at", "-id"], name="payment_out_by_time"),
            models.Index(fields=["payee_account", "-created_at", "-id"], name="payment_in_by_time"),
            # The history of a busy account is read back in time until the page is full.
            models.Index(fields=["-created_at", "-id"], name="payment_by_time"),
            models.Index(fields=["created_at"], condition=Q(status="held"), name="payment_to_review"),
        ]
        permissions = [
            ("review_payment", "Can release or refuse held payments"),
            ("refund_payment", "Can refund completed payments"),
        ]

    def __str__(self) -> str:
        """Show id and status."""
        return f"{self.pk} {self.status}"


class SpendingLimits(models.Model):
    """What one customer may spend; this row is locked while their payments are checked.

    Amounts are minor units of ``currency``.
    """

    customer = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    currency = models.CharField(max_length=3)
    per_payment_minor = models.BigIntegerField()
    per_day_minor = models.BigIntegerField()
    new_payee_minor = models.BigIntegerField()
    changed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        """Show whose limits they are."""
        return str(self.customer_id)


class Payee(models.Model):
    """An account that a customer has paid, or saved under a name.

    The row stays when the customer removes the payee from the list: paying somebody
    known for long must not start the cooling-off again.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="payees")
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="+")
    nickname = models.CharField(max_length=40, blank=True)
    added_at = models.DateTimeField(db_default=Now())
    cooling_off_until = models.DateTimeField()
    saved_at = models.DateTimeField(null=True)

    class Meta:
        """An account is known once an owner."""

        constraints = [models.UniqueConstraint(fields=["owner", "account"], name="payee_saved_once")]

    def __str__(self) -> str:
        """Show the nickname."""
        return self.nickname or str(self.account_id)


class PaymentRequest(models.Model):
    """One customer asks another for money."""

    class Status(models.TextChoices):
        """Ends once."""

        PENDING = "pending", "Pending"
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"
        CANCELLED = "cancelled", "Cancelled"
        EXPIRED = "expired", "Expired"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="requests_made")
    requester_account = models.ForeignKey(BankAccount, models.PROTECT, related_name="+")
    payer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="requests_received")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=140, blank=True)
    status = models.CharField(max_length=9, choices=Status, default=Status.PENDING)
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="answered_request")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        """What the database refuses, and the two pending lists."""

        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="request_amount_positive"),
            models.CheckConstraint(condition=~Q(requester=F("payer")), name="request_two_people"),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(payment__isnull=False), name="accepted_request_has_payment"
            ),
        ]
        indexes = [
            models.Index(fields=["payer", "-created_at"], condition=Q(status="pending"), name="request_incoming"),
            models.Index(fields=["requester", "-created_at"], condition=Q(status="pending"), name="request_outgoing"),
        ]

    def __str__(self) -> str:
        """Show id and status."""
        return f"{self.pk} {self.status}"


class SavedView(models.Model):
    """Filters of the queue of cases that one colleague wants to come back to."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    # The address's query, such as "level=CRITICAL&assigned=me".
    query = models.CharField(max_length=300, blank=True)

    class Meta:
        """A name is one person's own."""

        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="view_saved_once")]

    def __str__(self) -> str:
        """Show the name."""
        return self.name
