"""The keys that signed codes are checked with, for everybody."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from qrpay.codes import published
from qrpay.services import keys


@require_safe
def code_keys(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 # Django's signature
    """Answer with every key that ever signed codes here, the newest first."""
    document = published.write_json(keys.ring(), environment=settings.QR_ENVIRONMENT)
    return JsonResponse(document, json_dumps_params={"indent": 2})
