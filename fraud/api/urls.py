"""REST addresses of the fraud room."""

from django.urls import URLPattern, URLResolver, path

from fraud.api import cards, model

urlpatterns: list[URLPattern | URLResolver] = [
    path("fraud/model/status", model.ModelStatus.as_view(), name="api-fraud-model"),
    path("fraud/cards/score", cards.CardScore.as_view(), name="api-fraud-cards"),
    path("fraud/cards/score/batch", cards.CardScoreBatch.as_view(), name="api-fraud-cards-batch"),
]
