"""Step-up: proof that the customer meant one payment, bound to its amount and payee."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.constants import CONFIRMATION_LIFETIME
from accounts.errors import ConfirmationInvalid, OtpWrong
from accounts.models import Confirmation, User
from accounts.selectors import payees
from accounts.services import audit, failures, passkeys, pins, totp_codes
from accounts.types import PasskeyAnswer, PasskeyQuestion, Proof
from securebank.kernel.money import Money
from securebank.web import throttles

TRANSFER: Final = "transfer"


@dataclass(frozen=True, slots=True)
class Binding:
    """What a confirmation is good for.

    Attributes:
        purpose: what will be done, such as ``transfer``.
        amount: how much; None where no money moves.
        payee: id of the account or thing that gains by it.
    """

    purpose: str
    amount: Money | None
    payee: str

    def digest(self) -> bytes:
        """Return 32 bytes that differ whenever any part does.

        Each part goes in with its length before it, so that no two bindings run together.
        """
        currency, minor = (self.amount.currency, str(self.amount.minor)) if self.amount else ("", "")
        parts = (part.encode() for part in (self.purpose, currency, minor, self.payee))
        return hashlib.sha256(b"".join(len(part).to_bytes(4) + part for part in parts)).digest()


@transaction.atomic
def confirm(*, user: User, method: Confirmation.Method, binding: Binding, now: datetime) -> Confirmation:
    """Keep the confirmation of a proof that the caller has just checked.

    It expires by the database's clock, which is one clock for all web processes.
    """
    confirmation = Confirmation.objects.create(
        user=user,
        method=method,
        binding=binding.digest(),
        confirmed_at=now,
        expires_at=Now() + CONFIRMATION_LIFETIME,
    )
    confirmation.refresh_from_db(fields=["expires_at"])
    audit.record(
        action="payment_confirmed",
        actor=user,
        subject=confirmation,
        details={"method": method, "purpose": binding.purpose},
    )
    return confirmation


def confirm_with_pin(*, user: User, pin: str, binding: Binding, now: datetime) -> Confirmation:
    """Confirm with the payment PIN; raises as ``pins.check_pin``, and must run outside any transaction too."""
    pins.check_pin(user=user, pin=pin, is_required=True, now=now)
    return confirm(user=user, method=Confirmation.Method.PIN, binding=binding, now=now)


def confirm_with_totp(*, user: User, otp: str, binding: Binding, now: datetime) -> Confirmation:
    """Confirm with a code of the customer's authenticator app; each code counts once.

    Call it outside a transaction, so that wrong tries are counted.

    Raises:
        TooManyTries: too many wrong codes.
        OtpWrong: a wrong or used code, or no authenticator app.
    """
    throttles.take("second_factor", str(user.pk))
    if not totp_codes.spend(user=user, code=otp):
        failures.note(user.pk)
        raise OtpWrong(_("That is not a fresh code of your authenticator app."))
    throttles.give_back("second_factor", str(user.pk))
    return confirm(user=user, method=Confirmation.Method.TOTP, binding=binding, now=now)


@transaction.atomic
def confirm_with_passkey(*, user: User, answer: PasskeyAnswer, binding: Binding, now: datetime) -> Confirmation:
    """Confirm with a passkey's answer to ``ask_passkey``; raises as ``passkeys.check``, and then wrote nothing."""
    passkeys.check(user=user, binding=binding.digest(), answer=answer, now=now)
    return confirm(user=user, method=Confirmation.Method.PASSKEY, binding=binding, now=now)


def confirm_with(*, user: User, proof: Proof, binding: Binding, now: datetime) -> Confirmation:
    """Confirm with what the customer gave; outside any transaction, raises as the method that counts."""
    if proof.passkey is not None:
        return confirm_with_passkey(user=user, answer=proof.passkey, binding=binding, now=now)
    if proof.otp:
        return confirm_with_totp(user=user, otp=proof.otp, binding=binding, now=now)
    return confirm_with_pin(user=user, pin=proof.pin, binding=binding, now=now)


def ask_passkey(*, user: User, binding: Binding, origin: str) -> PasskeyQuestion:
    """Return what a passkey must sign to confirm; raises as ``passkeys.ask``."""
    return passkeys.ask(user=user, binding=binding.digest(), origin=origin)


def bind_transfer(*, amount: Any, currency: str, to: str) -> Binding:
    """Return what binds a transfer as the customer wrote it: the account that ``to`` leads to now.

    Raises:
        InvalidAmount, PayeeNotFound: can't be paid.
    """
    money = Money.parse(amount, currency)
    payee = payees.find_payee(to, currency=currency).account
    return Binding(purpose=TRANSFER, amount=money, payee=str(payee.pk))


def use(*, user: User, confirmation_id: UUID, binding: Binding, now: datetime) -> None:
    """Spend a confirmation in the caller's transaction: one update decides, so it is spent once.

    Raises:
        ConfirmationInvalid: unknown, somebody else's, spent, expired, or made for another
            amount, payee or purpose; the same words for all.
    """
    spent = Confirmation.objects.filter(
        pk=confirmation_id,
        user=user,
        binding=binding.digest(),
        used_at__isnull=True,
        expires_at__gt=Now(),
    ).update(used_at=now)
    if not spent:
        raise ConfirmationInvalid(_("Confirm this payment again."))
