"""REST: a customer's own spending limits."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from accounts.types import Proof
from payments.api.resources import limits_resource
from payments.selectors.limits import limits_of, spent_today_minor
from payments.services import limits
from securebank.web.fields import AmountField
from securebank.web.schema import WITH_BODY, problems


class LimitsRequest(serializers.Serializer[Any]):
    """New limits in rupees; those left out stay. Raising one takes the PIN, or a code of the authenticator app."""

    per_payment = AmountField(required=False)
    per_day = AmountField(required=False)
    new_payee = AmountField(required=False)
    pin = serializers.RegexField(r"^[0-9]{4,6}$", required=False, write_only=True)
    otp = serializers.RegexField(r"^[0-9]{6}$", required=False, write_only=True)


class LimitsResource(serializers.Serializer[Any]):
    """The customer's limits, the highest they may choose, and what is left today."""

    currency = serializers.CharField(
        help_text="Of every amount here: rupees, at the bank's reference rate, whatever currency an account has."
    )
    per_payment = serializers.CharField()
    per_day = serializers.CharField()
    new_payee = serializers.CharField()
    maxima = serializers.DictField(child=serializers.CharField())
    spent_today = serializers.CharField()
    left_today = serializers.CharField()


class LimitsDetail(APIView):
    """The caller's limits."""

    @extend_schema(responses={200: LimitsResource, **problems()})
    def get(self, request: CustomerRequest) -> Response:
        """Show the limits and what is left today."""
        return Response(limits_resource(limits_of(request.user), spent_today_minor(request.user)))

    @extend_schema(request=LimitsRequest, responses={200: LimitsResource, **problems(409, *WITH_BODY)})
    def put(self, request: CustomerRequest) -> Response:
        """Lower limits at once, or raise them with a step-up."""
        asked = LimitsRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        order = limits.LimitsOrder(
            customer=request.user,
            wanted={name: data[name] for name in limits.MAXIMA if name in data},
            proof=Proof(pin=data.get("pin", ""), otp=data.get("otp", "")),
        )
        changed = limits.change_limits(order=order, now=timezone.now())
        return Response(limits_resource(changed, spent_today_minor(request.user)))
