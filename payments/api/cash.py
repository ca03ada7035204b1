"""REST: cash in and out, in the demo bank."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from payments.api.resources import transaction_resource
from payments.api.schema import IDEMPOTENCY_KEY, TransactionResource
from payments.services import deposits, withdrawals
from securebank.web.fields import AmountField
from securebank.web.idempotency import run_once, run_prepared
from securebank.web.schema import WITH_BODY, problems


class CashRequest(serializers.Serializer[Any]):
    """How much."""

    amount = AmountField()


class WithdrawalRequest(CashRequest):
    """How much, and the PIN where a payment would need it."""

    pin = serializers.RegexField(r"^[0-9]{4,6}$", required=False, write_only=True)


class DepositCreate(APIView):
    """Put cash on an account; demo mode only."""

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=CashRequest,
        responses={201: TransactionResource, **problems(404, 409, *WITH_BODY)},
    )
    def post(self, request: CustomerRequest, account_id: UUID) -> HttpResponse:
        """Deposit at once; 403 ``demo_only`` outside the demo bank."""
        asked = CashRequest(data=request.data)
        asked.is_valid(raise_exception=True)

        def act() -> Response:
            payment = deposits.deposit(owner=request.user, account_id=account_id, **asked.validated_data)
            return Response(transaction_resource(payment, request.user), status=status.HTTP_201_CREATED)

        return run_once(request=request, endpoint="accounts.deposit", action=act)


class WithdrawalCreate(APIView):
    """Take cash from an account; demo mode only."""

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=WithdrawalRequest,
        responses={201: TransactionResource, **problems(404, 409, *WITH_BODY)},
    )
    def post(self, request: CustomerRequest, account_id: UUID) -> HttpResponse:
        """Pay cash out at once, within PIN and limits; 403 ``demo_only`` outside the demo bank."""
        asked = WithdrawalRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        order = withdrawals.WithdrawalOrder(request.user, account_id, **asked.validated_data)
        return run_prepared(
            request=request,
            endpoint="accounts.withdraw",
            prepare=lambda: withdrawals.prepare(order=order, requested_at=timezone.now()),
            action=lambda plan: Response(
                transaction_resource(withdrawals.pay_out(plan), request.user), status=status.HTTP_201_CREATED
            ),
        )
