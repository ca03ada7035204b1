"""Pages of the policies: behind the staff's own door, which asks for a second factor."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

from fraud.policy_pages import views

door = admin.site.admin_view

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/policies", door(views.versions), name="policies"),
    path("staff/policies/<int:number>", door(views.version), name="policy"),
    path("staff/policies/<int:number>/draft", door(views.draft), name="policy-draft"),
    path("staff/policies/<int:number>/edit", door(views.edit), name="policy-edit"),
    path("staff/policies/<int:number>/discard", door(views.discard), name="policy-discard"),
    path("staff/policies/<int:number>/propose", door(views.propose), name="policy-propose"),
    path("staff/policies/<int:number>/backtest", door(views.backtest), name="policy-backtest"),
    path("staff/policies/<int:number>/backtest/cancel", door(views.cancel_backtest), name="policy-backtest-cancel"),
    path("staff/policies/<int:number>/backtest/progress", door(views.progress), name="policy-backtest-progress"),
]
