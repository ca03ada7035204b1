"""Codes that customers issued, what was paid with them, and how often each key has sealed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import BankAccount
from payments.models import Payment
from qrpay.constants import SEALS_A_COUNTER
from securebank.kernel.ids import new_id


class Code(models.Model):
    """A code that asks for money into one account.

    Amounts are minor units of the account's currency. A code that is good for one payment is spent in the
    transaction of that payment, by one update that asks whether it still is unspent.
    """

    class Scheme(models.TextChoices):
        """The formats that this bank makes."""

        SEALED = "sealed", "Sealed"
        SIGNED = "signed", "Signed"
        UPI = "upi", "UPI"
        EMV = "emv", "EMV"
        EPC = "epc", "EPC"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(BankAccount, models.PROTECT, related_name="codes")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    scheme = models.CharField(max_length=6, choices=Scheme)
    payload = models.CharField(max_length=1000)
    amount_minor = models.BigIntegerField(null=True)
    least_minor = models.BigIntegerField(null=True)
    most_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3)
    note = models.CharField(max_length=140, blank=True)
    is_single_use = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    spent_at = models.DateTimeField(null=True)

    class Meta:
        """What the database refuses, and how one's own codes are listed."""

        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(amount_minor__gt=0), name="code_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__isnull=True) | Q(least_minor__isnull=True, most_minor__isnull=True),
                name="code_amount_fixed_or_bounded",
            ),
            models.CheckConstraint(
                condition=Q(spent_at__isnull=True) | Q(is_single_use=True), name="code_spent_only_if_single_use"
            ),
        ]
        indexes = [models.Index(fields=["account", "-created_at", "-id"], name="code_by_time")]

    def __str__(self) -> str:
        """Show id and format."""
        return f"{self.pk} {self.scheme}"


class CodePayment(models.Model):
    """That a payment was made with a code, and how the code came to the bank."""

    class Source(models.TextChoices):
        """As in ``types.Source``."""

        CAMERA = "camera", "Camera"
        UPLOAD = "upload", "Picture"
        PASTE = "paste", "Pasted text"
        API = "api", "API"

    payment = models.OneToOneField(Payment, models.PROTECT, primary_key=True, related_name="code_payment")
    code = models.ForeignKey(Code, models.PROTECT, null=True, related_name="payments")
    scheme = models.CharField(max_length=9)
    authenticity = models.CharField(max_length=10)
    source = models.CharField(max_length=6, choices=Source)

    def __str__(self) -> str:
        """Show payment and format."""
        return f"{self.payment_id} {self.scheme}"


class SealCount(models.Model):
    """How many codes one key has sealed: random nonces are safe up to a bound only.

    A key has several counters, so that customers who issue codes at once seldom wait for each other.
    """

    key_id = models.PositiveSmallIntegerField()
    counter = models.PositiveSmallIntegerField()
    seals = models.BigIntegerField()

    class Meta:
        """The bound, kept where no process can forget it."""

        constraints = [
            models.UniqueConstraint(fields=["key_id", "counter"], name="seals_counted_once"),
            models.CheckConstraint(condition=Q(seals__lte=SEALS_A_COUNTER), name="seals_within_bound"),
        ]

    def __str__(self) -> str:
        """Show the key and its count."""
        return f"{self.key_id}: {self.seals}"
