"""``/api/fraud/alerts`` and ``/api/fraud/statistics``: reviewing moves money, so their door stands here."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from accounts.models import User
from accounts.permissions import IsAnalyst
from fraud.models import Alert, Decision
from fraud.selectors import cases
from payments.api.history import PageQuery
from payments.api.schema import ReasonResource
from payments.models import Payment
from payments.services import reviews
from securebank.kernel.money import Money
from securebank.web.fields import FlagField, LineField
from securebank.web.pagination import TimeCursor
from securebank.web.schema import WITH_BODY, problems

COMMENT_LENGTH = 280


class AlertResource(serializers.Serializer[Any]):
    """One suspicious payment. What colleagues wrote is for staff only."""

    id = serializers.UUIDField()
    transaction_id = serializers.UUIDField()
    amount = serializers.CharField()
    currency = serializers.CharField()
    score = serializers.FloatField()
    risk_level = serializers.ChoiceField(choices=Decision.Level.values)
    is_held = serializers.BooleanField()
    state = serializers.ChoiceField(choices=Alert.State.choices)
    reasons = ReasonResource(many=True)
    created_at = serializers.DateTimeField()
    reviewed_at = serializers.DateTimeField(allow_null=True)
    customer_id = serializers.UUIDField()
    case_id = serializers.UUIDField(allow_null=True)
    comments = serializers.CharField(allow_null=True)


class AlertPage(serializers.Serializer[Any]):
    """Some alerts, and where the list goes on."""

    results = AlertResource(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class ReviewRequest(serializers.Serializer[Any]):
    """What a reviewer found."""

    confirmed_fraud = FlagField()
    comments = LineField(max_length=COMMENT_LENGTH, required=False, allow_blank=True, default="")


class StatisticsResource(serializers.Serializer[Any]):
    """What a customer's payments came to."""

    user_id = serializers.UUIDField()
    trust_score = serializers.FloatField()
    total_fraud_alerts = serializers.IntegerField()
    fraudulent_transactions = serializers.IntegerField()
    account_locked = serializers.BooleanField()


class AlertList(APIView):
    """The caller's alerts; everybody's for staff who look at them."""

    is_open: ClassVar[bool] = False

    @extend_schema(
        operation_id="fraud_alerts",
        summary="List alerts, newest first",
        parameters=[PageQuery],
        responses={200: AlertPage, **problems(400)},
    )
    def get(self, request: CustomerRequest) -> Response:
        """Answer one page."""
        PageQuery(data=request.query_params.dict()).is_valid(raise_exception=True)
        pages = TimeCursor()
        alerts = cases.alerts_for(reader=request.user, is_open=self.is_open)
        page: list[Alert] = pages.paginate_queryset(alerts, request, view=self) or []
        return pages.get_paginated_response(alert_resources(page, request.user))


class UnreviewedList(AlertList):
    """Those that nobody has decided yet."""

    is_open = True

    @extend_schema(
        operation_id="fraud_alerts_unreviewed",
        summary="List alerts that wait for a decision, newest first",
        parameters=[PageQuery],
        responses={200: AlertPage, **problems(400)},
    )
    def get(self, request: CustomerRequest) -> Response:
        """Answer one page."""
        return super().get(request)


class AlertReview(APIView):
    """An analyst's decision about one alert."""

    permission_classes = [IsAnalyst]

    @extend_schema(
        operation_id="fraud_alert_review",
        summary="Confirm fraud, or release",
        request=ReviewRequest,
        responses={200: AlertResource, **problems(404, 409, *WITH_BODY)},
    )
    def put(self, request: CustomerRequest, alert_id: UUID) -> Response:
        """Decide once: held money goes back, or reaches the payee."""
        asked = ReviewRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        found = asked.validated_data
        alert = reviews.review_alert(
            alert_id=alert_id,
            is_fraud=found["confirmed_fraud"],
            reviewer=request.user,
            comment=found["comments"],
            now=timezone.now(),
        )
        return Response(alert_resources([alert], request.user)[0])


class Statistics(APIView):
    """What one customer's payments came to."""

    @extend_schema(
        operation_id="fraud_statistics",
        summary="Trust, alerts and confirmed frauds of one customer",
        responses={200: StatisticsResource, **problems(404)},
    )
    def get(self, request: CustomerRequest, user_id: UUID) -> Response:
        """Answer the caller's own figures, or anybody's for staff."""
        return Response(cases.statistics_of(reader=request.user, customer_id=user_id))


def alert_resources(alerts: list[Alert], viewer: User) -> list[dict[str, Any]]:
    """Return alerts as the viewer may see them; the payments' own amounts come in one query."""
    payments = Payment.objects.in_bulk([alert.payment_id for alert in alerts])
    is_staff = cases.sees_all_alerts(viewer)
    return [_alert(alert, payments.get(alert.payment_id), is_staff=is_staff) for alert in alerts]


def _alert(alert: Alert, payment: Payment | None, *, is_staff: bool) -> dict[str, Any]:
    money = Money(payment.amount_minor, payment.currency) if payment else Money(alert.amount_minor, "INR")
    told = "staff" if is_staff else "customer"
    return {
        "id": str(alert.pk),
        "transaction_id": str(alert.payment_id),
        "amount": str(money),
        "currency": money.currency,
        "score": alert.score,
        "risk_level": alert.level,
        "is_held": alert.is_held,
        "state": alert.state,
        "reasons": [_reason(reason, told) for reason in alert.decision.reasons],
        "created_at": alert.created_at,
        "reviewed_at": alert.reviewed_at,
        "customer_id": str(alert.customer_id),
        "case_id": str(alert.case_id) if is_staff else None,
        "comments": alert.comment if is_staff else None,
    }


def _reason(reason: dict[str, Any], told: str) -> dict[str, Any]:
    sentence = str(reason.get(told, ""))
    return {"code": reason["code"], "detail": _(sentence) if told == "customer" and sentence else sentence}
