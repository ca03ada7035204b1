"""Everything that a colleague needs to decide about a case, for one page, in a bounded number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db.models import Min, Q, QuerySet

from accounts.models import Approval, AuditEvent, Device, User
from fraud.models import Alert, Case, CaseComment, CustomerProfile, Decision
from fraud.selectors import cases, links
from fraud.services.cases import SUPERVISE, WORK
from payments.console import graph
from payments.console.contributions import Contribution, contributions_of
from payments.console.figures import Figure, device_of, place_of, profile_figures, signal_figures
from payments.models import Payment
from payments.selectors.history import history
from payments.services.reversals import REVERSE_PAYMENT
from payments.services.reviews import REVIEW_PERMISSION

MOST_ALERTS: Final = 20
LAST_PAYMENTS: Final = 20
MOST_DEVICES: Final = 10
AUDIT_LINES: Final = 50
ALL_TRUST: Final = 100.0


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a payment as the bank knows it."""

    person: User
    since: datetime | None
    trust: float
    confirmed_frauds: int
    figures: list[Figure]


@dataclass(frozen=True, slots=True)
class AlertView:
    """One suspicious payment."""

    alert: Alert
    decision: Decision
    payment: Payment | None
    payee: Party | None
    contributions: list[Contribution]
    signals: list[Figure]
    place: str
    device: str
    waits_for_reversal: bool

    @property
    def confirm_dialog(self) -> str:
        """Name of the dialog that asks before fraud is confirmed."""
        return f"confirm-{self.alert.pk}"

    @property
    def release_dialog(self) -> str:
        """Name of the dialog that asks before the payment is released."""
        return f"release-{self.alert.pk}"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What the reader may do here; the services look again."""

    work: bool
    decide: bool
    supervise: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """All of it."""

    case: Case
    customer: Party
    alerts: list[AlertView]
    more_alerts: int
    payments: list[Payment]
    devices: list[Device]
    picture: graph.Picture
    earlier: list[Case]
    comments: list[CaseComment]
    audit: list[AuditEvent]
    colleagues: list[User]
    may: Abilities


def case_page(*, reader: User, case_id: str) -> CasePage:
    """Gather a case's page.

    Raises:
        CaseMissing: not there, or the reader's own.
    """
    case = cases.case_for(reader=reader, case_id=case_id)
    alerts = cases.alerts_of(case, limit=MOST_ALERTS)
    parties = _parties({case.customer_id, *(alert.payee_customer_id for alert in alerts)})
    customer = parties[case.customer_id]
    may = _abilities(case, alerts, reader)
    return CasePage(
        case=case,
        customer=customer,
        alerts=_alert_views(alerts, parties),
        more_alerts=max(0, case.alerts.count() - len(alerts)),
        payments=list(history(owner=customer.person)[:LAST_PAYMENTS]),
        devices=list(Device.objects.filter(user=customer.person).order_by("-last_seen_at")[:MOST_DEVICES]),
        picture=graph.drawn(links.neighbourhood(case.customer_id)),
        earlier=cases.earlier_cases(case),
        comments=cases.comments_of(case),
        audit=_audit(case, alerts),
        colleagues=list(_colleagues()) if may.supervise else [],
        may=may,
    )


def _abilities(case: Case, alerts: list[Alert], reader: User) -> Abilities:
    is_party = reader.pk in {case.customer_id, *(alert.payee_customer_id for alert in alerts)}
    supervises = reader.has_perm(SUPERVISE) and reader.has_perm(WORK)
    return Abilities(
        work=reader.has_perm(WORK) and not is_party,
        decide=reader.has_perm(REVIEW_PERMISSION) and not is_party and (supervises or not case.is_escalated),
        supervise=supervises and not is_party,
    )


def _parties(customer_ids: set[UUID]) -> dict[UUID, Party]:
    people = User.objects.filter(pk__in=customer_ids).annotate(since=Min("bank_accounts__opened_at"))
    profiles = CustomerProfile.objects.in_bulk(customer_ids)
    return {person.pk: _party(person, profiles.get(person.pk)) for person in people}


def _party(person: User, profile: CustomerProfile | None) -> Party:
    return Party(
        person=person,
        since=getattr(person, "since", None),
        trust=float(profile.trust_score) if profile else ALL_TRUST,
        confirmed_frauds=profile.confirmed_frauds if profile else 0,
        figures=profile_figures(profile.state) if profile else [],
    )


def _alert_views(alerts: list[Alert], parties: dict[UUID, Party]) -> list[AlertView]:
    wanted = [alert.payment_id for alert in alerts]
    payments = Payment.objects.select_related("payer_account__owner", "payee_account__owner").in_bulk(wanted)
    proposed = set(
        Approval.objects.filter(
            action=REVERSE_PAYMENT, subject_id__in=map(str, wanted), state=Approval.State.PENDING
        ).values_list("subject_id", flat=True)
    )
    return [
        AlertView(
            alert=alert,
            decision=alert.decision,
            payment=payments.get(alert.payment_id),
            payee=parties.get(alert.payee_customer_id),
            contributions=contributions_of(alert.decision),
            signals=signal_figures(alert.decision.signals),
            place=place_of(alert.decision.facts, alert.decision.signals),
            device=device_of(alert.decision.facts),
            waits_for_reversal=str(alert.payment_id) in proposed,
        )
        for alert in alerts
    ]


def _audit(case: Case, alerts: Iterable[Alert]) -> list[AuditEvent]:
    """Return what was done to the case, its alerts and their payments, newest first."""
    alerts = list(alerts)
    about = Q(subject_type="fraud.case", subject_id=str(case.pk))
    about |= Q(subject_type="fraud.alert", subject_id__in=[str(alert.pk) for alert in alerts])
    about |= Q(subject_type="payments.payment", subject_id__in=[str(alert.payment_id) for alert in alerts])
    return list(AuditEvent.objects.filter(about).select_related("actor").order_by("-id")[:AUDIT_LINES])


def _colleagues() -> QuerySet[User]:
    """Return who may work on cases."""
    app, codename = WORK.split(".")
    allowed = Permission.objects.filter(content_type__app_label=app, codename=codename)
    return (
        User.objects.filter(is_staff=True, is_active=True, groups__permissions__in=allowed).distinct().order_by("name")
    )
