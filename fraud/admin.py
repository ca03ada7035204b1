"""Decisions at the staff's desk: to look at."""

from django.contrib import admin

from accounts.admin import LookOnly
from fraud.models import Decision


@admin.register(Decision)
class DecisionAdmin(LookOnly):
    """Every verdict with what led to it."""

    list_display = ("decided_at", "recommendation", "level", "score", "policy_version", "payment_id", "customer_id")
    list_filter = ("recommendation", "level", "policy_version")
    search_fields = ("=payment_id", "=customer_id")
    ordering = ("-decided_at", "-id")
    show_full_result_count = False
