"""From a button on a case's page to the one service behind it."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from fraud.selectors import cases as selectors
from fraud.services import cases
from payments.services import reviews

Typed = Mapping[str, Any]

DONE: Final = {
    "take": gettext_lazy("The case is yours."),
    "put_back": gettext_lazy("Whoever is free can take the case now."),
    "assign": gettext_lazy("Assigned."),
    "comment": gettext_lazy("Your comment is kept."),
    "escalate": gettext_lazy("The supervisors have it now."),
    "confirm": gettext_lazy("Confirmed as fraud."),
    "release": gettext_lazy("Released as genuine."),
}


def act(*, case_id: UUID, person: User, typed: Typed) -> None:
    """Do what was pressed; raises as the service behind it."""
    _ACTS[typed["action"]](case_id, person, typed)


def _confirm(case_id: UUID, person: User, typed: Typed) -> None:
    payment_id = selectors.payment_of_alert(alert_id=typed["alert"], case_id=case_id)
    reviews.confirm_fraud(payment_id=payment_id, reviewer=person, comment=typed["comment"], now=timezone.now())


def _release(case_id: UUID, person: User, typed: Typed) -> None:
    payment_id = selectors.payment_of_alert(alert_id=typed["alert"], case_id=case_id)
    reviews.release(payment_id=payment_id, reviewer=person, comment=typed["comment"], now=timezone.now())


_ACTS: Final[dict[str, Callable[[UUID, User, Typed], Any]]] = {
    "take": lambda case_id, person, _typed: cases.take(case_id=case_id, person=person),
    "put_back": lambda case_id, person, _typed: cases.put_back(case_id=case_id, person=person),
    "assign": lambda case_id, person, typed: cases.assign(case_id=case_id, to_id=typed["colleague"], person=person),
    "comment": lambda case_id, person, typed: cases.comment(case_id=case_id, person=person, text=typed["comment"]),
    "escalate": lambda case_id, person, typed: cases.escalate(case_id=case_id, person=person, text=typed["comment"]),
    "confirm": _confirm,
    "release": _release,
}
