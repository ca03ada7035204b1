"""WebSocket addresses of the people room."""

from typing import Any, Final

from django.urls import path

from accounts.consumers import NotificationConsumer

# Channels routes ASGI applications with Django's own patterns, whose types know views only.
notifications: Any = NotificationConsumer.as_asgi()

websocket_urlpatterns: Final[list[Any]] = [path("ws/notifications", notifications)]
