"""Keep what a payment turned out to be."""

from uuid import UUID

from django.utils.translation import gettext as _

from accounts.models import User
from fraud.errors import NeverJudged
from fraud.models import Decision, Label

KIND_LENGTH = 40


def label(*, payment_id: UUID, is_fraud: bool, source: str, made_by: User | None = None, kind: str = "") -> Label:
    """Store one more label of a payment; the newest one counts.

    Raises:
        NeverJudged: there is no such payment, or none that the check has judged.
    """
    decision_id = Decision.objects.filter(payment_id=payment_id).values_list("pk", flat=True).first()
    if decision_id is None:
        raise NeverJudged(_("There is no judged payment with this id."))
    return Label.objects.create(
        decision_id=decision_id,
        is_fraud=is_fraud,
        source=Label.Source(source),
        made_by=made_by,
        kind=kind[:KIND_LENGTH],
    )
