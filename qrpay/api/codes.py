"""REST: issue codes, judge them, pay them."""

import base64
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from payments.api.resources import transaction_resource
from payments.api.schema import IDEMPOTENCY_KEY, TransactionResource
from payments.api.transfers import DeviceRequest, LocationRequest
from payments.constants import NOTE_LENGTH
from qrpay import drawing
from qrpay.codes.facts import Scheme
from qrpay.constants import LONGEST_LIFE, LONGEST_TEXT, SHORTEST_LIFE
from qrpay.models import Code
from qrpay.services import codes, paying, verifying
from qrpay.types import Authenticity, CodeOrder, CodeWish, IssuedCode, Source, VerifiedCode
from securebank.web import clients, throttles
from securebank.web.fields import AmountField, FlagField, LineField
from securebank.web.idempotency import run_once, run_prepared
from securebank.web.schema import WITH_BODY, problems


class CodeTextField(serializers.CharField):
    """What a code says, line breaks and all."""

    def __init__(self, **options: Any) -> None:
        super().__init__(min_length=1, max_length=LONGEST_TEXT, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        """Return the text; a number is none."""
        if not isinstance(data, str):
            self.fail("invalid")
        text: str = super().to_internal_value(data)
        return text


class CodeRequest(serializers.Serializer[Any]):
    """A code to be judged."""

    qr_data = CodeTextField()


class CodePaymentRequest(CodeRequest):
    """A code to be paid."""

    amount = AmountField(required=False)
    pin = serializers.RegexField(r"^[0-9]{4,6}$", required=False, write_only=True)
    confirmation_id = serializers.UUIDField(required=False)
    from_account = serializers.UUIDField(required=False)
    source = serializers.ChoiceField(  # type: ignore[assignment] # a field's name, not the property
        choices=[each.value for each in Source],
        default=Source.API.value,
        help_text="How the code was got; pictures and pasted text have a lower limit.",
    )
    device = DeviceRequest(required=False)
    location = LocationRequest(required=False)


class CodeWishRequest(serializers.Serializer[Any]):
    """What a code should ask for; without an amount the payer chooses, within the bounds if there are any."""

    amount = AmountField(required=False)
    min_amount = AmountField(required=False)
    max_amount = AmountField(required=False)
    account = serializers.UUIDField(required=False)
    note = LineField(max_length=NOTE_LENGTH, required=False, allow_blank=True, default="")
    expires_in = serializers.IntegerField(
        required=False,
        min_value=int(SHORTEST_LIFE.total_seconds()),
        max_value=int(LONGEST_LIFE.total_seconds()),
        help_text="Seconds; without it the code lasts.",
    )
    single_use = FlagField(required=False, default=False)
    format = serializers.ChoiceField(choices=Code.Scheme.choices, default=Code.Scheme.SEALED)


class CodeResource(serializers.Serializer[Any]):
    """A code that was issued."""

    id = serializers.UUIDField()
    format = serializers.ChoiceField(choices=Code.Scheme.choices)
    payload = serializers.CharField()
    image_png = serializers.CharField(help_text="The code as a picture: PNG in base64.")
    amount = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    single_use = serializers.BooleanField()


class CodePayeeResource(serializers.Serializer[Any]):
    """Who would be paid, out of this bank's own books."""

    name = serializers.CharField()
    handle = serializers.CharField()
    known = serializers.BooleanField(help_text="Whether the caller has paid or saved them before.")


class CodeReasonResource(serializers.Serializer[Any]):
    """Something that the payer should know."""

    code = serializers.CharField()
    detail = serializers.CharField()


class VerdictResource(serializers.Serializer[Any]):
    """What is known about a code; ``registered`` and ``unverified`` never mean that it is safe."""

    valid = serializers.BooleanField(help_text="Whether it could be paid here as things stand.")
    scheme = serializers.ChoiceField(choices=[each.value for each in Scheme])
    authenticity = serializers.ChoiceField(choices=[each.value for each in Authenticity])
    payee = CodePayeeResource(allow_null=True)
    stated_name = serializers.CharField(allow_blank=True, help_text="What the code calls the payee.")
    amount = serializers.CharField(allow_null=True)
    min_amount = serializers.CharField(allow_null=True)
    max_amount = serializers.CharField(allow_null=True)
    currency = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    single_use = serializers.BooleanField()
    reasons = CodeReasonResource(many=True)


class CodeCreate(APIView):
    """Codes of the caller."""

    @extend_schema(
        operation_id="blockchain_generate_qr",
        parameters=[IDEMPOTENCY_KEY],
        request=CodeWishRequest,
        responses={201: CodeResource, **problems(404, 409, *WITH_BODY)},
    )
    def post(self, request: CustomerRequest) -> HttpResponse:
        """Issue a code that asks for money into one of the caller's accounts."""
        asked = CodeWishRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        throttles.take("qr_issue", str(request.user.pk))
        data = asked.validated_data
        wish = CodeWish(
            owner=request.user,
            account_id=data.get("account"),
            amount=data.get("amount"),
            least=data.get("min_amount"),
            most=data.get("max_amount"),
            note=data["note"],
            expires_in=data.get("expires_in"),
            single_use=data["single_use"],
            scheme=data["format"],
        )
        return run_once(
            request=request,
            endpoint="blockchain.generate_qr",
            action=lambda: Response(code_resource(codes.issue(wish=wish)), status=status.HTTP_201_CREATED),
        )


class CodeVerify(APIView):
    """The judge of codes."""

    @extend_schema(
        operation_id="transactions_qr_verify",
        request=CodeRequest,
        responses={200: VerdictResource, **problems(409, *WITH_BODY)},
    )
    def post(self, request: CustomerRequest) -> Response:
        """Say whom a code pays and how far it can be believed. Moves nothing, opens nothing."""
        asked = CodeRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        throttles.take("qr_verify", str(request.user.pk))
        return Response(verdict_resource(verifying.verify(customer=request.user, text=asked.validated_data["qr_data"])))


class CodePay(APIView):
    """Payments with a code."""

    @extend_schema(
        operation_id="transactions_qr",
        parameters=[IDEMPOTENCY_KEY],
        request=CodePaymentRequest,
        responses={201: TransactionResource, **problems(404, 409, *WITH_BODY)},
    )
    def post(self, request: CustomerRequest) -> HttpResponse:
        """Judge a code and pay it: completed, held for review, or declined."""
        return _pay(request, "transactions.qr")


class CodeVerifyAndPay(APIView):
    """The same under the name that older clients know."""

    @extend_schema(
        operation_id="blockchain_verify_qr",
        parameters=[IDEMPOTENCY_KEY],
        request=CodePaymentRequest,
        responses={201: TransactionResource, **problems(404, 409, *WITH_BODY)},
    )
    def post(self, request: CustomerRequest) -> HttpResponse:
        """Judge a code and pay it."""
        return _pay(request, "blockchain.verify_qr")


def code_resource(code: IssuedCode) -> dict[str, Any]:
    """Return a code as its owner gets it."""
    return {
        "id": str(code.id),
        "format": code.scheme,
        "payload": code.payload,
        "image_png": base64.b64encode(drawing.png(code.payload)).decode("ascii"),
        "amount": code.amount and str(code.amount),
        "currency": code.currency,
        "note": code.note,
        "expires_at": code.expires_at,
        "single_use": code.is_single_use,
    }


def verdict_resource(code: VerifiedCode) -> dict[str, Any]:
    """Return a verdict as the payer reads it."""
    payee = code.payee
    return {
        "valid": code.can_pay,
        "scheme": code.facts.scheme,
        "authenticity": code.authenticity,
        "payee": payee and {"name": payee.name, "handle": payee.handle, "known": payee.is_known},
        "stated_name": code.facts.payee_name,
        "amount": code.amount and str(code.amount),
        "min_amount": code.least and str(code.least),
        "max_amount": code.most and str(code.most),
        "currency": code.currency,
        "note": code.note,
        "expires_at": code.expires_at,
        "single_use": code.is_single_use,
        "reasons": [{"code": reason.code, "detail": reason.detail} for reason in code.reasons],
    }


def _pay(request: CustomerRequest, endpoint: str) -> HttpResponse:
    """Pay a code once for its idempotency key."""
    asked = CodePaymentRequest(data=request.data)
    asked.is_valid(raise_exception=True)
    throttles.take("qr_verify", str(request.user.pk))
    data = asked.validated_data
    order = CodeOrder(
        customer=request.user,
        text=data["qr_data"],
        amount=data.get("amount"),
        source=Source(data["source"]),
        pin=data.get("pin"),
        confirmation_id=data.get("confirmation_id"),
        from_account_id=data.get("from_account"),
        device=data.get("device"),
        location=data.get("location"),
        ip_address=clients.ip_address(request),
    )
    return run_prepared(
        request=request,
        endpoint=endpoint,
        prepare=lambda: paying.prepare(order=order, requested_at=timezone.now()),
        action=lambda plan: Response(
            transaction_resource(paying.carry_out(plan), request.user), status=status.HTTP_201_CREATED
        ),
    )
