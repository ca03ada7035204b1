"""Pages of the models: behind the staff's own door, which asks for a second factor."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from fraud.model_pages import labels, runs, views

door = admin.site.admin_view

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/models", door(views.models), name="models"),
    path("staff/models/compare", door(views.compare), name="models-compare"),
    path("staff/models/roll-back", door(views.roll_back), name="models-roll-back"),
    path("staff/models/train", door(runs.train), name="models-train"),
    path("staff/models/runs/<uuid:run_id>", door(runs.run), name="model-run"),
    path("staff/models/runs/<uuid:run_id>/progress", door(runs.progress), name="model-run-progress"),
    path("staff/models/runs/<uuid:run_id>/cancel", door(runs.cancel), name="model-run-cancel"),
    path("staff/models/<uuid:version_id>", door(views.model), name="model"),
    path("staff/models/<uuid:version_id>/shadow", door(views.shadow), name="model-shadow"),
    path("staff/models/<uuid:version_id>/retire", door(views.retire), name="model-retire"),
    path("staff/models/<uuid:version_id>/promote", door(views.promote), name="model-promote"),
    path("staff/labels", door(labels.labels), name="labels"),
    path("staff/labels/<uuid:reviewer_id>/take-out", door(labels.take_out), name="labels-take-out"),
    path("staff/labels/out/<uuid:exclusion_id>/put-back", door(labels.put_back), name="labels-put-back"),
]
