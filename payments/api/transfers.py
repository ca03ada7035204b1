"""REST: pay somebody, and look at one payment."""

import math
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from payments.api.resources import transaction_resource
from payments.api.schema import IDEMPOTENCY_KEY, TransactionResource
from payments.constants import ADDRESS_LENGTH, NOTE_LENGTH
from payments.selectors import payments
from payments.services import transfers
from payments.types import TransferOrder
from securebank.kernel.money import EXPONENTS
from securebank.web import clients
from securebank.web.fields import AmountField, CountryField, LineField
from securebank.web.idempotency import run_prepared
from securebank.web.schema import WITH_BODY, problems

ID_LENGTH = 200
DEVICE_FIELDS: Final = ("device_id", "device_type", "device_fingerprint", "user_agent")


class DeviceRequest(serializers.Serializer[Any]):
    """What the client says about the device; nothing is believed, everything is bounded."""

    device_id = LineField(max_length=ID_LENGTH, required=False)
    device_type = LineField(max_length=40, required=False)
    device_fingerprint = LineField(max_length=ID_LENGTH, required=False)
    user_agent = LineField(max_length=300, required=False)


class LocationRequest(serializers.Serializer[Any]):
    """Where the client says it is."""

    country = CountryField(required=False)
    city = LineField(max_length=80, required=False)
    latitude = serializers.FloatField(min_value=-90, max_value=90, required=False)
    longitude = serializers.FloatField(min_value=-180, max_value=180, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse half a position, and one that is no number, which no bound refuses."""
        position = [attrs[name] for name in ("latitude", "longitude") if name in attrs]
        if len(position) == 1:
            raise serializers.ValidationError({"latitude": _("Give latitude and longitude, or neither.")})
        if not all(map(math.isfinite, position)):
            raise serializers.ValidationError({"latitude": _("A position is made of numbers.")})
        return attrs


class SendRequest(serializers.Serializer[Any]):
    """What every payment may say."""

    amount = AmountField()
    note = LineField(max_length=NOTE_LENGTH, required=False, allow_blank=True, default="")
    pin = serializers.RegexField(r"^[0-9]{4,6}$", required=False, write_only=True)
    confirmation_id = serializers.UUIDField(required=False)
    device = DeviceRequest(required=False)
    location = LocationRequest(required=False)


class TransferRequest(SendRequest):
    """A payment to an account number, handle or phone."""

    to = LineField(max_length=ADDRESS_LENGTH)
    currency = serializers.ChoiceField(choices=sorted(EXPONENTS), required=False)
    from_account = serializers.UUIDField(required=False)


class UpiRequest(SendRequest):
    """A payment to a UPI-style address."""

    upi_id = LineField(max_length=ADDRESS_LENGTH)


class TransferCreate(APIView):
    """Pay somebody."""

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=TransferRequest,
        responses={201: TransactionResource, **problems(404, 409, *WITH_BODY)},
    )
    def post(self, request: CustomerRequest) -> HttpResponse:
        """Pay from one of the caller's accounts: completed, held for review, or declined."""
        asked = TransferRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return submit(request, "transactions.transfer", asked.validated_data)


class SendCreate(APIView):
    """Pay a UPI-style address."""

    @extend_schema(
        parameters=[IDEMPOTENCY_KEY],
        request=UpiRequest,
        responses={201: TransactionResource, **problems(404, 409, *WITH_BODY)},
    )
    def post(self, request: CustomerRequest) -> HttpResponse:
        """Pay from the caller's default account."""
        asked = UpiRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        return submit(request, "payments.send", data | {"to": data["upi_id"]})


class TransactionDetail(APIView):
    """One payment of the caller."""

    @extend_schema(responses={200: TransactionResource, **problems(404)})
    def get(self, request: CustomerRequest, payment_id: UUID) -> Response:
        """Show one payment that the caller made or got."""
        payment = payments.payment_of(owner=request.user, payment_id=payment_id)
        return Response(transaction_resource(payment, request.user))


def submit(request: CustomerRequest, endpoint: str, data: dict[str, Any]) -> HttpResponse:
    """Carry out a checked order once for its idempotency key."""
    order = TransferOrder(
        customer=request.user,
        to=data["to"],
        amount=data["amount"],
        currency=data.get("currency"),
        from_account_id=data.get("from_account"),
        note=data["note"],
        pin=data.get("pin"),
        confirmation_id=data.get("confirmation_id"),
        device=data.get("device"),
        location=data.get("location"),
        ip_address=clients.ip_address(request),
    )
    return run_prepared(
        request=request,
        endpoint=endpoint,
        prepare=lambda: transfers.prepare(order=order, requested_at=timezone.now()),
        action=lambda plan: Response(
            transaction_resource(transfers.pay(plan), request.user), status=status.HTTP_201_CREATED
        ),
    )
