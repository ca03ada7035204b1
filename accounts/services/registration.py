"""A person becomes a customer."""

from collections.abc import Iterator
from typing import Final

from allauth.account.models import EmailAddress
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.handles import derived_handles
from accounts.models import BankAccount, User
from accounts.roles import CUSTOMER
from accounts.services import audit, bank_accounts, personal_data

# Hashing costs time by length.
LONGEST_PASSWORD: Final = 128
UNIQUE: Final = ("email", "handle", "phone")


def register(
    *,
    email: str,
    password: str,
    name: str,
    phone: str | None = None,
    handle: str | None = None,
    currency: str = "INR",
    is_email_verified: bool = False,
    password_hash: str | None = None,
) -> User:
    """Make a customer with one current account.

    Args:
        email: the address to sign in with.
        password: checked by the configured validators.
        name: shown to others masked.
        phone: as people write it; without a country code it is an Indian number.
        handle: the payment handle; derived from name and address when not given.
        currency: of the account that is opened.
        is_email_verified: the address is already known to be the person's own.
        password_hash: of the same password, where the caller has hashed it before; hashing takes time on purpose.

    Raises:
        ValidationError: by field; ``email_taken``, ``handle_taken`` and ``phone_taken`` also when another
            registration took the value a moment earlier.
    """
    person = checked(email=email, password=password, name=name, phone=phone, handle=handle)
    person.password = password_hash or make_password(password)
    is_derived = not person.handle
    for candidate in _free_handles(person) if is_derived else [person.handle]:
        person.handle = candidate
        try:
            return _create(person=person, currency=currency, is_email_verified=is_email_verified)
        except IntegrityError as clash:
            _explain(clash, person, may_retry=is_derived)
    raise personal_data.taken("handle")


def checked(*, email: str, password: str, name: str, phone: str | None = None, handle: str | None = None) -> User:
    """Return an unsaved user made of what was typed; its handle is empty when none was given.

    Raises:
        ValidationError: by field.
    """
    faults = personal_data.Faults()
    person = User(
        email=faults.collect("email", personal_data.clean_email, email),
        name=faults.collect("name", personal_data.clean_name, name),
        handle=faults.collect("handle", personal_data.clean_handle, handle) if handle else "",
        phone=faults.collect("phone", personal_data.clean_phone, phone) if phone else None,
    )
    faults.collect("password", lambda typed: _accept_password(typed, person), password)
    faults.raise_any()
    for field in UNIQUE:
        value = getattr(person, field)
        if value and personal_data.is_taken(field, value):
            raise personal_data.taken(field)
    return person


def _accept_password(password: str, person: User) -> str:
    if len(password) > LONGEST_PASSWORD:
        raise ValidationError(_("Choose a password of up to 128 characters."), code="password_too_long")
    password_validation.validate_password(password, person)
    return password


def _free_handles(person: User) -> Iterator[str]:
    """Yield derived handles that nobody holds at this moment."""
    for candidate in derived_handles(person.name, person.email):
        if not personal_data.is_taken("handle", candidate):
            yield candidate


@transaction.atomic
def _create(*, person: User, currency: str, is_email_verified: bool) -> User:
    user = User.objects.create(
        email=person.email, password=person.password, name=person.name, handle=person.handle, phone=person.phone
    )
    personal_data.refuse_retired_handle(user)
    user.groups.add(Group.objects.get_or_create(name=CUSTOMER)[0])
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=is_email_verified)
    bank_accounts.open_account(owner=user, kind=BankAccount.Kind.CURRENT, currency=currency)
    audit.record(action="customer_registered", actor=user, subject=user)
    return user


def _explain(clash: IntegrityError, person: User, *, may_retry: bool) -> None:
    """Say which value another registration took first.

    Raises:
        ValidationError: the customer has to choose another value.
        IntegrityError: something else went wrong.
    """
    for field in UNIQUE:
        if getattr(person, field) and personal_data.is_taken(field, getattr(person, field)):
            if field == "handle" and may_retry:
                return
            raise personal_data.taken(field) from clash
    raise clash
