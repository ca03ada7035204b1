"""Errors as problem documents (RFC 9457), made in one place."""

from http import HTTPStatus
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from securebank.kernel.errors import (
    Conflict,
    DomainError,
    Invalid,
    Missing,
    Refused,
    TooMany,
    Unavailable,
    Unproven,
)

PROBLEM_JSON: Final = "application/problem+json"

STATUS_OF: Final[dict[type[DomainError], int]] = {
    Invalid: status.HTTP_422_UNPROCESSABLE_ENTITY,
    Missing: status.HTTP_404_NOT_FOUND,
    Refused: status.HTTP_403_FORBIDDEN,
    Conflict: status.HTTP_409_CONFLICT,
    Unproven: status.HTTP_401_UNAUTHORIZED,
    TooMany: status.HTTP_429_TOO_MANY_REQUESTS,
    Unavailable: status.HTTP_503_SERVICE_UNAVAILABLE,
}


def problem(*, status_code: int, code: str, title: str, detail: str, **facts: Any) -> dict[str, Any]:
    """Return the members of one problem document."""
    return {"type": f"/problems/{code}", "title": title, "status": status_code, "detail": detail, "code": code} | facts


def domain_problem(error: DomainError) -> dict[str, Any]:
    """Return the problem document of a domain error."""
    number = next(number for kind, number in STATUS_OF.items() if isinstance(error, kind))
    return problem(status_code=number, code=error.code, title=error.title, detail=str(error), **error.facts)


def domain_headers(error: DomainError) -> dict[str, str]:
    """Return the headers that HTTP wants beside some refusals."""
    if isinstance(error, TooMany):
        return {"Retry-After": str(error.facts["retry_after"])}
    return {"WWW-Authenticate": 'Bearer realm="api"'} if isinstance(error, Unproven) else {}


def field_errors(detail: Any, field: str = "") -> list[dict[str, str]]:
    """Flatten DRF's nested validation errors into one list of field, code, detail."""
    if isinstance(detail, dict):
        return [
            found
            for name, inner in detail.items()
            for found in field_errors(inner, f"{field}.{name}" if field else str(name))
        ]
    if isinstance(detail, list):
        return [found for inner in detail for found in field_errors(inner, field)]
    return [{"field": field, "code": getattr(detail, "code", "invalid"), "detail": str(detail)}]


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn a domain error or one of DRF's into a problem document; anything else stays a fault."""
    if isinstance(error, DomainError):
        set_rollback()
        document = domain_problem(error)
        return Response(document, status=document["status"], headers=domain_headers(error), content_type=PROBLEM_JSON)
    if isinstance(error, ValidationError):
        error = exceptions.ValidationError(get_error_detail(error))
    elif isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    answer = exception_handler(error, context)
    if answer is None or not isinstance(error, exceptions.APIException):
        return answer
    if isinstance(error, exceptions.ValidationError):
        document = problem(
            status_code=answer.status_code,
            code="invalid_request",
            title="The request is not valid",
            detail="See errors for each field.",
            errors=field_errors(error.detail),
        )
    else:
        code = error.get_codes()
        document = problem(
            status_code=answer.status_code,
            code=code if isinstance(code, str) else error.default_code,
            title=HTTPStatus(answer.status_code).phrase,
            detail=str(error.detail),
        )
    answer.data = document
    answer.content_type = PROBLEM_JSON
    return answer
