"""REST: become a customer, sign in, stay signed in, sign out."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.profile import ProfileResource
from accounts.models import User
from accounts.selectors import profiles
from accounts.services import personal_data, registration, sign_in, tokens
from securebank.web import clients, throttles
from securebank.web.fields import LineField
from securebank.web.schema import problems

DEVICE_HEADER = "X-Device-Id"


class RegisterRequest(serializers.Serializer[Any]):
    """A person who wants to bank here."""

    email = serializers.EmailField(max_length=personal_data.LONGEST_EMAIL)
    password = serializers.CharField(
        min_length=1,
        max_length=registration.LONGEST_PASSWORD,
        trim_whitespace=False,
        style={"input_type": "password"},
    )
    name = LineField(max_length=personal_data.LONGEST_NAME)
    phone = serializers.CharField(max_length=40, required=False, allow_blank=True, allow_null=True, default=None)
    handle = serializers.CharField(max_length=60, required=False, allow_blank=True, allow_null=True, default=None)


class LoginRequest(serializers.Serializer[Any]):
    """What somebody proves who they are with."""

    email = serializers.CharField(min_length=1, max_length=personal_data.LONGEST_EMAIL)
    password = serializers.CharField(
        min_length=1,
        max_length=registration.LONGEST_PASSWORD,
        trim_whitespace=False,
        style={"input_type": "password"},
    )
    otp = serializers.CharField(max_length=40, required=False, allow_blank=True, allow_null=True, default="")


class RefreshRequest(serializers.Serializer[Any]):
    """The refresh token of the last answer."""

    refresh = serializers.CharField(min_length=1, max_length=tokens.LONGEST_TOKEN)


class TokensResource(serializers.Serializer[Any]):
    """The next pair of tokens."""

    access = serializers.CharField()
    refresh = serializers.CharField()


class SignedInResource(TokensResource):
    """Tokens, and whose they are."""

    user = ProfileResource()


class OpenDoor(APIView):
    """A view for callers who aren't signed in; credentials they send along are not looked at."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    def finalize_response(self, request: Request, response: Response, *args: Any, **options: Any) -> Response:
        """Keep tokens out of every cache."""
        answer: Response = super().finalize_response(request, response, *args, **options)
        answer["Cache-Control"] = "no-store"
        return answer


class Register(OpenDoor):
    """Sign up."""

    @extend_schema(auth=[], request=RegisterRequest, responses={201: SignedInResource, **problems(400, 415, 429)})
    def post(self, request: Request) -> Response:
        """Make a customer with an open current account, signed in."""
        asked = RegisterRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        client = client_of(request)
        throttles.take("register", client.ip_address)
        user = registration.register(**asked.validated_data)
        pair = sign_in.begin(user=user, client=client, now=timezone.now())
        return Response(_signed_in(user, pair), status=status.HTTP_201_CREATED)


class Login(OpenDoor):
    """Sign in."""

    @extend_schema(
        auth=[], request=LoginRequest, responses={200: SignedInResource, **problems(400, 401, 403, 415, 429)}
    )
    def post(self, request: Request) -> Response:
        """Check password and second factor; answer with tokens."""
        asked = LoginRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        user, pair = sign_in.sign_in(
            request=_django_request(request),
            email=data["email"],
            password=data["password"],
            otp=data["otp"] or "",
            client=client_of(request),
            now=timezone.now(),
        )
        return Response(_signed_in(user, pair))


class Refresh(OpenDoor):
    """Stay signed in."""

    @extend_schema(auth=[], request=RefreshRequest, responses={200: TokensResource, **problems(400, 401, 415, 429)})
    def post(self, request: Request) -> Response:
        """Exchange a refresh token for the next pair. It works once; a second use signs the family out."""
        asked = RefreshRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        throttles.take("refresh", clients.ip_address(request))
        pair = tokens.rotate(refresh=asked.validated_data["refresh"], now=timezone.now())
        return Response({"access": pair.access, "refresh": pair.refresh})


class Logout(OpenDoor):
    """Sign out."""

    @extend_schema(auth=[], request=RefreshRequest, responses={204: None, **problems(400, 401, 415)})
    def post(self, request: Request) -> Response:
        """End the family of a refresh token: its access tokens and live connections, too, at once."""
        asked = RefreshRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        tokens.revoke_by_refresh(refresh=asked.validated_data["refresh"], now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def client_of(request: Request) -> sign_in.Client:
    """Return what the caller signs in with."""
    return sign_in.Client(
        ip_address=clients.ip_address(request),
        user_agent=clients.user_agent(request),
        device_secret=request.headers.get(DEVICE_HEADER, "")[:128],
    )


def _django_request(request: Request) -> HttpRequest:
    """Return Django's own request: authentication backends know no other."""
    return request._request  # noqa: SLF001 # DRF has no public name for it


def _signed_in(user: User, pair: tokens.TokenPair) -> dict[str, Any]:
    return {
        "user": ProfileResource(profiles.profile_of(user=user)).data,
        "access": pair.access,
        "refresh": pair.refresh,
    }
