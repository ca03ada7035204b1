"""What customers can confirm payments with."""

from allauth.mfa.models import Authenticator

from accounts.models import PaymentPin, User
from accounts.types import Proofs


def proofs_of(user: User) -> Proofs:
    """Return what the customer has set up."""
    factors = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return Proofs(
        has_pin=PaymentPin.objects.filter(user=user).exists(),
        has_totp=Authenticator.Type.TOTP in factors,
        has_passkey=Authenticator.Type.WEBAUTHN in factors,
    )
