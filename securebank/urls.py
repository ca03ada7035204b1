"""All addresses: pages at the root, REST under /api."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from securebank.health import health
from securebank.metrics import metrics
from securebank.web import api_reference
from securebank.web.no_such_door import no_such_door

urlpatterns = [
    path("health", health, name="health"),
    path("metrics", metrics, name="metrics"),
    path("admin/", admin.site.urls),
    path("account/", include("allauth.urls")),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", api_reference.swagger, name="api-docs"),
    path("api/redoc", api_reference.redoc, name="api-redoc"),
    path("api/", include("accounts.api.urls")),
    path("api/", include("fraud.api.urls")),
    path("api/", include("payments.api.urls")),
    path("api/", include("qrpay.api.urls")),
    path("api/", include("voice.api.urls")),
    path("api/<path:address>", no_such_door, name="api-no-such-door"),
    path("", include("accounts.urls")),
    path("", include("fraud.dashboard.urls")),
    path("", include("fraud.model_pages.urls")),
    path("", include("fraud.policy_pages.urls")),
    path("", include("fraud.model_board.urls")),
    path("", include("payments.chain_desk.urls")),
    path("", include("payments.urls")),
    path("", include("payments.impact.urls")),
    path("", include("qrpay.urls")),
    path("", include("voice.urls")),
]
