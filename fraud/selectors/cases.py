"""Find cases and alerts: for staff, and for the customers whom they are about."""

from typing import Any
from uuid import UUID

from django.db.models import Case as Choice
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.handles import bare_handle
from accounts.models import BankAccount, User
from accounts.services import factors
from fraud.errors import AlertMissing, CaseMissing
from fraud.models import Alert, Case, CaseComment
from fraud.selectors.profiles import trust_score

VIEW_ALERTS = "fraud.view_alert"
EARLIER_CASES = 20
COMMENTS = 100


def queue_for(reader: User) -> QuerySet[Case]:
    """Return every case but the reader's own, each with what a list shows; nothing more is asked a row."""
    person = User.objects.filter(pk=OuterRef("customer_id"))
    undecided = Alert.objects.filter(case=OuterRef("pk"), state=Alert.State.OPEN).order_by("-score")
    counted = undecided.order_by().values("case").annotate(number=Count("pk")).values("number")
    return (
        Case.objects.exclude(customer_id=reader.pk)
        .select_related("assigned_to")
        .annotate(
            handle=Subquery(person.values("handle")),
            name=Subquery(person.values("name")),
            level=Subquery(undecided.values("level")[:1]),
            open_alerts=Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        )
    )


def with_open_alert(cases: QuerySet[Case], **wanted: Any) -> QuerySet[Case]:
    """Return the cases that have an undecided alert of that kind."""
    return cases.filter(Exists(Alert.objects.filter(case=OuterRef("pk"), state=Alert.State.OPEN, **wanted)))


def search(cases: QuerySet[Case], words: str) -> QuerySet[Case]:
    """Return the cases that an id, a handle or an account number names."""
    words = words.strip()
    if (wanted := _uuid(words)) is not None:
        return cases.filter(Q(pk=wanted) | Q(customer_id=wanted) | Q(alerts__payment_id=wanted)).distinct()
    people = User.objects.filter(handle__startswith=bare_handle(words)).values("pk")
    owners = BankAccount.objects.filter(number=words.replace(" ", "").upper()).values("owner_id")
    return cases.filter(Q(customer_id__in=people) | Q(customer_id__in=owners))


def case_for(*, reader: User, case_id: str | UUID) -> Case:
    """Return one case that a colleague may look at.

    Raises:
        CaseMissing: not there, or about the reader; the same words for both.
    """
    wanted = _uuid(str(case_id))
    case = queue_for(reader).filter(pk=wanted).first() if wanted else None
    if case is None:
        raise CaseMissing(_("There is no such case."))
    return case


def alerts_of(case: Case, *, limit: int) -> list[Alert]:
    """Return a case's alerts with their decisions: undecided ones first, the riskiest before the others."""
    waits = When(state=Alert.State.OPEN, then=Value(0))
    alerts = case.alerts.select_related("decision", "reviewed_by")
    return list(alerts.order_by(Choice(waits, default=Value(1)), "-score", "-created_at")[:limit])


def earlier_cases(case: Case) -> list[Case]:
    """Return the customer's other cases, newest first, with how they ended."""
    counts = {state.value: Count("alerts", filter=Q(alerts__state=state)) for state in Alert.State if state != "open"}
    found = Case.objects.filter(customer_id=case.customer_id).exclude(pk=case.pk).annotate(**counts)
    return list(found.order_by("-opened_at")[:EARLIER_CASES])


def comments_of(case: Case) -> list[CaseComment]:
    """Return what colleagues wrote, oldest first."""
    return list(reversed(case.comments.select_related("author").order_by("-id")[:COMMENTS]))


def payment_of_alert(*, alert_id: UUID, case_id: UUID | None = None) -> UUID:
    """Return the payment that an alert is about.

    Raises:
        AlertMissing: there is none, or it belongs to another case.
    """
    alerts = Alert.objects.filter(pk=alert_id)
    if case_id is not None:
        alerts = alerts.filter(case_id=case_id)
    payment_id = alerts.values_list("payment_id", flat=True).first()
    if payment_id is None:
        raise AlertMissing(_("There is no such alert."))
    return payment_id


def sees_all_alerts(person: User) -> bool:
    """Tell whether somebody is staff who look at everybody's alerts."""
    return person.is_staff and person.has_perm(VIEW_ALERTS) and factors.has_factor(person)


def alerts_for(*, reader: User, is_open: bool = False) -> QuerySet[Alert]:
    """Return the alerts that somebody may see: their own payments', or everybody's but their own for staff."""
    if sees_all_alerts(reader):
        alerts = Alert.objects.exclude(customer_id=reader.pk)
    else:
        alerts = Alert.objects.filter(customer_id=reader.pk)
    if is_open:
        alerts = alerts.filter(state=Alert.State.OPEN)
    return alerts.select_related("decision")


def statistics_of(*, reader: User, customer_id: UUID) -> dict[str, Any]:
    """Return what a customer's payments came to.

    Raises:
        CaseMissing: nobody of this id, or not the reader's to see.
    """
    is_own = reader.pk == customer_id
    person = User.objects.filter(pk=customer_id).first() if is_own or sees_all_alerts(reader) else None
    if person is None:
        raise CaseMissing(_("There is no such customer."))
    counted = Alert.objects.filter(customer_id=customer_id).aggregate(
        all=Count("pk"), fraud=Count("pk", filter=Q(state=Alert.State.CONFIRMED))
    )
    return {
        "user_id": person.pk,
        "trust_score": trust_score(customer_id),
        "total_fraud_alerts": counted["all"],
        "fraudulent_transactions": counted["fraud"],
        "account_locked": person.is_locked,
    }


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None
