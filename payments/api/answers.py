"""REST: the payer says whether a suspicious payment was theirs, or disputes one that went through."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.confirmations import PasskeyChallengeResource, ProofRequest
from accounts.api.requests import CustomerRequest
from accounts.models import Confirmation, TokenFamily
from fraud.models import CustomerAnswer
from fraud.selectors.answers import FINAL, own_payment_of, standing_of
from payments.api.resources import transaction_resource
from payments.api.schema import TransactionResource
from payments.constants import DISPUTE_TEXT_LENGTH
from payments.models import Payment
from payments.services import answers, disputes
from payments.services.answers import Here
from securebank.web import clients
from securebank.web.fields import LineField
from securebank.web.schema import WITH_BODY, problems


class AnswerRequest(ProofRequest):
    """Whether it was the caller; ``mine`` needs a method and its proof, ``not_mine`` needs none."""

    answer = serializers.ChoiceField(choices=[kind.value for kind in FINAL])
    method = serializers.ChoiceField(choices=Confirmation.Method.choices, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for a proof where one is needed."""
        if attrs["answer"] == CustomerAnswer.Kind.NOT_MINE:
            return attrs
        if "method" not in attrs:
            raise serializers.ValidationError({"method": self.fields["method"].error_messages["required"]}, "required")
        return super().validate(attrs)


class DisputeRequest(serializers.Serializer[Any]):
    """What the caller wants to say about it."""

    text = LineField(max_length=DISPUTE_TEXT_LENGTH, required=False, allow_blank=True, default="")


class QuestionResource(serializers.Serializer[Any]):
    """The payment, and how the questions about it stand."""

    transaction = TransactionResource()
    answer = serializers.ChoiceField(choices=[*(kind.value for kind in FINAL), ""])
    dispute = serializers.ChoiceField(choices=["open", "picked_up", "confirmed", "rejected", "withdrawn", ""])


class AnswerCreate(APIView):
    """Answer "Was this you?"."""

    @extend_schema(request=AnswerRequest, responses={201: QuestionResource, **problems(404, 409, *WITH_BODY)})
    def post(self, request: CustomerRequest, alert_id: UUID) -> Response:
        """Keep "mine", confirmed, as evidence; or stop everything with "not_mine"."""
        payment_id = own_payment_of(customer_id=request.user.pk, alert_id=alert_id)
        asked = AnswerRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        if asked.validated_data["answer"] == CustomerAnswer.Kind.NOT_MINE:
            payment = answers.say_not_mine(
                customer=request.user, payment_id=payment_id, here=_here(request), now=timezone.now()
            )
        else:
            proof = asked.proof(clients.origin(request))
            payment = answers.say_mine(customer=request.user, payment_id=payment_id, proof=proof, now=timezone.now())
        return _question(payment, request, status.HTTP_201_CREATED)


class AnswerChallenge(APIView):
    """Begin to answer "mine" with a passkey."""

    @extend_schema(request=None, responses={201: PasskeyChallengeResource, **problems(404, 422)})
    def post(self, request: CustomerRequest, alert_id: UUID) -> Response:
        """Ask what a passkey of the caller must sign to confirm that this payment was theirs."""
        payment_id = own_payment_of(customer_id=request.user.pk, alert_id=alert_id)
        question = answers.ask_passkey(customer=request.user, payment_id=payment_id, origin=clients.origin(request))
        return Response(PasskeyChallengeResource(question).data, status=status.HTTP_201_CREATED)


class DisputeCreate(APIView):
    """Say "I didn't make this payment" about one that went through."""

    @extend_schema(request=DisputeRequest, responses={201: QuestionResource, **problems(404, 409, *WITH_BODY)})
    def post(self, request: CustomerRequest, payment_id: UUID) -> Response:
        """Put it before the analysts; no money moves before one has decided."""
        asked = DisputeRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        payment = disputes.open_dispute(
            customer=request.user, payment_id=payment_id, text=asked.validated_data["text"], now=timezone.now()
        )
        return _question(payment, request, status.HTTP_201_CREATED)


class DisputeWithdraw(APIView):
    """Take a dispute back."""

    @extend_schema(request=None, responses={200: QuestionResource, **problems(404, 409)})
    def post(self, request: CustomerRequest, payment_id: UUID) -> Response:
        """Take it back while nobody has picked it up."""
        return _question(disputes.withdraw(customer=request.user, payment_id=payment_id), request, status.HTTP_200_OK)


def _here(request: CustomerRequest) -> Here:
    if isinstance(request.auth, TokenFamily):
        return Here(family_id=request.auth.pk)
    return Here(session_key=request.session.session_key)


def _question(payment: Payment, request: CustomerRequest, code: int) -> Response:
    standing = standing_of(payment.pk)
    return Response(
        {
            "transaction": transaction_resource(payment, request.user),
            "answer": standing.answer,
            "dispute": standing.dispute,
        },
        status=code,
    )
