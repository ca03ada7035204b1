"""What a customer says about a suspicious payment of theirs, kept as evidence for the analyst.

``payments.services.answers`` and ``disputes`` call these inside the transaction that also moves the money, after
``outcomes.lock``: with the payer's profile locked nobody else opens a case, and with the case locked nobody decides.
"""

from typing import Final
from uuid import UUID

from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from fraud.errors import AnswerNotOpen, DisputeNotOpen, NotDisputable
from fraud.models import Alert, Case, CaseComment, CustomerAnswer, Decision, Label
from fraud.selectors.answers import FINAL, is_picked_up
from fraud.services import outcomes
from fraud.services.labels import label
from fraud.services.outcomes import Review

Kind = CustomerAnswer.Kind

# For colleagues, in the language of their desk.
TOLD: Final = {
    Kind.MINE: "The customer says: it was me. Confirmed with: {method}.",
    Kind.NOT_MINE: "The customer says: it wasn't me. Payments stopped, other sessions ended.",
    Kind.DISPUTE: "The customer says: I didn't make this payment. {text}",
    Kind.WITHDRAWN: "The customer takes the dispute back.",
}


def refuse_unless_open(review: Review) -> None:
    """Raise AnswerNotOpen when the alert is decided, or the customer has answered."""
    alert = review.alert
    if alert is None:
        return
    if alert.state != Alert.State.OPEN:
        raise AnswerNotOpen(_("This payment is already decided."))
    if alert.answers.filter(kind__in=FINAL).exists():
        raise AnswerNotOpen(_("You have answered this already."))


def say_mine(review: Review, *, decision: Decision, customer: User, method: str) -> CustomerAnswer:
    """Keep "it was me". It changes no score, no limit and no decision."""
    return _keep(_alert(review, decision), customer, Kind.MINE, method=method)


def say_not_mine(review: Review, *, decision: Decision, customer: User) -> CustomerAnswer:
    """Keep "it wasn't me": label the payment, and hand the case to the supervisors. No money waits any more."""
    alert = _alert(review, decision)
    answer = _keep(alert, customer, Kind.NOT_MINE)
    label(payment_id=alert.payment_id, is_fraud=True, source=Label.Source.DISPUTE, made_by=customer)
    Alert.objects.filter(pk=alert.pk).update(is_held=False)
    Case.objects.filter(pk=alert.case_id).update(is_escalated=True, assigned_to=None)
    return answer


def open_dispute(review: Review, *, decision: Decision, customer: User, text: str) -> CustomerAnswer:
    """Put a payment that went through before the analysts; until one decides it has no label.

    Raises:
        NotDisputable: it is disputed already, or was decided after a dispute.
    """
    alert = review.alert
    if alert is not None:
        last = alert.answers.order_by("-at", "-id").first()
        was_disputed = last is not None and last.kind == Kind.DISPUTE
        if was_disputed or alert.state in {Alert.State.OPEN, Alert.State.CONFIRMED}:
            raise NotDisputable(_("You have told us about this payment already."))
        alert = _reopened(alert)
    return _keep(alert or _alert(review, decision), customer, Kind.DISPUTE, text=text)


def withdraw_dispute(review: Review, *, customer: User) -> CustomerAnswer:
    """Take a dispute back while nobody has picked its case up.

    Raises:
        DisputeNotOpen: there is none, or a colleague has it.
    """
    alert = review.alert
    last = alert.answers.order_by("-at", "-id").first() if alert is not None else None
    if alert is None or last is None or last.kind != Kind.DISPUTE or is_picked_up(alert):
        raise DisputeNotOpen(_("A colleague is looking at it already, so it can't be taken back here."))
    answer = _keep(alert, customer, Kind.WITHDRAWN)
    outcomes.withdraw(review, now=answer.at)
    return answer


def _alert(review: Review, decision: Decision) -> Alert:
    """Return the payment's alert; when the check raised none, or no longer has it, the customer's word raises it."""
    if review.alert is not None:
        return review.alert
    alert = Alert.objects.create(
        case=_open_case(review.customer_id),
        decision=decision,
        payment_id=review.payment_id,
        customer_id=review.customer_id,
        payee_customer_id=review.payee_customer_id or review.customer_id,
        amount_minor=decision.facts["reference_minor"],
        score=decision.score,
        level=decision.level,
        is_held=False,
    )
    _weigh(alert.case)
    return alert


def _reopened(alert: Alert) -> Alert:
    """Open a decided alert again: the audit log keeps who decided it before."""
    alert.state, alert.comment, alert.is_held = Alert.State.OPEN, "", False
    alert.reviewed_by = alert.reviewed_at = None
    alert.case = _open_case(alert.customer_id)
    alert.save(update_fields=["state", "comment", "is_held", "reviewed_by", "reviewed_at", "case"])
    _weigh(alert.case)
    return alert


def _open_case(customer_id: UUID) -> Case:
    found = Case.objects.select_for_update(no_key=True, of=("self",)).filter(
        customer_id=customer_id, state=Case.State.OPEN
    )
    return found.first() or Case.objects.create(customer_id=customer_id)


def _weigh(case: Case) -> None:
    """Sum what is at risk anew."""
    waiting = case.alerts.filter(state=Alert.State.OPEN).aggregate(risk=Sum("amount_minor"), worst=Max("score"))
    case.at_risk_minor, case.worst_score = waiting["risk"] or 0, waiting["worst"] or 0
    case.save(update_fields=["at_risk_minor", "worst_score"])


def _keep(alert: Alert, customer: User, kind: Kind, *, method: str = "", text: str = "") -> CustomerAnswer:
    answer = CustomerAnswer.objects.create(alert=alert, customer_id=customer.pk, kind=kind, method=method, text=text)
    answer.refresh_from_db(fields=["at"])
    told = TOLD[kind].format(method=method, text=text).strip()
    CaseComment.objects.create(case_id=alert.case_id, author=customer, text=told)
    return answer
