"""How the questions about a customer's payment stand."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from fraud.errors import AlertMissing
from fraud.models import Alert, CustomerAnswer

Kind = CustomerAnswer.Kind
# What a question about a payment is answered with, once.
FINAL: Final = (Kind.MINE, Kind.NOT_MINE)


@dataclass(frozen=True, slots=True)
class Standing:
    """What was said about one payment, and what may still be said.

    Attributes:
        answer: ``mine``, ``not_mine`` or "".
        dispute: ``open``, ``picked_up``, ``confirmed``, ``rejected``, ``withdrawn`` or "".
        is_decided: somebody, or time, decided about the alert.
    """

    answer: str = ""
    dispute: str = ""
    is_decided: bool = False


def standing_of(payment_id: UUID) -> Standing:
    """Return how the questions about a payment stand; who may ask is the caller's to check."""
    alert = Alert.objects.select_related("case").filter(payment_id=payment_id).first()
    if alert is None:
        return Standing()
    kinds = list(alert.answers.order_by("at", "id").values_list("kind", flat=True))
    disputes = [kind for kind in kinds if kind not in FINAL]
    return Standing(
        answer=next((kind for kind in kinds if kind in FINAL), ""),
        dispute=_dispute(alert, disputes[-1]) if disputes else "",
        is_decided=alert.state != Alert.State.OPEN,
    )


def own_payment_of(*, customer_id: UUID, alert_id: UUID) -> UUID:
    """Return the payment that one of the customer's own alerts is about.

    Raises:
        AlertMissing: there is none, or it is somebody else's; the same words for both.
    """
    found = Alert.objects.filter(pk=alert_id, customer_id=customer_id).values_list("payment_id", flat=True).first()
    if found is None:
        raise AlertMissing(_("There is no such alert."))
    return found


def is_picked_up(alert: Alert) -> bool:
    """Tell whether a colleague has begun to work on an alert, or has decided it."""
    return alert.state != Alert.State.OPEN or alert.case.assigned_to_id is not None or alert.case.is_escalated


def _dispute(alert: Alert, last: str) -> str:
    if last == Kind.WITHDRAWN:
        return "withdrawn"
    if alert.state == Alert.State.OPEN:
        return "picked_up" if is_picked_up(alert) else "open"
    return "confirmed" if alert.state == Alert.State.CONFIRMED else "rejected"
