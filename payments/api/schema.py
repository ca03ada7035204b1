"""How the published schema describes payments; the values are made in ``payments.api.resources``."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from payments.models import Payment, PaymentRequest
from securebank.web.idempotency import HEADER, LONGEST_KEY

IDEMPOTENCY_KEY: Final = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
    OpenApiParameter.HEADER,
    description="The same key with the same body gives the stored answer again.",
)


class PersonResource(serializers.Serializer[Any]):
    """One of the two people; the other one's name is masked."""

    name = serializers.CharField()
    handle = serializers.CharField(allow_null=True)


class PartyResource(PersonResource):
    """One end of a payment."""

    account = serializers.CharField(allow_null=True, help_text="Last four digits.")
    account_id = serializers.UUIDField(allow_null=True, help_text="For one's own accounts only.")


class ReasonResource(serializers.Serializer[Any]):
    """One rule that spoke up."""

    code = serializers.CharField()
    detail = serializers.CharField()


class FraudResource(serializers.Serializer[Any]):
    """What the fraud check thought; shown to the payer only."""

    score = serializers.FloatField()
    ml_score = serializers.FloatField(allow_null=True)
    rule_score = serializers.FloatField()
    risk_level = serializers.ChoiceField(choices=["LOW", "MEDIUM", "HIGH", "CRITICAL"])
    recommendation = serializers.ChoiceField(choices=["APPROVE", "REVIEW", "DECLINE"])
    reasons = ReasonResource(many=True)


class BehaviorResource(serializers.Serializer[Any]):
    """In which ways the payment is unlike the customer's earlier ones."""

    unusual_amount = serializers.BooleanField()
    unusual_time = serializers.BooleanField()
    unusual_location = serializers.BooleanField()
    unusual_device = serializers.BooleanField()
    high_velocity = serializers.BooleanField()
    deviation_from_normal = serializers.FloatField(help_text="Standard deviations above the customer's mean amount.")


class ContributionResource(serializers.Serializer[Any]):
    """What the model or one rule added to the score."""

    name = serializers.CharField()
    contribution = serializers.FloatField()


class FraudAnalysisResource(serializers.Serializer[Any]):
    """What the fraud check thinks of a proposed payment."""

    fraud_score = serializers.FloatField()
    ml_score = serializers.FloatField(allow_null=True)
    rule_based_score = serializers.FloatField()
    risk_level = serializers.ChoiceField(choices=["LOW", "MEDIUM", "HIGH", "CRITICAL"])
    recommendation = serializers.ChoiceField(choices=["APPROVE", "REVIEW", "DECLINE"])
    triggered_rules = ReasonResource(many=True)
    behavior_analysis = BehaviorResource()
    contributions = ContributionResource(many=True)
    model_version = serializers.CharField(allow_null=True, help_text="Null when rules decided alone.")
    policy_version = serializers.CharField()


class TransactionResource(serializers.Serializer[Any]):
    """One payment as the caller sees it."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Payment.Kind.choices)
    status = serializers.ChoiceField(choices=Payment.Status.choices)
    direction = serializers.ChoiceField(choices=["in", "out", "own"])
    amount = serializers.CharField()
    currency = serializers.CharField()
    to = PartyResource()
    note = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    completed_at = serializers.DateTimeField(allow_null=True)
    decline_reason = serializers.CharField(allow_null=True)
    decline_code = serializers.CharField(allow_null=True)
    fraud = FraudResource(allow_null=True)
    reverses = serializers.UUIDField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add ``from``, which Python keeps for itself."""
        return super().get_fields() | {"from": PartyResource()}


class PaymentRequestResource(serializers.Serializer[Any]):
    """One request for money as the caller sees it."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=PaymentRequest.Status.choices)
    direction = serializers.ChoiceField(choices=["incoming", "outgoing"])
    amount = serializers.CharField()
    currency = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    requester = PersonResource()
    payer = PersonResource()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    resolved_at = serializers.DateTimeField(allow_null=True)
    transaction_id = serializers.UUIDField(allow_null=True)
