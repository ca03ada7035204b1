"""Ask another customer for money, and answer.

A request ends once. Every answer takes the row's lock first and looks at its state under it;
time is the database's. Accepting pays in the same transaction: a payment that is refused leaves
the request open. A payment that the fraud check declines is kept as a declined payment and also
leaves the request open, because nobody has been paid; one that is held for review ends it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import bank_accounts
from accounts.selectors.payees import find_payee
from accounts.services import notifications
from payments.constants import MAX_PENDING_REQUESTS, REQUEST_OPEN_AT_MOST, REQUEST_OPEN_FOR
from payments.errors import RequestMissing, RequestNotPending, RequestOfOneself, TooManyRequests
from payments.models import Payment, PaymentRequest
from payments.notifications import notice_of_request
from payments.selectors import requests as selectors
from payments.services import transfers
from payments.types import PaymentPlan
from securebank.kernel.errors import Invalid
from securebank.kernel.ids import new_id
from securebank.kernel.money import CurrencyMismatch, Money

Status = PaymentRequest.Status


class ExpiryOutOfRange(Invalid):
    """A request ends in the future, and not too far off."""

    code = "expiry_out_of_range"
    title = "A request can't end then"


@dataclass(frozen=True, slots=True)
class MoneyRequest:
    """What a customer asks for, as they wrote it."""

    requester: User
    payer: str
    amount: Any
    note: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How the payer accepts; the fields mean what they mean in a ``TransferOrder``."""

    payer: User
    request_id: UUID
    pin: str | None = None
    confirmation_id: UUID | None = None
    from_account_id: UUID | None = None
    channel: str = Payment.Channel.API
    device: dict[str, Any] | None = None
    location: dict[str, Any] | None = None
    ip_address: str = ""


@transaction.atomic
def ask(*, wanted: MoneyRequest, now: datetime) -> PaymentRequest:
    """Ask somebody for money into the requester's default account.

    Raises:
        InvalidAmount, PayeeNotFound, CurrencyMismatch, RequestOfOneself: can't be asked for.
        ExpiryOutOfRange: ends in the past or too far off.
        TooManyRequests: the requester has too many open ones.
    """
    account = bank_accounts.default_account(owner=wanted.requester)
    amount = Money.parse(wanted.amount, account.currency)
    expires_at = wanted.expires_at or now + REQUEST_OPEN_FOR
    if not now < expires_at <= now + REQUEST_OPEN_AT_MOST:
        raise ExpiryOutOfRange(_("Choose an end within the next 90 days."))
    payer = find_payee(wanted.payer, currency=account.currency)
    if payer.owner_id == wanted.requester.pk:
        raise RequestOfOneself(_("You can't ask yourself for money."))
    if payer.account.currency != account.currency:
        raise CurrencyMismatch(_("They have no account in your currency."))
    # The row lock makes simultaneous requests of one person count one after the other.
    User.objects.select_for_update(no_key=True, of=("self",)).get(pk=wanted.requester.pk)
    if selectors.outgoing(wanted.requester).count() >= MAX_PENDING_REQUESTS:
        raise TooManyRequests(_("Wait until some of your requests are answered."))
    request = PaymentRequest.objects.create(
        requester=wanted.requester,
        requester_account=account,
        payer=payer.account.owner,
        amount_minor=amount.minor,
        currency=amount.currency,
        note=wanted.note,
        expires_at=expires_at,
    )
    notifications.notify(notice_of_request(request, to_payer=True))
    return request


def prepare_acceptance(*, acceptance: Acceptance, requested_at: datetime) -> PaymentPlan:
    """Find the request and check the PIN; as ``transfers.prepare``, outside any transaction.

    Raises:
        RequestMissing: there is no such request to this payer.
        RequestNotPending: it has ended.
    """
    request = selectors.request_of(customer=acceptance.payer, request_id=acceptance.request_id)
    if request.payer_id != acceptance.payer.pk:
        raise RequestMissing(_("You have no such request."))
    if request.status != Status.PENDING:
        raise _not_pending(request.status)
    payer = transfers.payer_account(acceptance.payer, acceptance.from_account_id, request.currency)
    plan = PaymentPlan(
        payment_id=new_id(),
        customer=acceptance.payer,
        payer=payer,
        payee=request.requester_account,
        amount=Money(request.amount_minor, request.currency),
        note=request.note,
        channel=acceptance.channel,
        confirmation_id=acceptance.confirmation_id,
        requested_at=requested_at,
        device=acceptance.device or {},
        location=acceptance.location or {},
        ip_address=acceptance.ip_address,
    )
    return transfers.checked(plan, pin=acceptance.pin)


@transaction.atomic(savepoint=False)
def accept(*, request_id: UUID, plan: PaymentPlan) -> Payment:
    """Pay an open request, once, whoever else answers it at the same time.

    Raises:
        RequestNotPending: it has ended, or time is over.
    """
    request = _locked(request_id, Q(payer=plan.customer))
    payment = transfers.pay(plan)
    if payment.status != Payment.Status.DECLINED:
        request.payment = payment
        _end(request, Status.ACCEPTED, to_payer=False)
    return payment


@transaction.atomic
def decline(*, payer: User, request_id: UUID) -> PaymentRequest:
    """Say no to a request; raises as ``accept``, and RequestMissing."""
    request = _locked(request_id, Q(payer=payer))
    return _end(request, Status.DECLINED, to_payer=False)


@transaction.atomic
def cancel(*, requester: User, request_id: UUID) -> PaymentRequest:
    """Take one's own request back; raises as ``decline``."""
    request = _locked(request_id, Q(requester=requester))
    return _end(request, Status.CANCELLED, to_payer=True)


@transaction.atomic
def expire_requests(*, limit: int = 500) -> int:
    """Close requests whose time is over; return how many. Safe to run twice at once."""
    over = list(
        PaymentRequest.objects.select_for_update(skip_locked=True, no_key=True, of=("self",))
        .select_related(*selectors.WITH_PEOPLE)
        .filter(status=Status.PENDING, expires_at__lte=Now())[:limit]
    )
    for request in over:
        _end(request, Status.EXPIRED, to_payer=False)
    return len(over)


def _locked(request_id: UUID, side: Q) -> PaymentRequest:
    """Return the request under its lock, if it is still open by the database's clock."""
    request = (
        PaymentRequest.objects.select_for_update(no_key=True, of=("self",))
        .select_related(*selectors.WITH_PEOPLE)
        .annotate(is_over=ExpressionWrapper(Q(expires_at__lte=Now()), BooleanField()))
        .filter(side, pk=request_id)
        .first()
    )
    if request is None:
        raise RequestMissing(_("You have no such request."))
    if request.status != Status.PENDING or request.is_over:
        raise _not_pending(Status.EXPIRED if request.is_over else request.status)
    return request


def _end(request: PaymentRequest, status: str, *, to_payer: bool) -> PaymentRequest:
    request.status, request.resolved_at = status, Now()
    request.save(update_fields=["status", "resolved_at", "payment"])
    request.refresh_from_db(fields=["resolved_at"])
    notifications.notify(notice_of_request(request, to_payer=to_payer))
    return request


def _not_pending(status: str) -> RequestNotPending:
    return RequestNotPending(_("This request is no longer open."), request_status=status)
