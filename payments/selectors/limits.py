"""Read a customer's limits and what is left of them."""

from accounts.models import User
from payments.models import SpendingLimits
from payments.services.spending import default_limits, spent_today


def limits_of(customer: User) -> SpendingLimits:
    """Return the customer's limits, or the bank's defaults."""
    return SpendingLimits.objects.filter(pk=customer.pk).first() or default_limits(customer.pk)


def spent_today_minor(customer: User) -> int:
    """Return what the customer has spent today, in paise."""
    return spent_today(customer_id=customer.pk, payee_id=customer.pk).today_minor
