"""Codes of authenticator apps. Each counts once, remembered in the database: emptying a cache brings none back."""

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt

from accounts.constants import SPENT_STEPS_KEPT
from accounts.models import SpentCode, User


def spend(*, user: User, code: str) -> bool:
    """Use up a code of the customer's app; tell whether it was right and fresh.

    Call it outside a transaction, or a rollback makes the code good again.
    """
    authenticator = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if authenticator is None:
        return False
    step = _step(decrypt(authenticator.data["secret"]), code)
    if step is None:
        return False
    SpentCode.objects.filter(user=user, step__lt=step - SPENT_STEPS_KEPT).delete()
    # One insert decides between two at once.
    return SpentCode.objects.get_or_create(user=user, step=step)[1]


def _step(secret: str, code: str) -> int | None:
    """Return the time step whose code this is, if any is good now."""
    for step in totp.yield_hotp_counters_from_time():
        right = totp.format_hotp_value(totp.hotp_value(secret, step))
        if compare_user_code(actual=code, expected=right):
            return int(step)
    return None
