"""Spoken commands at the staff's desk: look only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin import LookOnly
from securebank.kernel.money import Money
from voice.models import VoiceCommand


@admin.register(VoiceCommand)
class VoiceCommandAdmin(LookOnly):
    """What was understood, and what became of it."""

    list_display = ("created_at", "intent", "wanted", "owner", "state")
    list_filter = ("state", "intent")
    list_select_related = ("owner",)
    search_fields = ("=id", "=owner__handle")
    ordering = ("-created_at", "-id")
    fields = (
        ("intent", "state"),
        ("owner", "created_at"),
        ("transcript", "confidence"),
        ("wanted", "payee_account", "note"),
        ("payment", "payment_request"),
    )

    @admin.display(description=_("amount"))
    def wanted(self, command: VoiceCommand) -> str:
        """Show the amount with its currency, or that none was said."""
        if command.amount_minor is None:
            return "—"
        return f"{Money(command.amount_minor, command.currency)} {command.currency}"
