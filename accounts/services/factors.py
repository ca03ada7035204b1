"""The second factor, as ``allauth.mfa`` keeps it."""

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.utils import timezone

from accounts.models import User
from accounts.services import totp_codes

PRIMARY = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_factor(user: User) -> bool:
    """Tell whether signing in takes more than the password."""
    return bool(Authenticator.objects.filter(user=user, type__in=PRIMARY).exists())


def check_code(*, user: User, code: str) -> bool:
    """Use up a code of the person's authenticator app, or one of their recovery codes."""
    if totp_codes.spend(user=user, code=code):
        return _note_use(user, Authenticator.Type.TOTP)
    recovery = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    if recovery is not None and RecoveryCodes(recovery).validate_code(code):
        return _note_use(user, Authenticator.Type.RECOVERY_CODES)
    return False


def _note_use(user: User, kind: str) -> bool:
    Authenticator.objects.filter(user=user, type=kind).update(last_used_at=timezone.now())
    return True
