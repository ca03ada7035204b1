"""Whom a customer pays: known since the first payment, saved under a name when they like."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors.payees import find_payee
from accounts.services import audit
from payments.constants import COOLING_OFF
from payments.errors import PayeeMissing, SameAccount
from payments.models import Payee


def remember(*, owner_id: UUID, account_id: UUID) -> None:
    """Note that the customer has paid this account; the cooling-off begins unless it did before."""
    Payee.objects.bulk_create(
        [Payee(owner_id=owner_id, account_id=account_id, cooling_off_until=Now() + COOLING_OFF)],
        ignore_conflicts=True,
    )


@transaction.atomic
def save_payee(*, owner: User, to: str, nickname: str, now: datetime) -> Payee:
    """Save somebody under a name; saved twice takes the new name.

    Raises:
        PayeeNotFound: nobody has that number, handle or phone.
        SameAccount: the account is the customer's own.
    """
    match = find_payee(to)
    if match.owner_id == owner.pk:
        raise SameAccount(_("Your own accounts need not be saved."))
    remember(owner_id=owner.pk, account_id=match.account.pk)
    payee = Payee.objects.select_for_update(no_key=True, of=("self",)).get(owner=owner, account=match.account)
    payee.nickname, payee.saved_at = nickname, now
    payee.save(update_fields=["nickname", "saved_at"])
    audit.record(action="payee.saved", actor=owner, subject=payee)
    payee.refresh_from_db(fields=["cooling_off_until"])
    payee.account = match.account
    return payee


@transaction.atomic
def remove_payee(*, owner: User, payee_id: UUID) -> None:
    """Take a payee off the customer's list.

    Raises:
        PayeeMissing: not there, or somebody else's.
    """
    payee = (
        Payee.objects.select_for_update(no_key=True).filter(owner=owner, pk=payee_id, saved_at__isnull=False).first()
    )
    if payee is None:
        raise PayeeMissing(_("You have no such payee."))
    payee.nickname, payee.saved_at = "", None
    payee.save(update_fields=["nickname", "saved_at"])
    audit.record(action="payee.removed", actor=owner, subject=payee)
