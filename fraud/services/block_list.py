"""Put somebody or something on the block list, and take it off again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.handles import bare_handle
from accounts.models import Approval, User
from accounts.services import approvals, audit
from fraud.errors import AlreadyListed, EntryMissing, EntryRefused, MayNotList
from fraud.models import BlockListEntry

EDIT: Final = "fraud.edit_block_list"
BLOCK: Final = "block"
HASH_LENGTH: Final = 64
COUNTRY_LENGTH: Final = 2
LONGEST_REASON: Final = 280

Kind = BlockListEntry.Kind


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a colleague wants listed.

    Attributes:
        value: a customer's handle or id, a device's or address's hash as a case shows it, or a country's code.
        expires_at: None for good.
    """

    kind: str
    value: str
    reason: str
    expires_at: datetime | None = None


def add(*, wanted: Wanted, person: User, now: datetime) -> BlockListEntry:
    """List something from now on.

    Raises:
        MayNotList: the person may only propose.
        EntryRefused: not a thing that the list could hold, no reason, or an end that has passed.
        AlreadyListed: it stands on the list.
    """
    if not person.has_perm(EDIT):
        raise MayNotList(_("Only supervisors change the block list."))
    return _add(checked(wanted, now), person, now)


def propose(*, wanted: Wanted, person: User, now: datetime) -> Approval:
    """Ask a supervisor to list something; raises EntryRefused, and as ``approvals.propose``."""
    asked = checked(wanted, now)
    details = {"kind": asked.kind, "expires_at": asked.expires_at.isoformat() if asked.expires_at else None}
    return approvals.propose(action=BLOCK, subject_id=asked.value, details=details, reason=asked.reason, made_by=person)


def execute(step: approvals.Step) -> None:
    """Carry out what was proposed and approved; raises as ``add``."""
    end: Any = step.details.get("expires_at")
    wanted = Wanted(
        kind=str(step.details.get("kind", "")),
        value=step.subject_id,
        reason=_("Proposed by %(handle)s") % {"handle": step.made_by.handle},
        expires_at=parse_datetime(end) if isinstance(end, str) else None,
    )
    add(wanted=wanted, person=step.decided_by, now=step.decided_at)


def checked(wanted: Wanted, now: datetime) -> Wanted:
    """Return what would be listed, in the list's own writing.

    Raises:
        EntryRefused: not a thing that the list could hold, no reason, or an end that has passed.
    """
    reason = wanted.reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise EntryRefused(_("Say why, in up to 280 characters."))
    if wanted.expires_at is not None and (timezone.is_naive(wanted.expires_at) or wanted.expires_at <= now):
        raise EntryRefused(_("The end has to lie in the future."))
    return Wanted(wanted.kind, _value(wanted.kind, wanted.value.strip()), reason, wanted.expires_at)


@transaction.atomic
def remove(*, entry_id: UUID, person: User, now: datetime) -> BlockListEntry:
    """Take an entry off the list; the row stays.

    Raises:
        MayNotList: the person may not.
        EntryMissing: there is none, or it was removed.
    """
    if not person.has_perm(EDIT):
        raise MayNotList(_("Only supervisors change the block list."))
    entry = BlockListEntry.objects.select_for_update(of=("self",)).filter(pk=entry_id, removed_at__isnull=True).first()
    if entry is None:
        raise EntryMissing(_("This is not on the list."))
    entry.removed_by, entry.removed_at = person, now
    entry.save(update_fields=["removed_by", "removed_at"])
    audit.record(action="block_list_removed", actor=person, subject=entry, details={"kind": entry.kind})
    return entry


@transaction.atomic
def _add(wanted: Wanted, person: User, now: datetime) -> BlockListEntry:
    # What has run out is off the list already, but still stands in the way of a new entry.
    over = BlockListEntry.objects.filter(kind=wanted.kind, value=wanted.value, removed_at__isnull=True)
    over.filter(expires_at__lte=now).update(removed_at=now)
    try:
        with transaction.atomic():
            entry = BlockListEntry.objects.create(
                kind=wanted.kind,
                value=wanted.value,
                reason=wanted.reason,
                expires_at=wanted.expires_at,
                added_by=person,
            )
    except IntegrityError as clash:
        raise AlreadyListed(_("This is already on the block list.")) from clash
    audit.record(action="block_list_added", actor=person, subject=entry, details={"kind": entry.kind})
    return entry


def _value(kind: str, written: str) -> str:
    if kind == Kind.CUSTOMER:
        return _customer(written)
    if kind == Kind.COUNTRY and len(written) == COUNTRY_LENGTH and written.isascii() and written.isalpha():
        return written.upper()
    if kind in {Kind.DEVICE, Kind.ADDRESS} and _is_hash(written):
        return written.lower()
    raise EntryRefused(_("Write a handle, a country's two letters, or the mark of a device or address from a case."))


def _customer(written: str) -> str:
    person = User.objects.filter(handle=bare_handle(written)).first()
    if person is None:
        try:
            person = User.objects.filter(pk=UUID(written)).first()
        except ValueError:
            person = None
    if person is None:
        raise EntryRefused(_("There is no such customer."))
    return str(person.pk)


def _is_hash(written: str) -> bool:
    return 0 < len(written) <= HASH_LENGTH and all(letter in "0123456789abcdefABCDEF" for letter in written)
