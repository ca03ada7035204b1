"""WebSocket addresses of the fraud room."""

from typing import Any, Final

from django.urls import path

from fraud.dashboard.consumers import StaffConsumer

# Channels routes ASGI applications with Django's own patterns, whose types know views only.
staff: Any = StaffConsumer.as_asgi()

websocket_urlpatterns: Final[list[Any]] = [path("ws/staff", staff)]
