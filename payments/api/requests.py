"""REST: ask for money, and answer."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from payments.api.resources import request_resource, transaction_resource
from payments.api.schema import IDEMPOTENCY_KEY, PaymentRequestResource, TransactionResource
from payments.api.transfers import DeviceRequest, LocationRequest
from payments.constants import ADDRESS_LENGTH, MAX_PENDING_REQUESTS, NOTE_LENGTH
from payments.selectors import requests as selectors
from payments.services import requests
from securebank.web import clients, throttles
from securebank.web.fields import AmountField, LineField
from securebank.web.idempotency import run_once, run_prepared
from securebank.web.schema import WITH_BODY, problems


class MoneyRequestRequest(serializers.Serializer[Any]):
    """Whom to ask for how much."""

    upi_id = LineField(max_length=ADDRESS_LENGTH)
    amount = AmountField()
    note = LineField(max_length=NOTE_LENGTH, required=False, allow_blank=True, default="")
    expires_at = serializers.DateTimeField(required=False)


class AcceptRequest(serializers.Serializer[Any]):
    """The proof that the payer means it."""

    pin = serializers.RegexField(r"^[0-9]{4,6}$", required=False, write_only=True)
    confirmation_id = serializers.UUIDField(required=False)
    from_account = serializers.UUIDField(required=False)
    device = DeviceRequest(required=False)
    location = LocationRequest(required=False)


class PendingResource(serializers.Serializer[Any]):
    """Open requests of both directions."""

    incoming = PaymentRequestResource(many=True)
    outgoing = PaymentRequestResource(many=True)


class RequestCreate(APIView):
    """Ask somebody for money."""

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=MoneyRequestRequest,
        responses={201: PaymentRequestResource, **problems(404, 409, *WITH_BODY)},
    )
    def post(self, request: CustomerRequest) -> HttpResponse:
        """Ask; the other side is told at once."""
        asked = MoneyRequestRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        throttles.take("money_request", str(request.user.pk))
        data = asked.validated_data
        wanted = requests.MoneyRequest(
            requester=request.user,
            payer=data["upi_id"],
            amount=data["amount"],
            note=data["note"],
            expires_at=data.get("expires_at"),
        )

        def act() -> Response:
            made = requests.ask(wanted=wanted, now=timezone.now())
            return Response(request_resource(made, request.user), status=status.HTTP_201_CREATED)

        return run_once(request=request, endpoint="payments.request", action=act)


class PendingList(APIView):
    """What waits for an answer."""

    @extend_schema(responses={200: PendingResource, **problems()})
    def get(self, request: CustomerRequest) -> Response:
        """List open requests to the caller and by the caller."""
        user = request.user
        return Response(
            {
                "incoming": [request_resource(row, user) for row in selectors.incoming(user)[:MAX_PENDING_REQUESTS]],
                "outgoing": [request_resource(row, user) for row in selectors.outgoing(user)[:MAX_PENDING_REQUESTS]],
            }
        )


class RequestAccept(APIView):
    """Pay what somebody asked for."""

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=AcceptRequest,
        responses={200: TransactionResource, **problems(404, 409, *WITH_BODY)},
    )
    def post(self, request: CustomerRequest, request_id: UUID) -> HttpResponse:
        """Pay once; a second accept answers 409 ``request_not_pending``."""
        asked = AcceptRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        acceptance = requests.Acceptance(
            payer=request.user,
            request_id=request_id,
            pin=data.get("pin"),
            confirmation_id=data.get("confirmation_id"),
            from_account_id=data.get("from_account"),
            device=data.get("device"),
            location=data.get("location"),
            ip_address=clients.ip_address(request),
        )
        return run_prepared(
            request=request,
            endpoint="payments.requests.accept",
            prepare=lambda: requests.prepare_acceptance(acceptance=acceptance, requested_at=timezone.now()),
            action=lambda plan: Response(
                transaction_resource(requests.accept(request_id=request_id, plan=plan), request.user)
            ),
        )


class RequestDecline(APIView):
    """Say no."""

    @extend_schema(request=None, responses={200: PaymentRequestResource, **problems(404, 409)})
    def post(self, request: CustomerRequest, request_id: UUID) -> Response:
        """Decline a request to the caller."""
        return Response(request_resource(requests.decline(payer=request.user, request_id=request_id), request.user))


class RequestCancel(APIView):
    """Take a request back."""

    @extend_schema(request=None, responses={200: PaymentRequestResource, **problems(404, 409)})
    def post(self, request: CustomerRequest, request_id: UUID) -> Response:
        """Cancel a request that the caller made."""
        return Response(request_resource(requests.cancel(requester=request.user, request_id=request_id), request.user))
