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
from securebank.web.schema import problems


class ModelResource(serializers.Serializer[Any]):
    """One model, as its training described it."""

    version = serializers.CharField()
    sha256 = serializers.CharField()
    trained_at = serializers.DateTimeField(allow_null=True)
    metrics = serializers.DictField()


class ModelStatusResource(serializers.Serializer[Any]):
    """What judges payments, and what would like to."""

    champion = ModelResource(allow_null=True)
    challenger = ModelResource(allow_null=True, help_text="The challenger that scores in the shadow for longest.")
    challengers = ModelResource(many=True)
    version = serializers.CharField(allow_null=True)
    trained_at = serializers.DateTimeField(allow_null=True)
    metrics = serializers.DictField()
    drift = serializers.DictField(allow_null=True)
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
                "drift": None,
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
