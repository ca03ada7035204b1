"""What a person, or time, decided about a suspicious payment: label, trust, alert and case change together.

``payments.services.reviews`` calls these inside the transaction that also moves the money. Locks, in this order:
the profiles of both sides (lowest id first), the case. Scoring a payment takes the payer's profile and then the
case, too, so a review waits for a payment of the same customer and never the other way round in a circle.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from fraud.errors import AlreadyReviewed, WasEscalated
from fraud.models import Alert, Case, CustomerProfile, Label
from fraud.services import trust
from fraud.services.cases import SUPERVISE
from fraud.services.labels import label

# As many confirmed payments of one customer make it likely that somebody else holds the keys to the account.
REPEATED: Final = 2


@dataclass(frozen=True, slots=True)
class Review:
    """One payment under review, everything of it locked.

    Attributes:
        alert: None for a payment that the check let through and a person doubts.
        profiles: of both sides.
    """

    payment_id: UUID
    customer_id: UUID
    payee_customer_id: UUID | None
    alert: Alert | None
    profiles: Mapping[UUID, CustomerProfile]


def lock(*, payment_id: UUID, customer_id: UUID, payee_customer_id: UUID | None) -> Review:
    """Lock profiles and case, and return the alert as it is under the lock."""
    sides = {customer_id} | ({payee_customer_id} if payee_customer_id else set())
    profiles = trust.lock_profiles(sides)
    alerts = Alert.objects.filter(payment_id=payment_id)
    list(Case.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=alerts.values("case_id")))
    return Review(payment_id, customer_id, payee_customer_id, alerts.select_related("case").first(), profiles)


def refuse_decided(review: Review, reviewer: User) -> None:
    """Raise unless the payment is still to be decided, and by this person.

    Raises:
        AlreadyReviewed: its alert is decided, or a colleague labelled the payment.
        WasEscalated: supervisors decide, and this is none.
    """
    alert = review.alert
    if alert is None:
        is_decided = Label.objects.filter(decision__payment_id=review.payment_id, source=Label.Source.ANALYST).exists()
    else:
        is_decided = alert.state != Alert.State.OPEN
    if is_decided:
        raise AlreadyReviewed(_("This payment was already decided."))
    if alert is not None and alert.case.is_escalated and not reviewer.has_perm(SUPERVISE):
        raise WasEscalated(_("This case was handed to the supervisors."))


def confirm(review: Review, *, reviewer: User, comment: str, now: datetime) -> bool:
    """Write that it was fraud; return whether this customer's payments were fraud repeatedly by now."""
    label(payment_id=review.payment_id, is_fraud=True, source=Label.Source.ANALYST, made_by=reviewer)
    trust.lower_for_fraud(review.profiles[review.customer_id])
    payee_id = review.payee_customer_id
    if payee_id is not None and payee_id != review.customer_id:
        trust.note_received_fraud(review.profiles[payee_id])
    _decide(review.alert, Alert.State.CONFIRMED, reviewer, comment, now)
    labelled = Label.objects.filter(
        decision__customer_id=review.customer_id, source=Label.Source.ANALYST, is_fraud=True
    )
    return labelled.values("decision_id").distinct().count() >= REPEATED


def release(review: Review, *, reviewer: User, comment: str, now: datetime) -> None:
    """Write that it was genuine."""
    label(payment_id=review.payment_id, is_fraud=False, source=Label.Source.ANALYST, made_by=reviewer)
    if review.alert is not None:
        trust.give_back(review.profiles[review.customer_id])
    _decide(review.alert, Alert.State.RELEASED, reviewer, comment, now)


def expire(review: Review, *, now: datetime) -> None:
    """Write that nobody decided in time. It says nothing about the payment: no label, and trust stays as it is."""
    if review.alert is not None and review.alert.state == Alert.State.OPEN:
        _decide(review.alert, Alert.State.EXPIRED, None, "", now)


def _decide(alert: Alert | None, state: Alert.State, reviewer: User | None, comment: str, now: datetime) -> None:
    if alert is None:
        return
    alert.state, alert.comment = state, comment
    alert.reviewed_by, alert.reviewed_at = reviewer, now
    alert.save(update_fields=["state", "comment", "reviewed_by", "reviewed_at"])
    case = alert.case
    # Summed anew: what every decision takes away from what it finds can't drift.
    still_open = case.alerts.filter(state=Alert.State.OPEN).aggregate(risk=Sum("amount_minor"))
    case.at_risk_minor = still_open["risk"] or 0
    if still_open["risk"] is None:
        case.state, case.closed_at = Case.State.CLOSED, now
        audit.record(action="case_closed", actor=reviewer, subject=case)
    case.save(update_fields=["at_risk_minor", "state", "closed_at"])
    audit.record(
        action=f"alert_{state}", actor=reviewer, subject=alert, details={"case": str(case.pk), "state": str(state)}
    )
