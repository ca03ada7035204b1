"""REST: say what you want, and confirm it."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from payments.api.resources import request_resource, transaction_resource
from payments.api.schema import IDEMPOTENCY_KEY, PaymentRequestResource, TransactionResource
from payments.api.transfers import DeviceRequest, LocationRequest
from payments.models import Payment
from securebank.web import clients
from securebank.web.fields import LineField
from securebank.web.idempotency import run_prepared
from securebank.web.schema import WITH_BODY, problems
from voice.services import executing
from voice.services.commands import process
from voice.types import Answer, Candidate, Confirmation, Execution
from voice.understanding.tokens import LONGEST_SENTENCE
from voice.understanding.types import Intent, Need, PayeeKind


class SpeechRequest(serializers.Serializer[Any]):
    """A sentence, English or Hindi."""

    text = LineField(max_length=LONGEST_SENTENCE)


class CandidateResource(serializers.Serializer[Any]):
    """Somebody whom a name may mean."""

    payee_id = serializers.UUIDField()
    name = serializers.CharField()
    nickname = serializers.CharField(allow_blank=True)
    account = serializers.CharField(help_text="Last four digits.")


class SpokenPayeeResource(serializers.Serializer[Any]):
    """Who was named, and how."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in PayeeKind])
    value = serializers.CharField(help_text="As heard; a phone number in E.164.")
    candidates = CandidateResource(many=True, help_text="To choose from when the name is not clear; else empty.")


class SpeechResource(serializers.Serializer[Any]):
    """What was understood; nothing has moved."""

    transcript = serializers.CharField()
    confidence = serializers.FloatField(help_text="0 to 1; 1 for text.")
    intent = serializers.ChoiceField(choices=[intent.value for intent in Intent])
    amount = serializers.CharField(allow_null=True)
    currency = serializers.CharField(allow_null=True)
    payee = SpokenPayeeResource(allow_null=True)
    reply = serializers.CharField()
    needs = serializers.ListField(child=serializers.ChoiceField(choices=[need.value for need in Need]))
    command_id = serializers.UUIDField(allow_null=True, help_text="To be confirmed within two minutes.")


class ExecuteRequest(serializers.Serializer[Any]):
    """Which command, the PIN for a payment, and the chosen candidate where there were some."""

    command_id = serializers.UUIDField()
    pin = serializers.RegexField(r"^[0-9]{4,6}$", required=False, write_only=True)
    payee_id = serializers.UUIDField(required=False)
    device = DeviceRequest(required=False)
    location = LocationRequest(required=False)


class SpeechProcess(APIView):
    """Understand a sentence."""

    @extend_schema(
        operation_id="speech_process",
        request=SpeechRequest,
        responses={200: SpeechResource, **problems(*WITH_BODY)},
    )
    def post(self, request: CustomerRequest) -> Response:
        """Answer a question, or read a payment back before it is confirmed; 422 ``not_understood`` has a ``reason``."""
        asked = SpeechRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(answer_resource(process(owner=request.user, text=asked.validated_data["text"])))


class SpeechExecute(APIView):
    """Confirm a command."""

    @extend_schema(
        operation_id="speech_execute",
        parameters=[IDEMPOTENCY_KEY],
        request=ExecuteRequest,
        responses={
            201: PolymorphicProxySerializer(
                component_name="SpeechExecuted",
                serializers=[TransactionResource, PaymentRequestResource],
                resource_type_field_name=None,
            ),
            **problems(404, 409, *WITH_BODY),
        },
    )
    def post(self, request: CustomerRequest) -> HttpResponse:
        """Pay, always with the PIN, or ask for the money, without it.

        A command works once and for two minutes: 409 ``command_used``, ``command_cancelled`` or ``command_expired``.
        """
        asked = ExecuteRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        confirmation = Confirmation(owner=request.user, ip_address=clients.ip_address(request), **asked.validated_data)

        def act(execution: Execution) -> Response:
            made = executing.carry_out(execution)
            if isinstance(made, Payment):
                return Response(transaction_resource(made, request.user), status=status.HTTP_201_CREATED)
            return Response(request_resource(made, request.user), status=status.HTTP_201_CREATED)

        return run_prepared(
            request=request,
            endpoint="speech.execute",
            prepare=lambda: executing.prepare(confirmation=confirmation, now=timezone.now()),
            action=act,
        )


def answer_resource(answer: Answer) -> dict[str, Any]:
    """Return an answer as clients read it."""
    payee = answer.payee
    return {
        "transcript": answer.transcript,
        "confidence": answer.confidence,
        "intent": str(answer.intent),
        "amount": str(answer.amount) if answer.amount else None,
        "currency": answer.amount.currency if answer.amount else None,
        "payee": payee
        and {"kind": payee.kind, "value": payee.value, "candidates": [_candidate(each) for each in payee.candidates]},
        "reply": answer.reply,
        "needs": list(answer.needs),
        "command_id": answer.command_id and str(answer.command_id),
    }


def _candidate(person: Candidate) -> dict[str, str]:
    return {
        "payee_id": str(person.payee_id),
        "name": person.name,
        "nickname": person.nickname,
        "account": person.account,
    }
