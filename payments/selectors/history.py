"""Find payments of one customer, newest first."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import groupby
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from payments.models import Payment
from payments.selectors.payments import ARRIVED
from securebank.kernel.money import EXPONENTS


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What to look for; what is left out doesn't narrow the search.

    Attributes:
        since: created at this instant or later.
        until: created before this instant.
        direction: ``in`` and ``out`` seen from the customer, ``own`` between two of their accounts.
        words: part of the note, or of the other side's name or handle.
        least, most: bounds of the amount in major units, both included, whatever the currency.
        account_id: one of the customer's accounts; another one finds nothing.
    """

    since: datetime | None = None
    until: datetime | None = None
    direction: str | None = None
    status: str | None = None
    words: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    account_id: UUID | None = None


def history(*, owner: User, wanted: HistoryFilter | None = None) -> QuerySet[Payment]:
    """Return the customer's payments that fit, newest first; both sides and the decision come in the same query.

    The customer's accounts are looked up first: by their ids PostgreSQL finds the payments of a quiet account
    through the account's index, and those of a busy one by walking back in time.
    """
    wanted = wanted or HistoryFilter()
    own = list(owner.bank_accounts.values_list("pk", flat=True))
    found = Payment.objects.select_related("payer_account__owner", "payee_account__owner", "decision").filter(
        Q(payer_account__in=own) | Q(payee_account__in=own, status__in=ARRIVED)
    )
    if wanted.since is not None:
        found = found.filter(created_at__gte=wanted.since)
    if wanted.until is not None:
        found = found.filter(created_at__lt=wanted.until)
    if wanted.status is not None:
        found = found.filter(status=wanted.status)
    if wanted.account_id is not None:
        found = found.filter(Q(payer_account=wanted.account_id) | Q(payee_account=wanted.account_id))
    if wanted.direction is not None:
        found = found.filter(_direction(own, wanted.direction))
    if wanted.words:
        found = found.filter(_words(own, wanted.words))
    if wanted.least is not None or wanted.most is not None:
        found = found.filter(_amount(wanted.least, wanted.most))
    return found.order_by("-created_at", "-id")


def _direction(own: list[UUID], direction: str) -> Q:
    # A deposit has no payer and a withdrawal no payee: "not mine" must hold for nobody's, too.
    pays, is_paid = Q(payer_account__in=own), Q(payee_account__in=own)
    nobody_pays, nobody_is_paid = Q(payer_account__isnull=True), Q(payee_account__isnull=True)
    if direction == "own":
        return pays & is_paid
    return is_paid & (nobody_pays | ~pays) if direction == "in" else pays & (nobody_is_paid | ~is_paid)


def _words(own: list[UUID], words: str) -> Q:
    payee = Q(payee_account__owner__name__icontains=words) | Q(payee_account__owner__handle__icontains=words)
    payer = Q(payer_account__owner__name__icontains=words) | Q(payer_account__owner__handle__icontains=words)
    return Q(note__icontains=words) | Q(payer_account__in=own) & payee | Q(payee_account__in=own) & payer


def _amount(least: Decimal | None, most: Decimal | None) -> Q:
    """Compare in minor units, which are another fraction of the whole in some currencies."""
    fits = Q()
    by_digits = sorted(EXPONENTS, key=lambda currency: EXPONENTS[currency])
    for digits, currencies in groupby(by_digits, key=lambda currency: EXPONENTS[currency]):
        bounds = Q(currency__in=list(currencies))
        if least is not None:
            bounds &= Q(amount_minor__gte=int(least.scaleb(digits).to_integral_value(ROUND_CEILING)))
        if most is not None:
            bounds &= Q(amount_minor__lte=int(most.scaleb(digits).to_integral_value(ROUND_FLOOR)))
        fits |= bounds
    return fits
