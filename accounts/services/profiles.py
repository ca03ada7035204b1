"""A person changes what the bank knows about them."""

import zoneinfo
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit, personal_data

# What people may change themselves. Everything else, such as the address to sign in with, has a flow of its own.
EDITABLE: Final = frozenset({"name", "handle", "phone", "language", "time_zone", "date_of_birth"})
# Nobody older has been documented; source: Gerontology Research Group, 122 years.
OLDEST_YEARS: Final = 125
YOUNGEST_YEARS: Final = 18


@transaction.atomic
def update_profile(*, user: User, changes: dict[str, Any], today: date) -> User:
    """Change some of the editable fields.

    Args:
        user: the person.
        changes: field names and new values; an empty phone or date of birth takes it away.
        today: the bank's own day, which says who is of age.

    Raises:
        ValidationError: by field.
    """
    faults = personal_data.Faults()
    person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
    handle_before = person.handle
    for field in EDITABLE & changes.keys():
        setattr(person, field, _checked(faults, field, changes[field], today))
    faults.raise_any()
    for field in {"handle", "phone"} & changes.keys():
        value = getattr(person, field)
        if value and personal_data.is_taken(field, value, but_by=person):
            raise personal_data.taken(field)
    try:
        with transaction.atomic():
            person.save(update_fields=sorted(EDITABLE & changes.keys()))
    except IntegrityError as clash:
        raise personal_data.taken("handle" if "handle" in changes else "phone") from clash
    if person.handle != handle_before:
        personal_data.retire_handle(user=person, handle=handle_before)
    audit.record(
        action="profile_changed", actor=person, subject=person, details={"fields": sorted(EDITABLE & changes.keys())}
    )
    return person


def _checked(faults: personal_data.Faults, field: str, value: Any, today: date) -> Any:
    """Return a value as it is stored, or keep its refusal."""
    if field == "date_of_birth":
        return _birthday(faults, value, today)
    if field == "phone" and not value:
        return None
    checks = {
        "name": personal_data.clean_name,
        "handle": personal_data.clean_handle,
        "phone": personal_data.clean_phone,
        "language": _offered_language,
        "time_zone": _known_time_zone,
    }
    return faults.collect(field, checks[field], value)


def _birthday(faults: personal_data.Faults, value: date | None, today: date) -> date | None:
    if value is None:
        return None
    years = today.year - value.year - ((today.month, today.day) < (value.month, value.day))
    if not YOUNGEST_YEARS <= years <= OLDEST_YEARS:
        faults.add("date_of_birth", ValidationError(_("Customers are 18 years or older."), code="invalid"))
    return value


def _offered_language(code: str) -> str:
    if code not in dict(settings.LANGUAGES):
        raise ValidationError(_("The bank doesn't speak this language yet."), code="invalid")
    return code


def _known_time_zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("Unknown time zone."), code="invalid")
    return name
