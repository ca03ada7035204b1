"""REST: the people whom a customer pays often."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from payments.api.resources import payee_resource
from payments.constants import ADDRESS_LENGTH, NICKNAME_LENGTH
from payments.selectors.payees import saved_payees
from payments.services import payees
from securebank.web import throttles
from securebank.web.fields import LineField
from securebank.web.schema import WITH_BODY, problems


class PayeeSaveRequest(serializers.Serializer[Any]):
    """Whom to save, and under which name."""

    to = LineField(max_length=ADDRESS_LENGTH)
    nickname = LineField(max_length=NICKNAME_LENGTH, required=False, allow_blank=True, default="")


class SavedPayeeResource(serializers.Serializer[Any]):
    """A saved payee; the name is the bank's, masked."""

    id = serializers.UUIDField()
    nickname = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    handle = serializers.CharField()
    account = serializers.CharField(help_text="Last four digits.")
    currency = serializers.CharField()
    saved_at = serializers.DateTimeField()
    cooling_off_until = serializers.DateTimeField(help_text="Until then the limit for new payees holds.")


class PayeeList(APIView):
    """The caller's saved payees."""

    @extend_schema(responses={200: SavedPayeeResource(many=True), **problems()})
    def get(self, request: CustomerRequest) -> Response:
        """List them by nickname."""
        return Response([payee_resource(payee) for payee in saved_payees(request.user)])

    @extend_schema(request=PayeeSaveRequest, responses={201: SavedPayeeResource, **problems(*WITH_BODY)})
    def post(self, request: CustomerRequest) -> Response:
        """Save somebody; the answer's name is what to show and confirm."""
        asked = PayeeSaveRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        throttles.take("payee_lookup", str(request.user.pk))
        payee = payees.save_payee(owner=request.user, now=timezone.now(), **asked.validated_data)
        return Response(payee_resource(payee), status=status.HTTP_201_CREATED)


class PayeeDetail(APIView):
    """One saved payee of the caller."""

    @extend_schema(responses={204: None, **problems(404)})
    def delete(self, request: CustomerRequest, payee_id: UUID) -> Response:
        """Take the payee off the list."""
        payees.remove_payee(owner=request.user, payee_id=payee_id)
        return Response(status=status.HTTP_204_NO_CONTENT)
