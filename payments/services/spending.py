"""Whether a customer may still spend an amount today. Asked inside the payment's transaction only."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from payments.constants import (
    DEFAULT_NEW_PAYEE_MINOR,
    DEFAULT_PER_DAY_MINOR,
    DEFAULT_PER_PAYMENT_MINOR,
    REFERENCE_CURRENCY,
)
from payments.errors import LimitExceeded
from payments.models import Payment, SpendingLimits
from payments.reference_money import reference_minor, reference_money
from payments.types import PaymentPlan
from securebank.kernel.money import Money

# A day is the bank's own day and begins by the database's clock. A payment checked just before midnight and written
# just after it counts on the new day, and the next one, which waits for the lock, sees it there.
# Declined payments move nothing and don't count. All accounts of one owner are one payee.
SPENT_TODAY: Final = """
    SELECT COALESCE(sum(p.reference_minor), 0),
           COALESCE(sum(p.reference_minor) FILTER (WHERE p.payee_account_id IN (
               SELECT id FROM accounts_bankaccount WHERE owner_id = %(payee)s)), 0),
           (SELECT min(k.cooling_off_until) IS NOT NULL
            FROM payments_payee k JOIN accounts_bankaccount a ON a.id = k.account_id
            WHERE k.owner_id = %(customer)s AND a.owner_id = %(payee)s),
           (SELECT COALESCE(min(k.cooling_off_until) > statement_timestamp(), true)
            FROM payments_payee k JOIN accounts_bankaccount a ON a.id = k.account_id
            WHERE k.owner_id = %(customer)s AND a.owner_id = %(payee)s)
    FROM payments_payment p
    WHERE p.payer_account_id IN (SELECT id FROM accounts_bankaccount WHERE owner_id = %(customer)s)
      AND p.created_at >= date_trunc('day', statement_timestamp() AT TIME ZONE %(zone)s) AT TIME ZONE %(zone)s
      AND p.status <> %(declined)s
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a customer has spent today, in paise, and how well they know one payee."""

    today_minor: int
    to_payee_minor: int
    is_known_payee: bool
    is_new_payee: bool


def locked_limits(customer_id: UUID) -> SpendingLimits:
    """Return the customer's limits under a lock, with the bank's defaults the first time."""
    rows = SpendingLimits.objects.select_for_update(no_key=True)
    try:
        return rows.get(pk=customer_id)
    except SpendingLimits.DoesNotExist:
        SpendingLimits.objects.bulk_create([default_limits(customer_id)], ignore_conflicts=True)
        return rows.get(pk=customer_id)


def default_limits(customer_id: UUID) -> SpendingLimits:
    """Return the limits of a customer who chose none; not stored."""
    return SpendingLimits(
        customer_id=customer_id,
        currency=REFERENCE_CURRENCY,
        per_payment_minor=DEFAULT_PER_PAYMENT_MINOR,
        per_day_minor=DEFAULT_PER_DAY_MINOR,
        new_payee_minor=DEFAULT_NEW_PAYEE_MINOR,
    )


def spent_today(*, customer_id: UUID, payee_id: UUID) -> Spent:
    """Return what the customer spent today in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            SPENT_TODAY,
            {
                "customer": customer_id,
                "payee": payee_id,
                "zone": settings.BANK_TIME_ZONE,
                "declined": Payment.Status.DECLINED,
            },
        )
        today, to_payee, is_known, is_new = cursor.fetchone()
    return Spent(int(today), int(to_payee), is_known, is_new)


def check_limits(plan: PaymentPlan) -> Spent:
    """Refuse a payment that would pass a limit; the limits stay locked until the transaction ends.

    Raises:
        LimitExceeded: ``facts`` name the limit and what it leaves.
    """
    limits = locked_limits(plan.customer.pk)
    spent = spent_today(customer_id=plan.customer.pk, payee_id=plan.payee.owner_id)
    wanted = reference_minor(plan.amount)
    _check_amount(limits, spent, wanted)
    if not plan.is_own and spent.is_new_payee and spent.to_payee_minor + wanted > limits.new_payee_minor:
        left = limits.new_payee_minor - spent.to_payee_minor
        raise _exceeded(
            "new_payee", left, _("This is more than you allow for a payee who is new to you. Left: %(left)s.")
        )
    return spent


def check_cash_limits(*, customer_id: UUID, amount: Money) -> None:
    """Refuse cash that would pass the limit for one payment or for the day; locks and raises as ``check_limits``."""
    limits = locked_limits(customer_id)
    spent = spent_today(customer_id=customer_id, payee_id=customer_id)
    _check_amount(limits, spent, reference_minor(amount))


def _check_amount(limits: SpendingLimits, spent: Spent, wanted: int) -> None:
    if wanted > limits.per_payment_minor:
        raise _exceeded(
            "per_payment", limits.per_payment_minor, _("This is more than you allow for one payment: %(left)s.")
        )
    if spent.today_minor + wanted > limits.per_day_minor:
        left = limits.per_day_minor - spent.today_minor
        raise _exceeded("per_day", left, _("This is more than you allow for one day. Left today: %(left)s."))


def _exceeded(limit: str, left_minor: int, sentence: str) -> LimitExceeded:
    """Return the refusal; limits are rupees whatever the account's currency, so its words name the currency."""
    left = reference_money(max(0, left_minor))
    words = sentence % {"left": f"{left} {left.currency}"}
    return LimitExceeded(words, limit=limit, remaining=str(left), currency=left.currency)
