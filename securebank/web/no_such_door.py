"""The answer of REST addresses that don't exist."""

from http import HTTPStatus

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from securebank.web.problems import PROBLEM_JSON, problem


@csrf_exempt  # it changes nothing, and a client without a cookie must hear 404, not 403
def no_such_door(_request: HttpRequest, address: str) -> JsonResponse:  # noqa: ARG001 # the route passes it
    """Answer 404 as every other refusal of the interface: a problem document, not a page."""
    document = problem(
        status_code=HTTPStatus.NOT_FOUND,
        code="not_found",
        title=HTTPStatus.NOT_FOUND.phrase,
        detail=_("There is nothing at this address."),
    )
    return JsonResponse(document, status=HTTPStatus.NOT_FOUND, content_type=PROBLEM_JSON)
