"""The ASGI application: HTTP by Django, WebSockets by Channels."""

import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "securebank.settings")

# Before anything that imports models.
django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402
from django.urls import re_path  # noqa: E402

from accounts import routing as people  # noqa: E402
from fraud.dashboard import routing as staff  # noqa: E402
from fraud.scoring import scorer  # noqa: E402
from securebank.garbage import freeze_what_is_loaded  # noqa: E402
from securebank.web.body_limit import BodyLimit  # noqa: E402
from securebank.web.threaded import ThreadedHandler  # noqa: E402

# Now, and not while the first payment waits.
scorer()


async def refuse_socket(scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG001 # the ASGI signature
    """Refuse the handshake at an address where nobody listens."""
    await send({"type": "websocket.close"})


http_application: Any = ThreadedHandler(threads=settings.WEB_THREADS)

# Channels routes ASGI applications with Django's own patterns, whose types know views only.
nowhere: Any = re_path("", refuse_socket)  # type: ignore[arg-type]

application = ProtocolTypeRouter(
    {
        "http": BodyLimit(http_application, larger=settings.BODY_LIMITS),
        "websocket": URLRouter([*people.websocket_urlpatterns, *staff.websocket_urlpatterns, nowhere]),
    }
)

freeze_what_is_loaded()
