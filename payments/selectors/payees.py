"""Read the payees that a customer saved."""

from django.db.models import QuerySet

from accounts.models import User
from payments.models import Payee


def saved_payees(owner: User) -> QuerySet[Payee]:
    """Return the customer's list, by nickname."""
    return (
        Payee.objects.select_related("account__owner")
        .filter(owner=owner, saved_at__isnull=False)
        .order_by("nickname", "id")
    )
