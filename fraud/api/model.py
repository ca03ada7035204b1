"""REST: which model takes part in judging payments."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from fraud.model_files import Model
from fraud.models import ModelVersion
from fraud.scoring import scorer
from fraud.selectors import models as selected
from fraud.selectors.drift import told as drift_told
from securebank.web.schema import problems


class ModelResource(serializers.Serializer[Any]):
    """One model, as its training described it."""

    version = serializers.CharField()
    sha256 = serializers.CharField()
    trained_at = serializers.DateTimeField(allow_null=True)
    metrics = serializers.DictField()


class FigureDriftResource(serializers.Serializer[Any]):
    """How far one input has moved."""

    psi = serializers.FloatField(help_text="Population stability index; from 0.25 on it has shifted.")
    ks = serializers.FloatField(help_text="Kolmogorov-Smirnov distance, from 0 to 1.")
    missing = serializers.FloatField(help_text="Share of payments without it.")


class DriftReferenceResource(serializers.Serializer[Any]):
    """What payments are compared with."""

    kind = serializers.ChoiceField(choices=["card", "window"], help_text="The training, or the bank's first window.")
    rows = serializers.IntegerField()
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True)


class DriftResource(serializers.Serializer[Any]):
    """The newest measurement."""

    measured_at = serializers.DateTimeField()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    rows = serializers.IntegerField()
    reference = DriftReferenceResource(allow_null=True)
    is_over_threshold = serializers.BooleanField()
    over = serializers.ListField(child=serializers.CharField())
    score_psi = serializers.FloatField(allow_null=True)
    features = serializers.DictField(child=FigureDriftResource())
    stopped_share = serializers.FloatField()


class ModelStatusResource(serializers.Serializer[Any]):
    """What judges payments, and what would like to."""

    champion = ModelResource(allow_null=True)
    challenger = ModelResource(allow_null=True, help_text="The challenger that scores in the shadow for longest.")
    challengers = ModelResource(many=True)
    version = serializers.CharField(allow_null=True)
    trained_at = serializers.DateTimeField(allow_null=True)
    metrics = serializers.DictField()
    drift = DriftResource(allow_null=True)
    degraded = serializers.CharField(
        allow_blank=True, help_text="Why rules decide alone in the process that answers; else empty."
    )


class ModelStatus(APIView):
    """The model that takes part in judging payments."""

    @extend_schema(responses={200: ModelStatusResource, **problems()})
    def get(self, _request: Request) -> Response:
        """Describe the model."""
        asked = scorer()
        registered = selected.champion(ModelVersion.Slot.PAYMENTS)
        asked.follow(registered.sha256 if registered else None)
        champion = _registered(registered) if registered else _loaded(asked.model) if asked.model else None
        challengers = [_registered(each) for each in selected.challengers(ModelVersion.Slot.PAYMENTS)]
        told = champion or {"version": None, "trained_at": None, "metrics": {}}
        return Response(
            {
                "champion": champion,
                "challenger": challengers[0] if challengers else None,
                "challengers": challengers,
                "drift": drift_told(champion["sha256"]) if champion else None,
                "degraded": asked.fault,
            }
            | {name: told[name] for name in ("version", "trained_at", "metrics")}
        )


def _registered(version: ModelVersion) -> dict[str, Any]:
    return {
        "version": version.name,
        "sha256": version.sha256,
        "trained_at": version.trained_at,
        "metrics": version.metrics,
    }


def _loaded(model: Model) -> dict[str, Any]:
    return {
        "version": model.version,
        "sha256": model.sha256,
        "trained_at": model.card.get("trained_at"),
        "metrics": model.card.get("metrics", {}),
    }
