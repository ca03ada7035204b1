"""What a person tells about themselves, checked before it is stored.

Refusals are Django's ``ValidationError`` by field, which forms and REST show alike.
"""

from collections.abc import Callable
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.handles import HANDLE, bare_handle, is_reserved
from accounts.models import RetiredHandle, User
from accounts.names import passes_for_the_bank
from accounts.phones import NotAPhoneNumber, e164
from securebank.kernel.text import is_printable, one_line

LONGEST_NAME: Final = 80
LONGEST_EMAIL: Final = 254
# How many handles one person may have had: policy of this bank.
MOST_RETIRED_HANDLES: Final = 5


def clean_name(name: str) -> str:
    """Return a name as it is stored: one printable line that holds a letter."""
    if not is_printable(name):
        raise ValidationError(_("This name holds characters that can't be shown."), code="unprintable")
    cleaned = one_line(name)
    if not 1 <= len(cleaned) <= LONGEST_NAME:
        raise ValidationError(_("Write a name of up to 80 characters."), code="invalid")
    if not any(character.isalpha() for character in cleaned):
        raise ValidationError(_("A name holds at least one letter."), code="invalid")
    if passes_for_the_bank(cleaned):
        raise ValidationError(_("Others could take this name for the bank's. Write your own name."), code="reserved")
    return cleaned


def clean_email(email: str) -> str:
    """Return an email address as it is stored: lower case, ASCII."""
    cleaned = email.strip().lower()
    if len(cleaned) > LONGEST_EMAIL or not cleaned.isascii():
        raise ValidationError(_("Enter a valid email address."), code="invalid")
    validate_email(cleaned)
    return cleaned


def clean_handle(handle: str) -> str:
    """Return a handle as it is stored."""
    cleaned = bare_handle(handle)
    if HANDLE.fullmatch(cleaned) is None:
        message = _("A handle has 3 to 30 characters: a to z, 0 to 9, dot and underscore, beginning with a letter.")
        raise ValidationError(message, code="invalid")
    if is_reserved(cleaned):
        raise ValidationError(_("This handle is reserved. Please choose another."), code="handle_reserved")
    return cleaned


def clean_phone(phone: str) -> str:
    """Return a phone number in E.164."""
    try:
        return e164(phone)
    except NotAPhoneNumber as refusal:
        message = _("Write a phone number with its country code, such as +91 98765 43210.")
        raise ValidationError(message, code="invalid") from refusal


def taken(field: str) -> ValidationError:
    """Return the refusal for a value that somebody else already uses."""
    sentences = {
        "email": _("A customer is already registered with this email address."),
        "handle": _("This handle is taken. Please choose another."),
        "phone": _("This phone number already belongs to another customer."),
    }
    return ValidationError({field: [ValidationError(sentences[field], code=f"{field}_taken")]})


def is_taken(field: str, value: str, *, but_by: User | None = None) -> bool:
    """Tell whether somebody else already uses an email address, handle or phone number, or once used the handle."""
    others = User.objects.filter(**{field: value})
    if (others.exclude(pk=but_by.pk) if but_by else others).exists():
        return True
    retired = RetiredHandle.objects.filter(handle=value)
    return field == "handle" and (retired.exclude(user=but_by) if but_by else retired).exists()


def retire_handle(*, user: User, handle: str) -> None:
    """Keep a handle that the person gives up for them alone, once their new one is written, in that transaction.

    Raises:
        ValidationError: ``handle_taken``; or ``handle_changes_spent``, because nobody shall collect handles.
    """
    refuse_retired_handle(user)
    RetiredHandle.objects.bulk_create([RetiredHandle(handle=handle, user=user)], ignore_conflicts=True)
    if user.retired_handles.exclude(handle=user.handle).count() > MOST_RETIRED_HANDLES:
        sentence = _("You have changed your handle as often as you can. Choose one of your earlier ones, or keep it.")
        raise ValidationError({"handle": [ValidationError(sentence, code="handle_changes_spent")]})


def refuse_retired_handle(user: User) -> None:
    """Look again after the handle is written.

    Only now is it certain: writing it waited for whoever was giving it up at the same moment.

    Raises:
        ValidationError: ``handle_taken``; let the caller's transaction roll back.
    """
    if RetiredHandle.objects.filter(handle=user.handle).exclude(user=user).exists():
        raise taken("handle")


class Faults:
    """Collects refusals by field, so that a person sees all of them at once."""

    def __init__(self) -> None:
        self._by_field: dict[str, list[ValidationError]] = {}

    def collect(self, field: str, check: Callable[[str], str], value: str) -> str:
        """Return what the check makes of a value, or keep its refusal and return the value."""
        try:
            return check(value)
        except ValidationError as refusal:
            self.add(field, refusal)
            return value

    def add(self, field: str, refusal: ValidationError) -> None:
        """Keep a refusal."""
        self._by_field.setdefault(field, []).extend(refusal.error_list)

    def raise_any(self) -> None:
        """Raise all refusals as one error.

        Raises:
            ValidationError: at least one field was refused.
        """
        if self._by_field:
            raise ValidationError(self._by_field)
