"""Second factors of the demo staff, who have no phone to keep an authenticator app on."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time


def secret_of(email: str) -> str | None:
    """Return the authenticator secret of a person, or None when they have none."""
    found = Authenticator.objects.filter(user__email=email, type=Authenticator.Type.TOTP).first()
    return None if found is None else str(get_adapter().decrypt(found.data["secret"]))


def code_of(secret: str) -> str:
    """Return the code that an authenticator app would show now."""
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))
