"""What pages that confirm with a passkey share."""

from dataclasses import asdict

from django.http import JsonResponse

from accounts.types import PasskeyQuestion


def asked(question: PasskeyQuestion) -> JsonResponse:
    """Answer ``step-up.js`` with what the passkey is to sign."""
    return JsonResponse(asdict(question))
