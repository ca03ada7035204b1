"""The payment PIN: set it, check it, lock it after wrong tries."""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.constants import (
    PIN_FIRST_LOCK,
    PIN_LANES,
    PIN_LONGEST_LOCK,
    PIN_MEMORY_KIB,
    PIN_PASSES,
    PIN_TRIES,
)
from accounts.errors import PasswordWrong, PinLocked, PinRequired, PinTooSimple, PinWrong
from accounts.models import Notification, PaymentPin, User
from accounts.services import audit, failures, notifications, pin_rules
from accounts.services.notifications import Notice
from securebank.web import throttles

HASHER: Final = PasswordHasher(time_cost=PIN_PASSES, memory_cost=PIN_MEMORY_KIB, parallelism=PIN_LANES)


def set_pin(*, user: User, pin: str, password: str, now: datetime) -> None:
    """Set or change the customer's PIN; also ends a lock, because the password was proven.

    Raises:
        TooManyTries: too many wrong passwords; call it outside a transaction, so that each is counted.
        PasswordWrong: the account's password is asked for again, and this isn't it.
        PinTooSimple: not four to six digits, or among those that others guess first.
    """
    throttles.take("password_again", str(user.pk))
    if not user.check_password(password):
        raise PasswordWrong(_("That is not your password."))
    throttles.give_back("password_again", str(user.pk))
    if pin_rules.is_weak(pin, date_of_birth=user.date_of_birth):
        raise PinTooSimple(_("Choose four to six digits that others won't guess: no row, no repeat, no birthday."))
    _store(user, pin, now)


@transaction.atomic
def _store(user: User, pin: str, now: datetime) -> None:
    is_new = PaymentPin.objects.update_or_create(
        user=user,
        defaults={
            "pin_hash": HASHER.hash(_peppered(user, pin)),
            "wrong_tries": 0,
            "locked_until": None,
            "changed_at": now,
        },
    )[1]
    audit.record(action="pin_set" if is_new else "pin_changed", actor=user, subject=user)
    notifications.notify(Notice(user.pk, Notification.Kind.NOTIFICATION, {"event": "pin_changed"}))


def check_pin(*, user: User, pin: str | None, is_required: bool, now: datetime) -> None:
    """Let the customer pass when the PIN is right, or when none is needed.

    A customer who has set a PIN always needs it. A wrong try is counted and
    committed before this raises: call it outside any transaction, or Django
    refuses (a try that is rolled back with the payment would be a free guess).

    Raises:
        PinRequired: none was given, or none is set yet and ``is_required``; ``facts["has_pin"]`` says which.
        PinWrong: ``facts["tries_left"]`` before the lock.
        PinLocked: ``facts["locked_until"]``; the PIN was not looked at.
    """
    if pin is None and not is_required and not has_pin(user):
        # Nothing to count and nothing to lock.
        return
    refusal = _checked(user=user, pin=pin, is_required=is_required, now=now)
    if refusal is not None:
        raise refusal


def has_pin(user: User) -> bool:
    """Tell whether the customer has set a PIN."""
    return PaymentPin.objects.filter(user=user).exists()


@transaction.atomic(durable=True)
def _checked(
    *, user: User, pin: str | None, is_required: bool, now: datetime
) -> PinRequired | PinWrong | PinLocked | None:
    """Return the refusal instead of raising it, so that the count of tries is committed.

    The row stays locked while the PIN is hashed: guesses sent all at once are judged one after the other.
    """
    kept = PaymentPin.objects.select_for_update().filter(user=user).first()
    if kept is None:
        if is_required:
            return PinRequired(_("Set a payment PIN first."), has_pin=False)
        return None
    if kept.locked_until is not None and kept.locked_until > now:
        return _locked(kept.locked_until)
    if not pin:
        return PinRequired(_("Enter your payment PIN."), has_pin=True)
    if _is_right(kept, user, pin):
        if kept.wrong_tries or kept.locked_until:
            kept.wrong_tries, kept.locked_until = 0, None
            kept.save(update_fields=["wrong_tries", "locked_until"])
        return None
    return _count_wrong(kept, user, now)


def _count_wrong(kept: PaymentPin, user: User, now: datetime) -> PinWrong | PinLocked:
    kept.wrong_tries += 1
    tries_left = -kept.wrong_tries % PIN_TRIES
    if not tries_left:
        kept.locked_until = now + _lock_length(kept.wrong_tries // PIN_TRIES)
    kept.save(update_fields=["wrong_tries", "locked_until"])
    failures.note(user.pk)
    if tries_left:
        return PinWrong(_("That is not your payment PIN."), tries_left=tries_left)
    audit.record(action="pin_locked", actor=user, subject=user, details={"wrong_tries": kept.wrong_tries})
    notifications.notify(Notice(user.pk, Notification.Kind.NOTIFICATION, {"event": "pin_locked"}))
    return _locked(now + _lock_length(kept.wrong_tries // PIN_TRIES))


def _lock_length(lock: int) -> timedelta:
    """Return how long the n-th lock in a row lasts."""
    return min(PIN_FIRST_LOCK * (1 << min(lock - 1, 10)), PIN_LONGEST_LOCK)


def _locked(until: datetime) -> PinLocked:
    return PinLocked(_("Too many wrong tries. Wait, or set a new PIN with your password."), locked_until=until)


def _is_right(kept: PaymentPin, user: User, pin: str) -> bool:
    if not pin_rules.is_well_formed(pin):
        return False
    try:
        return HASHER.verify(kept.pin_hash, _peppered(user, pin))
    except VerifyMismatchError:
        return False


def _peppered(user: User, pin: str) -> bytes:
    """Return what is hashed: useless without the pepper, and without this customer's id."""
    return hmac.digest(settings.PIN_PEPPER.encode(), user.pk.bytes + pin.encode(), hashlib.sha256)
