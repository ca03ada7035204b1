"""REST: one's own profile."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.bank_accounts import AccountResource
from accounts.api.requests import CustomerRequest
from accounts.selectors import profiles
from accounts.services import personal_data
from accounts.services import profiles as services
from securebank.web.fields import LineField
from securebank.web.schema import problems


class ProfileRequest(serializers.Serializer[Any]):
    """What a person may change; anything else in the body is not looked at."""

    name = LineField(max_length=personal_data.LONGEST_NAME, required=False)
    handle = serializers.CharField(max_length=60, required=False)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True, allow_null=True)
    language = serializers.CharField(max_length=5, required=False)
    time_zone = serializers.CharField(max_length=40, required=False)
    date_of_birth = serializers.DateField(required=False, allow_null=True)


class ProfileResource(serializers.Serializer[Any]):
    """A ``Profile`` as its owner sees it."""

    id = serializers.UUIDField(source="user.id")
    email = serializers.EmailField(source="user.email")
    email_verified = serializers.BooleanField(source="is_email_verified")
    name = serializers.CharField(source="user.name")
    handle = serializers.CharField(source="user.handle")
    phone = serializers.CharField(source="user.phone", allow_null=True)
    date_of_birth = serializers.DateField(source="user.date_of_birth", allow_null=True)
    language = serializers.CharField(source="user.language")
    time_zone = serializers.CharField(source="user.time_zone")
    mfa_enabled = serializers.BooleanField(source="has_second_factor")
    is_locked = serializers.BooleanField(source="user.is_locked")
    kyc_level = serializers.SerializerMethodField()
    trust_score = serializers.SerializerMethodField()
    accounts = AccountResource(many=True)

    def get_kyc_level(self, profile: profiles.Profile) -> int:
        """Return how far the customer's identity was checked."""
        return int(profile.facts.get("kyc_level", 0))

    def get_trust_score(self, profile: profiles.Profile) -> float:
        """Return the fraud check's trust in the customer, 0 to 100; newcomers begin with all of it."""
        return float(profile.facts.get("trust_score", 100))


class ProfileDetail(APIView):
    """The caller's own profile."""

    @extend_schema(responses={200: ProfileResource, **problems()})
    def get(self, request: CustomerRequest) -> Response:
        """Show the caller's profile and accounts."""
        return Response(ProfileResource(profiles.profile_of(user=request.user)).data)

    @extend_schema(request=ProfileRequest, responses={200: ProfileResource, **problems(400, 415)})
    def patch(self, request: CustomerRequest) -> Response:
        """Change name, handle, phone, language, time zone or date of birth."""
        asked = ProfileRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        today = timezone.now().astimezone(ZoneInfo(settings.BANK_TIME_ZONE)).date()
        user = services.update_profile(user=request.user, changes=asked.validated_data, today=today)
        return Response(ProfileResource(profiles.profile_of(user=user)).data)
