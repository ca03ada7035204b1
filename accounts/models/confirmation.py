"""Proof that the customer meant this payment, and no other."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from securebank.kernel.ids import new_id


class PaymentPin(models.Model):
    """The Argon2 hash of a customer's PIN, and the wrong tries since the last right one."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="payment_pin")
    pin_hash = models.CharField(max_length=160)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        """Show whose PIN it is."""
        return str(self.user_id)


class Confirmation(models.Model):
    """A step-up bound to one purpose, amount and payee by ``binding``; used once, soon."""

    class Method(models.TextChoices):
        """How the customer proved it."""

        PIN = "pin", "PIN"
        TOTP = "totp", "Authenticator app"
        PASSKEY = "passkey", "Passkey"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    method = models.CharField(max_length=7, choices=Method)
    binding = models.BinaryField(max_length=32)
    confirmed_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        """Show method and id."""
        return f"{self.method} {self.pk}"


class PasskeyChallenge(models.Model):
    """A question put to a customer's passkeys about one ``binding``; the row goes once it is answered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    nonce = models.BinaryField(max_length=32)
    binding = models.BinaryField(max_length=32)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        """Show the id, not what is asked."""
        return str(self.pk)


class SpentCode(models.Model):
    """A time step of a customer's authenticator app whose code was used; kept until no code of it can come again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    step = models.BigIntegerField()

    class Meta:
        """Each code counts once, whoever asks for it first."""

        constraints = (models.UniqueConstraint(fields=["user", "step"], name="spent_code_once"),)

    def __str__(self) -> str:
        """Show the step."""
        return str(self.step)
