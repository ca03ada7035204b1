"""REST: confirm one payment before it is made."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from accounts.constants import LONGEST_PAYEE
from accounts.models import Confirmation
from accounts.services import confirmations
from accounts.types import PasskeyAnswer, Proof
from securebank.kernel.money import EXPONENTS
from securebank.web import clients, throttles
from securebank.web.fields import AmountField, LineField
from securebank.web.schema import WITH_BODY, problems

# Which members of the body prove each method.
PROOF_FIELDS = {
    Confirmation.Method.PIN: ("pin",),
    Confirmation.Method.TOTP: ("otp",),
    Confirmation.Method.PASSKEY: ("challenge_id", "credential"),
}
# More than any authenticator makes: signatures of RSA keys are the longest part.
LONGEST_PART = 4096
BASE64URL = r"^[A-Za-z0-9_-]+={0,2}$"


class AssertionRequest(serializers.Serializer[Any]):
    """What the authenticator signed; binary parts in base64url."""

    clientDataJSON = serializers.RegexField(BASE64URL, max_length=LONGEST_PART)  # noqa: N815 # WebAuthn's name
    authenticatorData = serializers.RegexField(BASE64URL, max_length=LONGEST_PART)  # noqa: N815 # WebAuthn's name
    signature = serializers.RegexField(BASE64URL, max_length=LONGEST_PART)


class CredentialRequest(serializers.Serializer[Any]):
    """``AuthenticationResponseJSON`` of WebAuthn; members not named here are not looked at."""

    id = serializers.RegexField(BASE64URL, max_length=LONGEST_PART)
    rawId = serializers.RegexField(BASE64URL, max_length=LONGEST_PART)  # noqa: N815 # WebAuthn's name
    type = serializers.ChoiceField(choices=["public-key"])
    response = AssertionRequest()


class BoundRequest(serializers.Serializer[Any]):
    """A payment as it will be made."""

    purpose = serializers.ChoiceField(choices=[confirmations.TRANSFER], default=confirmations.TRANSFER)
    amount = AmountField()
    currency = serializers.ChoiceField(choices=sorted(EXPONENTS))
    to = LineField(max_length=LONGEST_PAYEE)

    def binding(self) -> confirmations.Binding:
        """Return what the confirmation is bound to."""
        data = self.validated_data
        return confirmations.bind_transfer(amount=data["amount"], currency=data["currency"], to=data["to"])


class ProofRequest(serializers.Serializer[Any]):
    """The proof of the person."""

    method = serializers.ChoiceField(choices=Confirmation.Method.choices)
    pin = serializers.RegexField(r"^[0-9]{4,6}$", required=False, write_only=True)
    otp = serializers.RegexField(r"^[0-9]{6}$", required=False, write_only=True)
    challenge_id = serializers.UUIDField(required=False, write_only=True)
    credential = CredentialRequest(required=False, write_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a body without the proof that its method needs."""
        missing = [field for field in PROOF_FIELDS[attrs["method"]] if field not in attrs]
        if missing:
            required = dict.fromkeys(missing, _("This field is required."))
            raise serializers.ValidationError(required, code="required")
        return attrs

    def proof(self, origin: str) -> Proof:
        """Return the proof of the method that was named, whatever else was sent."""
        data = self.validated_data
        if data["method"] == Confirmation.Method.PASSKEY:
            return Proof(passkey=PasskeyAnswer(data["challenge_id"], data["credential"], origin))
        return Proof(pin=data["pin"]) if data["method"] == Confirmation.Method.PIN else Proof(otp=data["otp"])


class ConfirmationRequest(ProofRequest, BoundRequest):
    """A payment as it will be made, and the proof of the person."""


class PasskeyChallengeResource(serializers.Serializer[Any]):
    """What to hand to ``navigator.credentials.get``, and until when the answer counts."""

    challenge_id = serializers.UUIDField()
    options = serializers.DictField(help_text="PublicKeyCredentialRequestOptionsJSON of WebAuthn.")
    expires_at = serializers.DateTimeField()


class ConfirmationResource(serializers.ModelSerializer[Confirmation]):
    """What to send with the payment, and until when."""

    class Meta:
        """Nothing of the binding is shown."""

        model = Confirmation
        fields = ("id", "method", "expires_at")


class ConfirmationCreate(APIView):
    """Step up for one payment."""

    @extend_schema(request=ConfirmationRequest, responses={201: ConfirmationResource, **problems(*WITH_BODY)})
    def post(self, request: CustomerRequest) -> Response:
        """Confirm an amount and a payee; good for that payment only, once, for five minutes."""
        asked = ConfirmationRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        throttles.take("payee_lookup", str(request.user.pk))
        confirmation = confirmations.confirm_with(
            user=request.user, proof=asked.proof(clients.origin(request)), binding=asked.binding(), now=timezone.now()
        )
        return Response(ConfirmationResource(confirmation).data, status=status.HTTP_201_CREATED)


class PasskeyChallengeCreate(APIView):
    """Begin a step-up with a passkey."""

    @extend_schema(request=BoundRequest, responses={201: PasskeyChallengeResource, **problems(*WITH_BODY)})
    def post(self, request: CustomerRequest) -> Response:
        """Ask what a passkey of the caller must sign to confirm this amount and payee."""
        asked = BoundRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        throttles.take("payee_lookup", str(request.user.pk))
        question = confirmations.ask_passkey(user=request.user, binding=asked.binding(), origin=clients.origin(request))
        return Response(PasskeyChallengeResource(question).data, status=status.HTTP_201_CREATED)
