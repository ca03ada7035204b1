"""REST: whom a number, handle or phone belongs to."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from accounts.constants import LONGEST_PAYEE
from accounts.selectors import payees
from securebank.kernel.money import EXPONENTS
from securebank.web import throttles
from securebank.web.fields import LineField
from securebank.web.schema import problems


class PayeeQuery(serializers.Serializer[Any]):
    """What the customer typed, and the currency they mean to pay in."""

    to = LineField(max_length=LONGEST_PAYEE, help_text="Account number, handle or phone number.")
    currency = serializers.ChoiceField(choices=sorted(EXPONENTS), required=False)


class PayeeResource(serializers.Serializer[Any]):
    """A ``PayeeMatch``, masked."""

    name = serializers.CharField(source="masked_name")
    handle = serializers.CharField()
    account_hint = serializers.CharField(source="account.masked_number")
    currency = serializers.CharField(source="account.currency")


class PayeeLookup(APIView):
    """Show whom a payment would reach, before it is made."""

    @extend_schema(parameters=[PayeeQuery], responses={200: PayeeResource, **problems(400, 422)})
    def get(self, request: CustomerRequest) -> Response:
        """Look one payee up; the name comes masked, and look-ups are counted."""
        asked = PayeeQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        throttles.take("payee_lookup", str(request.user.pk))
        return Response(PayeeResource(payees.find_payee(**asked.validated_data)).data)
