"""The page of the model: behind the staff's own door, which asks for a second factor."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from fraud.model_board import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/model", admin.site.admin_view(views.board), name="model-board"),
    path("staff/model/measure", admin.site.admin_view(views.measure), name="model-measure"),
]
