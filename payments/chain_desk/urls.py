"""Pages of the sealed ledger's verification: behind the staff's own door, which asks for a second factor."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from payments.chain_desk import views

door = admin.site.admin_view

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/chain", door(views.checks), name="chain-checks"),
    path("staff/chain/progress", door(views.progress), name="chain-check-progress"),
]
