"""Codes at the staff's desk: look only."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin import LookOnly
from qrpay.models import Code
from securebank.kernel.money import Money


@admin.register(Code)
class CodeAdmin(LookOnly):
    """What customers issued, and what became of it. The text itself is not shown: it can be paid."""

    list_display = ("created_at", "scheme", "asked", "account", "is_single_use", "expires_at", "spent_at")
    list_filter = ("scheme", "is_single_use")
    list_select_related = ("account",)
    search_fields = ("=id", "=account__number", "=account__owner__handle")
    ordering = ("-created_at", "-id")
    fields = (
        ("scheme", "is_single_use"),
        ("account", "created_by"),
        ("asked", "note"),
        ("created_at", "expires_at"),
        ("spent_at", "withdrawn_at"),
    )

    @admin.display(description=_("amount"))
    def asked(self, code: Code) -> str:
        """Show the amount with its currency, or that the payer chooses."""
        if code.amount_minor is None:
            return f"— {code.currency}"
        return f"{Money(code.amount_minor, code.currency)} {code.currency}"
