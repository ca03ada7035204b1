"""REST: ask what the fraud check thinks of a payment before making it."""

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.requests import CustomerRequest
from fraud.services.judging import Judged
from payments.api.schema import FraudAnalysisResource
from payments.api.transfers import DEVICE_FIELDS, DeviceRequest, LocationRequest
from payments.constants import ADDRESS_LENGTH
from payments.services import proposals
from payments.services.proposals import Proposal
from securebank.kernel.money import EXPONENTS
from securebank.web import clients
from securebank.web.fields import AmountField, LineField
from securebank.web.schema import WITH_BODY, problems

LOCATION_FIELDS: Final = ("country", "city", "latitude", "longitude")
# Rules behind each question about the customer's behaviour.
BEHAVIOUR: Final = {
    "unusual_amount": {"UNUSUAL_AMOUNT", "AMOUNT_LIMIT"},
    "unusual_time": {"NIGHT"},
    "unusual_location": {"NEW_COUNTRY", "IMPOSSIBLE_TRAVEL"},
    "unusual_device": {"NEW_DEVICE"},
    "high_velocity": {"VELOCITY"},
}


class FraudCheckRequest(LocationRequest, DeviceRequest):
    """A proposed payment, where and with what it would be made."""

    amount = AmountField()
    currency = serializers.ChoiceField(choices=sorted(EXPONENTS))
    transaction_type = LineField(max_length=40)
    to = LineField(max_length=ADDRESS_LENGTH, required=False)
    merchant_id = LineField(max_length=64, required=False)
    merchant_category = LineField(max_length=40, required=False)
    ip_address = serializers.IPAddressField(required=False)


class FraudCheck(APIView):
    """Judge a payment that is not made."""

    @extend_schema(request=FraudCheckRequest, responses={200: FraudAnalysisResource, **problems(404, *WITH_BODY)})
    def post(self, request: CustomerRequest) -> Response:
        """Say how the check would judge it now. Nothing moves, and nothing is kept."""
        asked = FraudCheckRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        data = asked.validated_data
        proposal = Proposal(
            customer=request.user,
            amount=data["amount"],
            currency=data["currency"],
            kind=data["transaction_type"],
            to=data.get("to", ""),
            merchant_id=data.get("merchant_id", ""),
            merchant_category=data.get("merchant_category", ""),
            ip_address=data.get("ip_address") or clients.ip_address(request),
            device={name: data[name] for name in DEVICE_FIELDS if name in data},
            location={name: data[name] for name in LOCATION_FIELDS if name in data},
        )
        return Response(_analysis(proposals.check(proposal=proposal, now=timezone.now())))


def _analysis(judged: Judged) -> dict[str, Any]:
    """Return the answer in the customer's words; what staff read stays with staff."""
    judgement, score = judged.judgement, judged.score
    codes = {reason.code for reason in judgement.reasons}
    contributions = [{"name": reason.code, "contribution": reason.contribution} for reason in judgement.reasons]
    if score.value is not None:
        contributions.insert(0, {"name": "model", "contribution": judged.known.policy.model_weight * score.value})
    return {
        "fraud_score": judgement.score,
        "ml_score": score.value,
        "rule_based_score": judgement.rule_score,
        "risk_level": judgement.level,
        "recommendation": judgement.recommendation,
        "triggered_rules": [{"code": reason.code, "detail": _(reason.customer)} for reason in judgement.reasons],
        "behavior_analysis": {name: bool(codes & behind) for name, behind in BEHAVIOUR.items()}
        | {"deviation_from_normal": round(judged.signals.deviations, 4)},
        "contributions": contributions,
        "model_version": score.version or None,
        "policy_version": judged.known.policy.name,
    }
