"""How the published schema describes answers that every door gives."""

from typing import Any, Final

from rest_framework import serializers, status

from securebank.web.problems import PROBLEM_JSON


class FieldProblem(serializers.Serializer[Any]):
    """What is wrong with one field."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemDocument(serializers.Serializer[Any]):
    """A refusal (RFC 9457); ``code`` is stable, the sentences follow the reader's language."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = FieldProblem(many=True, required=False)  # type: ignore[assignment] # a field's name, not the property


# Not signed in, not allowed or CSRF, and too often: any door may say so.
EVERYWHERE: Final = (status.HTTP_401_UNAUTHORIZED, status.HTTP_403_FORBIDDEN, status.HTTP_429_TOO_MANY_REQUESTS)

# What can be wrong with a body, its type, its size and its meaning.
WITH_BODY: Final = (
    status.HTTP_400_BAD_REQUEST,
    status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
    status.HTTP_422_UNPROCESSABLE_ENTITY,
)


def problems(*statuses: int) -> dict[tuple[int, str], type[ProblemDocument]]:
    """Return the problem answers of one operation, for ``extend_schema(responses=...)``.

    Example: ``{200: AccountResource, **problems(404)}``; those of ``EVERYWHERE`` are always there.
    """
    return {(number, PROBLEM_JSON): ProblemDocument for number in sorted({*EVERYWHERE, *statuses})}
