"""REST: servers of the caller that are told what the caller is told."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from accounts.selectors import webhooks as selectors
from accounts.services import webhooks
from accounts.webhooks.addresses import LONGEST_URL
from securebank.web import throttles
from securebank.web.fields import LineField
from securebank.web.schema import WITH_BODY, problems


class WebhookRequest(serializers.Serializer[Any]):
    """A server to tell."""

    url = LineField(max_length=LONGEST_URL, help_text="HTTPS, port 443, a host on the public internet.")


class WebhookResource(serializers.Serializer[Any]):
    """A server, and how it does."""

    id = serializers.UUIDField(read_only=True)
    url = serializers.CharField(read_only=True)
    created_at = serializers.DateTimeField(read_only=True)
    failing_since = serializers.DateTimeField(read_only=True, allow_null=True)
    last_failure = serializers.CharField(
        read_only=True,
        allow_blank=True,
        help_text="unresolved, address_refused, timeout, tls, unreachable or status_NNN; empty while all is well.",
    )
    disabled_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="When the bank gave it up; a test that arrives starts it again."
    )


class WebhookSecretResource(serializers.Serializer[webhooks.Registered]):
    """A server with its secret, shown this once."""

    webhook = WebhookResource(source="endpoint")
    secret = serializers.CharField(help_text="Standard Webhooks: whsec_ and Base64. The bank never shows it again.")


class WebhookTestResource(serializers.Serializer[webhooks.Trial]):
    """How a test message fared."""

    is_delivered = serializers.BooleanField()
    status = serializers.IntegerField(allow_null=True, help_text="What the server answered.")
    reason = serializers.CharField(allow_blank=True)


class WebhookList(APIView):
    """All webhooks of the caller."""

    @extend_schema(operation_id="webhooks_list", responses={200: WebhookResource(many=True), **problems()})
    def get(self, request: CustomerRequest) -> Response:
        """List them, the oldest first."""
        return Response(WebhookResource(selectors.endpoints_of(owner=request.user), many=True).data)

    @extend_schema(
        operation_id="webhooks_add",
        request=WebhookRequest,
        responses={201: WebhookSecretResource, **problems(409, *WITH_BODY)},
    )
    def post(self, request: CustomerRequest) -> Response:
        """Register a server; what it is told is chosen in the preferences, channel ``webhook``."""
        asked = WebhookRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        throttles.take("webhook_change", str(request.user.pk))
        registered = webhooks.add(owner=request.user, url=asked.validated_data["url"])
        return _secret_shown(registered, status.HTTP_201_CREATED)


class WebhookDetail(APIView):
    """One webhook of the caller."""

    @extend_schema(operation_id="webhooks_remove", request=None, responses={204: None, **problems(404)})
    def delete(self, request: CustomerRequest, webhook_id: UUID) -> Response:
        """Forget it, with what still waits for it."""
        webhooks.remove(owner=request.user, endpoint_id=webhook_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class WebhookTest(APIView):
    """Try one webhook out."""

    @extend_schema(operation_id="webhooks_test", request=None, responses={200: WebhookTestResource, **problems(404)})
    def post(self, request: CustomerRequest, webhook_id: UUID) -> Response:
        """Send a message of type ``test`` now; one that arrives starts a disabled webhook again."""
        trial = webhooks.try_out(owner=request.user, endpoint_id=webhook_id, now=timezone.now())
        return Response(WebhookTestResource(trial).data)


class WebhookRotateSecret(APIView):
    """Change one webhook's secret."""

    @extend_schema(
        operation_id="webhooks_rotate_secret", request=None, responses={200: WebhookSecretResource, **problems(404)}
    )
    def post(self, request: CustomerRequest, webhook_id: UUID) -> Response:
        """Answer a new secret; for a day messages carry signatures of both."""
        throttles.take("webhook_change", str(request.user.pk))
        registered = webhooks.rotate_secret(owner=request.user, endpoint_id=webhook_id, now=timezone.now())
        return _secret_shown(registered, status.HTTP_200_OK)


def _secret_shown(registered: webhooks.Registered, status_code: int) -> Response:
    """Answer with a secret; nothing on the way may keep it."""
    body = WebhookSecretResource(registered).data
    return Response(body, status=status_code, headers={"Cache-Control": "no-store"})
