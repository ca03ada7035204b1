"""Pages of the live figures: behind the staff's own door, which asks for a second factor."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from fraud.dashboard import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/live", admin.site.admin_view(views.live), name="staff-live"),
    path("staff/live/figures", admin.site.admin_view(views.live_figures), name="staff-live-figures"),
]
