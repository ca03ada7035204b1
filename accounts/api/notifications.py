"""What a person was told, over REST."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import wording
from accounts.api.requests import CustomerRequest
from accounts.models import Notification, NotificationPreference
from accounts.selectors import notifications as selectors
from accounts.services import notification_preferences, notifications
from securebank.web.fields import FlagField
from securebank.web.schema import WITH_BODY, problems


class NotificationResource(serializers.Serializer[Notification]):
    """One notice, in the reader's language."""

    id = serializers.UUIDField(read_only=True)
    type = serializers.ChoiceField(source="kind", choices=Notification.Kind.choices, read_only=True)
    time = serializers.DateTimeField(source="created_at", read_only=True)
    title = serializers.CharField(read_only=True)
    body = serializers.CharField(read_only=True, allow_blank=True)
    data = serializers.DictField(read_only=True)  # type: ignore[assignment] # the name clients know
    read_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def to_representation(self, instance: Notification) -> dict[str, Any]:
        """Add the words."""
        words = wording.words_of(instance, language=self.context["request"].user.language)
        instance.title, instance.body = words.title, words.body  # type: ignore[attr-defined] # shown, not stored
        return super().to_representation(instance)


class ChoiceRequest(serializers.Serializer[Any]):
    """One kind on one channel, on or off."""

    kind = serializers.ChoiceField(choices=Notification.Kind.choices)
    channel = serializers.ChoiceField(choices=NotificationPreference.Channel.choices)
    is_enabled = FlagField()


class PreferencesRequest(serializers.Serializer[Any]):
    """The choices to change; the others stay."""

    choices = ChoiceRequest(many=True, allow_empty=False)


class ChannelResource(serializers.Serializer[Any]):
    """One channel for one kind."""

    is_enabled = serializers.BooleanField()
    is_fixed = serializers.BooleanField(help_text="Nobody may switch it off.")
    is_offered = serializers.BooleanField(help_text="The bank can tell this way.")


class KindResource(serializers.Serializer[Any]):
    """One kind with its channels."""

    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # the name clients know
    channels = serializers.DictField(child=ChannelResource())


class PreferencesResource(serializers.Serializer[Any]):
    """Every kind that a person chooses about."""

    kinds = KindResource(many=True)


class ReadResource(serializers.Serializer[Any]):
    """How many notices were marked read."""

    marked = serializers.IntegerField()


class NotificationList(generics.ListAPIView[Notification]):
    """``GET`` what the caller was told, newest first."""

    request: CustomerRequest
    serializer_class = NotificationResource

    def get_queryset(self) -> QuerySet[Notification]:
        """Return the caller's own."""
        if getattr(self, "swagger_fake_view", False):
            return Notification.objects.none()
        return selectors.inbox(owner_id=self.request.user.pk)

    @extend_schema(operation_id="notifications_list", responses={200: NotificationResource(many=True), **problems(400)})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Answer one page."""
        return super().get(request, *args, **kwargs)


class NotificationRead(APIView):
    """``POST`` that one notice was read."""

    @extend_schema(
        operation_id="notifications_read", request=None, responses={200: NotificationResource, **problems(404)}
    )
    def post(self, request: CustomerRequest, notification_id: UUID) -> Response:
        """Answer the notice."""
        notice = notifications.mark_read(owner_id=request.user.pk, notification_id=notification_id, now=timezone.now())
        return Response(NotificationResource(notice, context={"request": request}).data)


class NotificationReadAll(APIView):
    """``POST`` that everything was read."""

    @extend_schema(operation_id="notifications_read_all", request=None, responses={200: ReadResource, **problems()})
    def post(self, request: CustomerRequest) -> Response:
        """Answer how many were not read before."""
        marked = notifications.mark_all_read(owner_id=request.user.pk, now=timezone.now())
        return Response({"marked": marked})


class NotificationPreferences(APIView):
    """``GET`` and ``PUT`` what the caller wants to be told, and how."""

    @extend_schema(operation_id="notification_preferences", responses={200: PreferencesResource, **problems()})
    def get(self, request: CustomerRequest) -> Response:
        """Answer the whole table."""
        return Response({"kinds": notification_preferences.table(owner_id=request.user.pk)})

    @extend_schema(
        operation_id="notification_preferences_choose",
        request=PreferencesRequest,
        responses={200: PreferencesResource, **problems(*WITH_BODY)},
    )
    def put(self, request: CustomerRequest) -> Response:
        """Keep the choices; answer the whole table."""
        asked = PreferencesRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        choices = [notification_preferences.Choice(**choice) for choice in asked.validated_data["choices"]]
        notification_preferences.choose(owner_id=request.user.pk, choices=choices)
        return self.get(request)
