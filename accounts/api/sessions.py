"""REST: where the caller is signed in, and on which devices."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from accounts.models import TokenFamily
from accounts.selectors import devices as own_devices
from accounts.services import devices, sessions
from securebank.web.schema import problems


class SessionResource(serializers.Serializer[Any]):
    """One place where the caller is signed in."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=["api", "site"])
    user_agent = serializers.CharField()
    ip_address = serializers.CharField(allow_null=True)
    started_at = serializers.DateTimeField()
    is_current = serializers.BooleanField()


class DeviceResource(serializers.Serializer[Any]):
    """One browser or app of the caller."""

    id = serializers.UUIDField()
    user_agent = serializers.CharField()
    first_seen_at = serializers.DateTimeField()
    last_seen_at = serializers.DateTimeField()
    trusted_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    ip_addresses = serializers.SerializerMethodField()

    def get_ip_addresses(self, device: Any) -> list[str]:
        """Return the addresses that it was used from, the latest first."""
        seen = sorted(device.sightings.all(), key=lambda sighting: sighting.last_seen_at, reverse=True)
        return [sighting.ip_address for sighting in seen]


class SessionList(APIView):
    """All live sign-ins of the caller."""

    @extend_schema(responses={200: SessionResource(many=True), **problems()})
    def get(self, request: CustomerRequest) -> Response:
        """List sign-ins by REST and on the site."""
        family = request.auth if isinstance(request.auth, TokenFamily) else None
        found = sessions.list_sessions(
            user=request.user,
            family_id=family.pk if family else None,
            session_key=None if family else request.session.session_key,
            now=timezone.now(),
        )
        return Response(SessionResource(found, many=True).data)


class SessionDetail(APIView):
    """One live sign-in of the caller."""

    @extend_schema(request=None, responses={204: None, **problems(404)})
    def delete(self, request: CustomerRequest, session_id: str) -> Response:
        """End it at once, with its live connections."""
        sessions.end(user=request.user, session_id=session_id, now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class DeviceList(APIView):
    """All devices of the caller."""

    @extend_schema(responses={200: DeviceResource(many=True), **problems()})
    def get(self, request: CustomerRequest) -> Response:
        """List the devices that signed in, the latest first."""
        return Response(DeviceResource(own_devices.devices_of(owner=request.user), many=True).data)


class DeviceTrust(APIView):
    """Trust one device."""

    @extend_schema(request=None, responses={200: DeviceResource, **problems(404)})
    def post(self, request: CustomerRequest, device_id: UUID) -> Response:
        """Mark the device as the caller's own."""
        return Response(DeviceResource(devices.trust(owner=request.user, device_id=device_id, now=timezone.now())).data)


class DeviceRevoke(APIView):
    """Turn one device out."""

    @extend_schema(request=None, responses={200: DeviceResource, **problems(404)})
    def post(self, request: CustomerRequest, device_id: UUID) -> Response:
        """Sign the device out everywhere."""
        return Response(
            DeviceResource(devices.revoke(owner=request.user, device_id=device_id, now=timezone.now())).data
        )
