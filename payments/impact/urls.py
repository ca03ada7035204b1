"""The report on what the fraud check is worth: behind the staff's own door, which asks for a second factor."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from payments.impact import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/impact", admin.site.admin_view(views.page), name="impact"),
    path("staff/impact.pdf", admin.site.admin_view(views.pdf), name="impact-pdf"),
]
