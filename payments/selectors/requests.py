"""Read requests for money on a customer's behalf."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from payments.errors import RequestMissing
from payments.models import PaymentRequest

WITH_PEOPLE = ("requester", "payer", "requester_account__owner", "requester_account__ledger_account")


def request_of(*, customer: User, request_id: UUID) -> PaymentRequest:
    """Return a request that the customer made or got.

    Raises:
        RequestMissing: not there, or between other people; the same words for both.
    """
    mine = Q(payer=customer) | Q(requester=customer)
    request = PaymentRequest.objects.select_related(*WITH_PEOPLE).filter(mine, pk=request_id).first()
    if request is None:
        raise RequestMissing(_("You have no such request."))
    return request


def incoming(customer: User) -> QuerySet[PaymentRequest]:
    """Return what others ask of the customer, newest first."""
    return _open().filter(payer=customer)


def outgoing(customer: User) -> QuerySet[PaymentRequest]:
    """Return what the customer asks of others, newest first."""
    return _open().filter(requester=customer)


def _open() -> QuerySet[PaymentRequest]:
    """Return open requests; one that ran out is not open, even before the sweep closed it."""
    return (
        PaymentRequest.objects.select_related("requester", "payer")
        .filter(status=PaymentRequest.Status.PENDING, expires_at__gt=Now())
        .order_by("-created_at", "-id")
    )
