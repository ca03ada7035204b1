"""REST: the payment PIN."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from accounts.services import pins
from accounts.services.registration import LONGEST_PASSWORD
from securebank.web.schema import WITH_BODY, problems


class PinRequest(serializers.Serializer[Any]):
    """The new PIN, and the password that proves who sets it."""

    pin = serializers.RegexField(r"^[0-9]{4,6}$", write_only=True)
    password = serializers.CharField(min_length=1, max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True)


class PinSet(APIView):
    """Set or change the payment PIN."""

    @extend_schema(request=PinRequest, responses={204: None, **problems(*WITH_BODY)})
    def post(self, request: CustomerRequest) -> Response:
        """Set the PIN, which every payment then asks for."""
        asked = PinRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        pins.set_pin(user=request.user, now=timezone.now(), **asked.validated_data)
        return Response(status=status.HTTP_204_NO_CONTENT)
