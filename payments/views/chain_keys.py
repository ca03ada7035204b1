"""The keys that the ledger's checkpoints are signed with, for everybody."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from ledger.chain import own_keys
from ledger.chain.key_ring import write_json


@require_safe
def checkpoint_keys(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 # Django's signature
    """Answer with every key that ever signed, newest first, and when it did."""
    return JsonResponse(write_json(own_keys.published_keys()), json_dumps_params={"indent": 2})


@require_safe
def checkpoint_keys_as_text(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 # Django's signature
    """Answer with the same as lines: a vkey, the instant from which and the one until which it signed."""
    lines = "".join(f"{each.line}\n" for each in own_keys.published_keys())
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")
