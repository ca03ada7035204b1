"""Take a colleague's labels out of everything that counts labels, and put them back.

The labels themselves stay as they were written. What counts, and what models learn from, is read through
``fraud_countedlabel``, which leaves them out from the moment that this is written. Confirmed frauds in the profiles of
both sides are counted anew; trust is not, see ``fraud.training.corrections``.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from fraud.model_errors import MayNotExclude, ReviewerMissing
from fraud.models import Label, LabelExclusion
from fraud.services.promotion import said
from fraud.services.trust import lock_profiles

EXCLUDE: Final = "fraud.exclude_labels"

# The sides of payments that this person called fraud.
SIDES: Final = """
SELECT DISTINCT side.customer_id::uuid
FROM fraud_label AS label JOIN fraud_decision AS decision ON decision.id = label.decision_id
CROSS JOIN LATERAL (VALUES (decision.customer_id::text), (decision.facts->>'payee_customer_id')) AS side (customer_id)
WHERE label.made_by_id = %s AND label.is_fraud AND side.customer_id IS NOT NULL
"""
# Payments that this person called fraud and that count as such, by side; one to oneself is one.
FRAUDS: Final = """
SELECT side.customer_id::uuid, count(DISTINCT label.decision_id)
FROM fraud_label AS label JOIN fraud_decision AS decision ON decision.id = label.decision_id
CROSS JOIN LATERAL (VALUES (decision.customer_id::text), (decision.facts->>'payee_customer_id')) AS side (customer_id)
WHERE label.made_by_id = %s AND label.is_fraud AND side.customer_id IS NOT NULL
  AND EXISTS (SELECT FROM fraud_countedlabel AS counted
              WHERE counted.decision_id = label.decision_id AND counted.is_fraud)
GROUP BY side.customer_id
"""


@transaction.atomic
def take_out(*, reviewer_id: UUID, reason: str, person: User) -> LabelExclusion:
    """Let none of this colleague's labels count from now on.

    Raises:
        MayNotExclude: the person's role does not allow it, or the labels are their own.
        ReasonNeeded: none, or too long.
        ReviewerMissing: there is no such colleague with labels that count.
    """
    _need(person, reviewer_id)
    text = said(reason)
    reviewer = User.objects.select_for_update(of=("self",), no_key=True).filter(pk=reviewer_id).first()
    is_out = LabelExclusion.objects.filter(reviewer_id=reviewer_id, ended_at__isnull=True).exists()
    if reviewer is None or is_out or not Label.objects.filter(made_by_id=reviewer_id).exists():
        raise ReviewerMissing(_("There are no labels of this person that count."))
    _lock_sides(reviewer_id)
    before = _frauds(reviewer_id)
    exclusion = LabelExclusion.objects.create(reviewer=reviewer, reason=text, made_by=person)
    _count_anew(before, _frauds(reviewer_id))
    audit.record(action="labels_taken_out", actor=person, subject=exclusion, details={"reviewer": str(reviewer_id)})
    return exclusion


@transaction.atomic
def put_back(*, exclusion_id: UUID, person: User, now: datetime) -> LabelExclusion:
    """Let them count again. Raises as ``take_out``."""
    exclusion = LabelExclusion.objects.select_for_update().filter(pk=exclusion_id, ended_at__isnull=True).first()
    if exclusion is None:
        raise ReviewerMissing(_("These labels count already."))
    _need(person, exclusion.reviewer_id)
    _lock_sides(exclusion.reviewer_id)
    before = _frauds(exclusion.reviewer_id)
    exclusion.ended_by, exclusion.ended_at = person, now
    exclusion.save(update_fields=["ended_by", "ended_at"])
    _count_anew(before, _frauds(exclusion.reviewer_id))
    audit.record(
        action="labels_put_back",
        actor=person,
        subject=exclusion,
        details={"reviewer": str(exclusion.reviewer_id)},
    )
    return exclusion


def _need(person: User, reviewer_id: UUID) -> None:
    if not (person.is_active and person.is_staff and person.has_perm(EXCLUDE)):
        raise MayNotExclude
    if person.pk == reviewer_id:
        raise MayNotExclude(_("A colleague decides about your labels."))


def _lock_sides(reviewer_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SIDES, [reviewer_id])
        lock_profiles(row[0] for row in cursor.fetchall())


def _frauds(reviewer_id: UUID) -> dict[UUID, int]:
    """Return by customer how many payments that this person called fraud count as such."""
    with connection.cursor() as cursor:
        cursor.execute(FRAUDS, [reviewer_id])
        return dict(cursor.fetchall())


def _count_anew(before: dict[UUID, int], after: dict[UUID, int]) -> None:
    for customer_id in sorted(before.keys() | after.keys()):
        step = after.get(customer_id, 0) - before.get(customer_id, 0)
        if step:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE fraud_customerprofile SET confirmed_frauds = greatest(0, confirmed_frauds + %s)"
                    " WHERE customer_id = %s",
                    [step, customer_id],
                )
