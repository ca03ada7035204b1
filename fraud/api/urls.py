"""REST addresses of the fraud room."""

from django.urls import URLPattern, URLResolver, path

from fraud.api import model

urlpatterns: list[URLPattern | URLResolver] = [
    path("fraud/model/status", model.ModelStatus.as_view(), name="api-fraud-model"),
]
