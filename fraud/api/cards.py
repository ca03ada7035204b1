"""REST: how risky card transactions are. Nothing is kept, and no payment of the bank depends on it."""

from typing import Any, Final

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fraud.cards.model import score
from fraud.cards.rows import FURTHEST, MOST_ROWS, NAMES, faults_of, read
from fraud.cards.tiers import Action, Tier
from securebank.web.schema import WITH_BODY, problems

PROBLEMS: Final = problems(*WITH_BODY, status.HTTP_503_SERVICE_UNAVAILABLE)


class CardRequest(serializers.Serializer[Any]):
    """One card transaction: seconds since the first one, 28 components, amount. For the schema; ``read`` checks it."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Return a number for each name."""
        return {name: serializers.FloatField(min_value=-FURTHEST, max_value=FURTHEST) for name in NAMES}


class CardBatchRequest(serializers.Serializer[Any]):
    """Card transactions that are scored together."""

    transactions = serializers.ListField(child=CardRequest(), allow_empty=False, max_length=MOST_ROWS)


class CardScoreResource(serializers.Serializer[Any]):
    """How risky one transaction is."""

    probability = serializers.FloatField(help_text="Of fraud, from 0 to 1.")
    tier = serializers.ChoiceField(choices=[tier.value for tier in Tier])
    action = serializers.ChoiceField(choices=[action.value for action in Action])
    model_version = serializers.CharField()


class CardBatchResource(serializers.Serializer[Any]):
    """The same for each transaction, in the order in which they were sent."""

    results = CardScoreResource(many=True)


class CardScore(APIView):
    """One card transaction."""

    @extend_schema(request=CardRequest, responses={200: CardScoreResource, **PROBLEMS})
    def post(self, request: Request) -> Response:
        """Say how risky a card transaction is."""
        faults = faults_of(request.data)
        if faults:
            raise ValidationError(faults)
        [scored] = score(read([request.data]))
        return Response(CardScoreResource(scored).data)


class CardScoreBatch(APIView):
    """Many card transactions."""

    @extend_schema(request=CardBatchRequest, responses={200: CardBatchResource, **PROBLEMS})
    def post(self, request: Request) -> Response:
        """Say how risky each of up to 10,000 card transactions is."""
        scored = score(read(_transactions(request.data)))
        # Written out: a serializer would look at 40,000 fields one by one.
        answers = [
            {
                "probability": each.probability,
                "tier": each.tier,
                "action": each.action,
                "model_version": each.model_version,
            }
            for each in scored
        ]
        return Response({"results": answers})


def _transactions(data: Any) -> list[Any]:
    found = data.get("transactions") if isinstance(data, dict) else None
    if not isinstance(found, list) or not found:
        raise ValidationError({"transactions": [_("Send a list of transactions.")]}, code="required")
    if len(found) > MOST_ROWS:
        message = _("At most %(most)s transactions are scored at once.") % {"most": MOST_ROWS}
        raise ValidationError({"transactions": [message]}, code="max_length")
    return found
